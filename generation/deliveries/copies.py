"""The recipient's own copy of a delivered file: which delivery it is of, and what it is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from provenance.queries import path_of
from provenance.updating.queries import DeliveredCopy, delivered_copies


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCard:
    """A file of its own for one recipient: the same content, with one manifest more.

    `is_in_log`: the log covers its signature; until then nobody gets it. `recipient_commitment_hex` stands in it in
    place of the recipient.
    """

    file_id: UUID
    manifest_id: str
    file_sha256: str
    media_key: str
    made_at: datetime
    is_in_log: bool
    recipient_commitment_hex: str

    @property
    def path(self) -> Path:
        return path_of(self.media_key)


def copies_of(organisation_id: UUID, delivery_ids: Collection[UUID]) -> dict[UUID, CopyCard]:
    """By delivery the recipient's own copy; those without one are not in it."""
    return {one.delivery_id: _card(one) for one in delivered_copies(organisation_id, delivery_ids)}


def copy_of(organisation_id: UUID, delivery_id: UUID) -> CopyCard | None:
    """The recipient's own copy; None where the file went out as it was signed."""
    return copies_of(organisation_id, [delivery_id]).get(delivery_id)


def _card(one: DeliveredCopy) -> CopyCard:
    return CopyCard(
        file_id=one.file_id,
        manifest_id=one.manifest_id,
        file_sha256=one.file_sha256,
        media_key=one.media_key,
        made_at=one.signed_at,
        is_in_log=one.is_in_log,
        recipient_commitment_hex=one.recipient_commitment_hex,
    )
