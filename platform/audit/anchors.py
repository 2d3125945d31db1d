"""Who vouches for a checkpoint besides the log: witnesses that cosigned it, authorities that stamped the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.models import Checkpoint, Cosignature, LogOrigin, Timestamp
from core.tenancy import tenant


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness that saw the log as it was at `size`, and at every earlier size it cosigned."""

    witness: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Stamp:
    """An authority's word that the checkpoint of `size` existed at `stated_at`."""

    tsa: str
    size: int
    stated_at: datetime


@dataclass(frozen=True, slots=True)
class Anchors:
    """What outsiders say about a place in the log.

    Attributes:
        cosigners: for every witness, the first checkpoint it cosigned that covers the place.
        stamp: the first time stamp that covers the place, or None: not time-stamped.
        signed_at: when the first checkpoint that covers the place was signed, by our clock.
    """

    cosigners: tuple[Cosigner, ...]
    stamp: Stamp | None
    signed_at: datetime | None


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
        stamped = Timestamp.objects.filter(origin=log, size__gt=index).order_by("stated_at").first()
        return Anchors(
            cosigners=tuple(Cosigner(row.witness, row.size, row.at) for row in cosigned),
            stamp=Stamp(stamped.tsa, stamped.size, stamped.stated_at) if stamped else None,
            signed_at=signed.signed_at if signed else None,
        )
