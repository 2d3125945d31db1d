"""What pages, the API and commands read of masters."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from audit.errors import LogNotReady
from core.tenancy import tenant
from generation.mastering.cards import MasterCard, master_card_of
from generation.mastering.errors import MasterNotReady, NoSuchMaster
from generation.mastering.values import MasterState
from generation.models import KeptFrames, Master
from generation.queries import take_card
from provenance.deriving.queries import derived_file, derived_files, derived_in_log
from provenance.queries import path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFramesCard:
    """The frames of a take as they are kept."""

    file_sha256: str
    size_bytes: int
    width: int
    height: int
    frames: int


def master_card(organisation_id: UUID, master_id: UUID) -> MasterCard:
    """One master.

    Raises:
        NoSuchMaster: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Master.objects.filter(id=master_id).select_related("take", "recipient").first()
    if row is None:
        raise NoSuchMaster("There is no such master here.")
    return _cards(organisation_id, [row])[0]


def masters_of_take(organisation_id: UUID, take_id: UUID) -> tuple[MasterCard, ...]:
    """The masters of a take, the latest first.

    Raises:
        generation.errors.NoSuchTake: none of this organisation has the id.
    """
    take_card(organisation_id, take_id)
    with tenant(organisation_id):
        rows = list(Master.objects.filter(take_id=take_id).select_related("take", "recipient"))
    return _cards(organisation_id, rows)


def kept_frames_of(organisation_id: UUID, take_id: UUID) -> KeptFramesCard | None:
    """The frames that were kept of a take; None where none were."""
    with tenant(organisation_id):
        row = KeptFrames.objects.filter(take_id=take_id).first()
    if row is None:
        return None
    return KeptFramesCard(
        file_sha256=row.file_sha256,
        size_bytes=row.size_bytes,
        width=row.width,
        height=row.height,
        frames=row.frames,
    )


def master_path(organisation_id: UUID, master_id: UUID) -> Path:
    """Where the signed file of a master lies on this machine.

    Raises:
        NoSuchMaster: none of this organisation has the id.
        MasterNotReady: it is not signed.
        LogNotReady: the log does not cover the signature yet.
    """
    card = master_card(organisation_id, master_id)
    file = derived_file(organisation_id, master_id)
    if card.state is not MasterState.SIGNED or file is None:
        raise MasterNotReady("This master has no finished file.")
    if not card.is_downloadable:
        raise LogNotReady(
            "The master is signed and kept. The log has not confirmed the signature yet, and until then nobody gets "
            "the file. Come back in a moment."
        )
    return path_of(file.key)


def _cards(organisation_id: UUID, rows: Collection[Master]) -> tuple[MasterCard, ...]:
    signed = [row.id for row in rows if row.asset_id is not None]
    files = derived_files(organisation_id, signed)
    covered = derived_in_log(organisation_id, signed)
    return tuple(master_card_of(row, files.get(row.id), downloadable=row.id in covered) for row in rows)
