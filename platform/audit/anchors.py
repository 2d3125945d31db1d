"""Who vouches for a checkpoint besides the log: witnesses that cosigned it, authorities that stamped the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.anchoring import CoveringStamp, timestamps_covering
from audit.models import PLATFORM, Checkpoint, Cosignature, LogOrigin
from audit.platform_log import platform_proof
from core.tenancy import tenant


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness that saw the log as it was at `size`, and at every earlier size it cosigned."""

    witness: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Anchors:
    """What vouches for a place in the log besides the log's own signature.

    Attributes:
        signed_at: when the first checkpoint that covers the place was signed, by our clock.
        cosigners: for every witness, the first checkpoint it cosigned that covers the place.
        kept_size: size of the checkpoint over the place that the platform's log holds; None when it holds none yet.
        stamp: the first time stamp that covers the place, of the log itself or through the platform's; None: it is
            not time-stamped.
    """

    signed_at: datetime | None
    cosigners: tuple[Cosigner, ...]
    kept_size: int | None
    stamp: CoveringStamp | None


def anchors_of(organisation_id: UUID, *, origin: str, index: int) -> Anchors:
    """Who vouches for the entry at `index` of the log named `origin`."""
    with tenant(organisation_id):
        log = LogOrigin.objects.get(origin=origin)
        signed = (
            Checkpoint.objects.filter(origin=log, size__gt=index, note__isnull=False).order_by("size").first()
        )
        cosigned = (
            Cosignature.objects.filter(origin=log, size__gt=index)
            .order_by("witness", "size")
            .distinct("witness")
        )
        cosigners = tuple(Cosigner(row.witness, row.size, row.at) for row in cosigned)
        stamps = timestamps_covering(organisation_id, origin=origin, size=index + 1)
    kept = platform_proof(origin, size=index + 1)
    if kept is not None:
        platform = kept.note.partition("\n")[0]
        stamps += timestamps_covering(PLATFORM, origin=platform, size=kept.index + 1)
    return Anchors(
        signed_at=signed.signed_at if signed else None,
        cosigners=cosigners,
        kept_size=kept.size if kept else None,
        stamp=min(stamps, key=lambda one: one.stated_at, default=None),
    )
