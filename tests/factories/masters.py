"""Masters, made through the real doors."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from accounts.values import Actor
from core.clock import now
from core.ids import new_id
from generation.mastering import making
from generation.mastering.cards import MasterCard
from generation.mastering.encoding import encode_master
from generation.mastering.queries import master_card
from generation.mastering.values import MasterFormat, MasterSpec, MasterState
from generation.models import KeptFrames, Master, Take
from generation.operations.masters import MasterOrder, request_master
from provenance.deriving.definition import DerivativeStatement
from provenance.deriving.operations import DerivativeOrder, sign_derivative
from provenance.values import SignedFile
from tests.factories.provenance import (
    FRAMES,
    HEIGHT,
    WIDTH,
    authorization_statement,
    make_jpeg,
)
from tests.factories.takes import Studio


def an_asked_master(
    studio: Studio,
    take_id: UUID,
    master_format: MasterFormat,
    **fields: Any,  # noqa: ANN401 - any field
) -> MasterCard:
    order = MasterOrder(take_id=take_id, format=master_format, **fields)
    return request_master(order, actor=studio.producer, idempotency_key=str(new_id()))


def worked_on(card: MasterCard, studio: Studio) -> MasterCard:
    """`card` after a worker has had it, and the log its last word."""
    making.make(card.id, studio.organisation_id, worker="worker-1@test")
    after = master_card(studio.organisation_id, card.id)
    while after.state is MasterState.SIGNED and not after.is_downloadable:
        time.sleep(0.01)
        after = master_card(studio.organisation_id, card.id)
    return after


def a_master(
    studio: Studio,
    take_id: UUID,
    master_format: MasterFormat,
    **fields: Any,  # noqa: ANN401 - any field
) -> MasterCard:
    """One that a worker has made."""
    return worked_on(an_asked_master(studio, take_id, master_format, **fields), studio)


def a_finished_master(actor: Actor, take: Take, folder: Path) -> dict[str, str]:
    """A master of a take that was written straight into its tables, and frames kept of it."""
    spec = MasterSpec(format=MasterFormat.H264, width=WIDTH, height=HEIGHT, frames=FRAMES, fps=Fraction(24))
    source = folder / f"{new_id()}.mp4"
    grey = np.full((HEIGHT, WIDTH, 3), 0.5, np.float32)
    encode_master((grey for _ in range(FRAMES)), source, spec, on_frame=lambda _: None)
    master_id, at = new_id(), now()
    statement = DerivativeStatement(
        master_id=master_id,
        take_id=take.id,
        format="h264",
        media_type="video/mp4",
        width=WIDTH,
        height=HEIGHT,
        frames=FRAMES,
        fps=Fraction(24),
        take_fps=Fraction(24),
        made_from="signed_file",
        source_sha256="0" * 64,
        source_bits=8,
        encoder="libx264",
        note="Made from the signed file.",
        made_at=at,
        authorization=authorization_statement(),
    )

    def close(file: SignedFile) -> None:
        Master.objects.create(
            id=master_id,
            take=take,
            format="h264",
            fps="24",
            source="signed_file",
            source_sha256="0" * 64,
            idempotency_key=str(new_id()),
            requested_at=at,
            requested_by_id=actor.user_id,
            decision_id=take.decision_id,
            state=MasterState.SIGNED,
            asset_id=file.asset_id,
            finished_at=at,
        )
        KeptFrames.objects.create(
            take=take,
            media_key=take.video_key,
            file_sha256="0" * 64,
            size_bytes=1,
            width=WIDTH,
            height=HEIGHT,
            frames=FRAMES,
            kept_at=at,
        )

    sign_derivative(
        DerivativeOrder(
            organisation_id=actor.organisation_id,
            asset_id=_asset(take),
            statement=statement,
            source=source,
            thumbnail_jpeg=make_jpeg(),
            actor="worker:render-1",
        ),
        publish_guard=lambda: None,
        after_signed=close,
    )
    return {"master_id": str(master_id)}


def _asset(take: Take) -> UUID:
    assert take.asset_id is not None
    return take.asset_id
