"""Signed takes with their records; apart from `factories.provenance`, which needs no Django."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from core.ids import new_id
from provenance.operations import sign_take_file
from provenance.statement import TakeStatement
from provenance.updating.definition import LegalReview, ReviewOutcome
from provenance.updating.operations import UpdateOrder, update_credential
from provenance.values import SignedFile, UpdateReason
from tests.factories.provenance import NOON, make_jpeg, make_video, take_statement


def sign_take(organisation_id: UUID, folder: Path, *, statement: TakeStatement | None = None) -> SignedFile:
    """A take's file, signed and recorded as a worker does it."""
    return sign_take_file(
        organisation_id=organisation_id,
        statement=statement or take_statement(),
        source=make_video(folder / f"{new_id()}.mp4"),
        thumbnail_jpeg=make_jpeg(),
        actor="worker:render-1",
        publish_guard=lambda: None,
        after_signed=lambda _: None,
    )


def review_file(organisation_id: UUID, file_id: UUID) -> SignedFile:
    """A copy of a signed file that says how a legal review of it came out."""
    review = LegalReview(ReviewOutcome.APPROVED, case_commitment_hex="ca" * 32, reviewed_at=NOON)
    return update_credential(
        UpdateOrder(
            organisation_id=organisation_id,
            file_id=file_id,
            reason=UpdateReason.LEGAL_REVIEW,
            cause_id=new_id(),
            additions=(review,),
            actor="worker:render-1",
        )
    )
