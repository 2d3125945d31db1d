"""Who vouches for a checkpoint besides the log: witnesses that cosigned it, authorities that stamped the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.models import PLATFORM, Checkpoint, Cosignature, LogOrigin, Timestamp
from audit.platform_log import platform_proof
from core.tenancy import tenant

_LOOKED_AT = 64


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness that saw the log as it was at `size`, and at every earlier size it cosigned."""

    witness: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """An authority's word that the checkpoint of `size` of the log named `origin` existed at `stated_at`."""

    origin: str
    size: int
    tsa: str
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Anchors:
    """What vouches for a place in the log besides the log's own signature.

    Attributes:
        signed_at: when the first checkpoint that covers the place was signed, by our clock.
        cosigners: for every witness, a checkpoint it cosigned that covers the place: its first one, or of a witness
            that came much later one of the newest.
        kept_size: size of the checkpoint over the place that the platform's log holds; None when it holds none yet.
        stamp: the first time stamp that covers the place, of the log itself or through the platform's; None: it is
            not time-stamped.
    """

    signed_at: datetime | None
    cosigners: tuple[Cosigner, ...]
    kept_size: int | None
    stamp: Stamp | None


def anchors_of(organisation_id: UUID, *, origin: str, index: int) -> Anchors:
    """Who vouches for the entry at `index` of the log named `origin`."""
    with tenant(organisation_id):
        log = LogOrigin.objects.get(origin=origin)
        signed = (
            Checkpoint.objects.filter(origin=log, size__gt=index, note__isnull=False).order_by("size").first()
        )
        cosigners = _cosigners(log, index)
    stamps = [_stamp(organisation_id, origin=origin, index=index)]
    kept = platform_proof(origin, size=index + 1)
    if kept is not None:
        stamps.append(_stamp(PLATFORM, origin=kept.note.partition("\n")[0], index=kept.index))
    return Anchors(
        signed_at=signed.signed_at if signed else None,
        cosigners=cosigners,
        kept_size=kept.size if kept else None,
        stamp=min(filter(None, stamps), key=lambda one: one.stated_at, default=None),
    )


def _cosigners(log: LogOrigin, index: int) -> tuple[Cosigner, ...]:
    """By name; from both ends of what may be millions of cosignatures."""
    found = Cosignature.objects.filter(origin=log, size__gt=index)
    rows = [*found.order_by("-size")[:_LOOKED_AT], *reversed(found.order_by("size")[:_LOOKED_AT])]
    # The smallest size of a witness comes last and stays.
    first = {row.witness: Cosigner(row.witness, row.size, row.at) for row in rows}
    return tuple(first[name] for name in sorted(first))


def _stamp(organisation_id: UUID, *, origin: str, index: int) -> Stamp | None:
    with tenant(organisation_id):
        stamps = Timestamp.objects.filter(origin__origin=origin, size__gt=index).order_by("size", "stated_at")
        # The token has thousands of bytes and is not shown.
        row = stamps.defer("token").first()
    return Stamp(origin, row.size, row.tsa, row.stated_at) if row else None
