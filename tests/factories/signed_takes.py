"""Signed takes with their records; apart from `factories.provenance`, which needs no Django."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from core.ids import new_id
from provenance.operations import sign_take_file
from provenance.statement import TakeStatement
from provenance.values import SignedFile
from tests.factories.provenance import make_jpeg, make_video, take_statement


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
