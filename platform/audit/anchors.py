"""Who vouches for a checkpoint besides the log: witnesses that cosigned it, authorities that stamped the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.anchoring import CoveringStamp, timestamps_covering
from audit.models import Checkpoint, Cosignature, LogOrigin
from core.tenancy import tenant


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness that saw the log as it was at `size`, and at every earlier size it cosigned."""

    witness: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Anchors:
    """What outsiders say about a place in the log.

    Attributes:
        cosigners: for every witness, the first checkpoint it cosigned that covers the place.
        stamp: the first time stamp that covers the place, or None: not time-stamped.
        signed_at: when the first checkpoint that covers the place was signed, by our clock.
    """

    cosigners: tuple[Cosigner, ...]
    stamp: CoveringStamp | None
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
        stamps = timestamps_covering(organisation_id, origin=origin, size=index + 1)
        return Anchors(
            cosigners=tuple(Cosigner(row.witness, row.size, row.at) for row in cosigned),
            stamp=stamps[0] if stamps else None,
            signed_at=signed.signed_at if signed else None,
        )
