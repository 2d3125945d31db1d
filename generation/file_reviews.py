"""Legal's judgements of finished files, as frozen cards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core.tenancy import tenant
from generation.errors import NoSuchTake
from generation.models import FileReview, Take
from provenance.queries import path_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReviewCard:
    """One judgement. `file_sha256` is of the copy whose credential says so."""

    id: UUID
    take_id: UUID
    outcome: str
    manifest_id: str
    file_sha256: str
    media_key: str
    reviewed_at: datetime

    @property
    def path(self) -> Path:
        """Where the copy lies on this machine."""
        return path_of(self.media_key)


def file_reviews_of(organisation_id: UUID, take_id: UUID) -> tuple[FileReviewCard, ...]:
    """The judgements of a take's file, the newest first.

    Raises:
        NoSuchTake: none of this organisation has the id.
    """
    with tenant(organisation_id):
        if not Take.objects.filter(id=take_id).exists():
            raise NoSuchTake("There is no such take here.")
        return tuple(card_of(row) for row in FileReview.objects.filter(take_id=take_id))


def file_review(organisation_id: UUID, take_id: UUID, review_id: UUID) -> FileReviewCard:
    """One of them.

    Raises:
        NoSuchTake: this take has none of the id.
    """
    for card in file_reviews_of(organisation_id, take_id):
        if card.id == review_id:
            return card
    raise NoSuchTake("There is no such judgement of this take.")


def card_of(row: FileReview) -> FileReviewCard:
    """The card of a row."""
    return FileReviewCard(
        id=row.id,
        take_id=row.take_id,
        outcome=row.outcome,
        manifest_id=row.manifest_id,
        file_sha256=row.file_sha256,
        media_key=row.media_key,
        reviewed_at=row.reviewed_at,
    )
