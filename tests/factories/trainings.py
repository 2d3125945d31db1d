"""A drawn stand-in, of nobody, and trainings on it through the real doors."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from accounts.values import Actor
from audit import subjects, trail
from audit.entry_types import EntryType
from core.canonical import Canonical, canonical_bytes
from core.clock import now
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.likeness_training.queries import TrainingCard, training_card
from generation.likeness_training.values import TrainingOrder, TrainingState
from generation.likeness_training.working import train_next
from generation.models import LikenessSource, LikenessTraining, Take
from generation.operations.trainings import request_training
from generation.training.layers import PALETTE
from generation.training.painting import Window, paint
from generation.training.scenes import (
    Colour,
    Concepts,
    Move,
    Place,
    Subject,
    Time,
    sample_scene,
)
from licensing.custody.cards import AssetCard
from licensing.custody.words import AssetKind
from licensing.models.custody import CustodyAsset
from licensing.performer_cards import ConsentCard
from tests.factories.custody import an_asset
from tests.factories.licensing import a_consent
from tests.factories.takes import Studio, a_studio

BUILT_IN = Path(__file__).resolve().parents[2] / "generation" / "builtin_model"
FIGURE = PALETTE[Colour.GREEN]
WITH_TRAINING = ("create_replica", "stunt_safety_double", "generate_new_performance", "train_project_model")


def drawn_figure(number: int) -> bytes:
    """A PNG of a green figure, each time elsewhere: what the built-in model can read and draw, of nobody."""
    place = (Place.SEA, Place.DESERT, Place.CITY)[number % 3]
    concepts = Concepts(place, Time.DAY, Subject.FIGURE, Colour.GREEN, Move.CLOSER)
    scene = sample_scene(concepts, rng=np.random.default_rng(number))
    content = io.BytesIO()
    Image.fromarray(paint(scene, window=Window(frames=(20, 21))).frames[0]).save(content, "PNG")
    return content.getvalue()


def drawn_clip(frames: int = 12) -> bytes:
    """An MP4 in which the figure stands."""
    return clip_of([np.asarray(Image.open(io.BytesIO(drawn_figure(0))))] * frames)


def clip_of(frames: Sequence[npt.NDArray[np.uint8]], *, fps: int = 24, container: str = "mp4") -> bytes:
    """A clip of these frames, uint8 (height, width, 3)."""
    content = io.BytesIO()
    with av.open(content, "w", format=container) as film:
        stream = film.add_stream("libx264", rate=fps)
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for frame in frames:
            film.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        film.mux(stream.encode(None))
    return content.getvalue()


def share_of_the_figure(frames: npt.NDArray[np.uint8]) -> float:
    """Which part of uint8 (frames, height, width, 3) has nearly the figure's colour."""
    return float((np.abs(frames.astype(int) - np.array(FIGURE)).max(axis=-1) < 60).mean())


@dataclass(frozen=True, slots=True)
class Likeness:
    """A studio with drawings of its performer in custody, under a consent that permits training."""

    studio: Studio
    consent: ConsentCard
    sources: tuple[AssetCard, ...]


def a_likeness(
    *,
    stills: int = 6,
    model: Path = BUILT_IN,
    agreement: str = "sag_tvt_2026",
    **terms: Any,  # noqa: ANN401 - any term
) -> Likeness:
    """`agreement`: of the production. `terms`: of the consent to training."""
    studio = a_studio(model, agreement=agreement)
    consent = a_training_consent(studio, **terms)
    return Likeness(studio, consent, tuple(a_drawing(studio, consent, one) for one in range(stills)))


def a_training_consent(studio: Studio, **terms: Any) -> ConsentCard:  # noqa: ANN401 - any term
    return a_consent(
        studio.producer,
        studio.production,
        studio.consenting,
        uses=list(WITH_TRAINING),
        supersedes=studio.consent.id,
        **terms,
    )


def a_drawing(studio: Studio, consent: ConsentCard, number: int = 0, **fields: Any) -> AssetCard:  # noqa: ANN401 - any field
    return an_asset(
        studio.producer, consent.id, content=fields.pop("content", drawn_figure(number)), **fields
    )


def a_clip(studio: Studio, consent: ConsentCard, content: bytes | None = None) -> AssetCard:
    content = drawn_clip() if content is None else content
    return a_drawing(studio, consent, content=content, kind=AssetKind.DRIVING_CLIP, label="Standing")


def a_training_order(likeness: Likeness, **fields: Any) -> TrainingOrder:  # noqa: ANN401 - any field
    facts: dict[str, Any] = {
        "production_id": likeness.studio.production.id,
        "sources": tuple(one.id for one in likeness.sources),
        "name": "Ana, drawn",
        "trigger": "zorp",
        "purpose": "this_production",
        "rank": 8,
        "steps": 60,
        "learning_rate": Decimal("0.003"),
        "seed": 3,
        "frames": 5,
        "model_id": None,
        "requested_at": now(),
    }
    return TrainingOrder(**facts | fields)


def asked(likeness: Likeness, key: str = "", **fields: Any) -> TrainingCard:  # noqa: ANN401 - any field
    order = a_training_order(likeness, **fields)
    return request_training(order, actor=likeness.studio.producer, idempotency_key=key or str(new_id()))


def worked_on(card: TrainingCard, likeness: Likeness) -> TrainingCard:
    """`card` after a worker has had it."""
    train_next("worker-1@test", waited=timedelta(0))
    return reread(card, likeness)


def reread(card: TrainingCard, likeness: Likeness) -> TrainingCard:
    return training_card(card.id, actor=likeness.studio.producer)


def a_finished_training(
    actor: Actor, production_id: UUID, take: Take, source_id: UUID, name: str
) -> dict[str, str]:
    """A training that was refused, written straight into its tables with its entries of the log."""
    request: dict[str, Canonical] = {"name": f"{name} in armour"}
    digest, at = sha256_hex(canonical_bytes(request)), now()
    with tenant(actor.organisation_id):
        source = CustodyAsset.objects.get(id=source_id)
        row: LikenessTraining = LikenessTraining.objects.create(
            production_id=production_id,
            performer_id=source.depicts_id,
            model_id=take.model_id,
            name=f"{name} in armour",
            trigger="zorp",
            purpose="this_production",
            rank=8,
            steps=60,
            learning_rate="0.003",
            seed=3,
            frames=5,
            width=224,
            height=128,
            fps=8,
            idempotency_key=str(new_id()),
            request=request,
            request_sha256=digest,
            requested_at=at,
            requested_by_id=actor.user_id,
            decision_id=take.decision_id,
            state=TrainingState.REFUSED,
            finished_at=at,
        )
        LikenessSource.objects.create(
            training=row, asset=source, position=1, plain_sha256=source.plain_sha256
        )
        for entry_type, fields in (
            (
                EntryType.TRAINING_REQUESTED,
                {
                    "decision": str(take.decision_id),
                    "request_sha256": digest,
                    "model_sha256": take.model.lock_sha256,
                    "performers": subjects.performers(actor.organisation_id, [source.depicts_id]),
                },
            ),
            (EntryType.TRAINING_ENDED, {"reason_code": "refused", "decision": str(take.decision_id)}),
        ):
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=entry_type,
                actor=actor.label,
                subject=f"training:{row.id}",
                fields={"training": str(row.id), **fields},
                at=at,
            )
    return {"training_id": str(row.id)}
