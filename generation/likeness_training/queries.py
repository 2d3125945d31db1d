"""What pages, the API and commands read of trainings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.values import Actor
from core.tenancy import tenant
from generation.likeness_training.errors import NoSuchTraining
from generation.likeness_training.values import TRAINING_FINAL, TrainingState
from generation.models import LikenessTraining
from licensing.doors import SEES_EVERYBODY
from licensing.names import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCard:
    """One asset a training takes; `plain_sha256` as it was handed in."""

    asset_id: UUID
    label: str
    plain_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingCard:
    """One training. `losses` are pairs of step and loss, thinned; the adapter is an asset in custody."""

    id: UUID
    production_id: UUID
    production_title: str
    performer_id: UUID
    performer_name: str
    model_name: str
    name: str
    trigger: str
    purpose: str
    rank: int
    steps: int
    learning_rate: str
    seed: int
    frames: int
    width: int
    height: int
    sources: tuple[SourceCard, ...]
    requested_at: datetime
    decision_id: UUID
    state: TrainingState
    attempt: int
    stage: str
    step: int
    seconds_per_step: float | None
    losses: tuple[tuple[int, float], ...]
    loss_before: float | None
    loss_after: float | None
    cancel_requested: bool
    failure_code: str | None
    failure_message: str
    adapter_id: UUID | None
    adapter_sha256: str
    fingerprint: dict[str, object]
    finished_at: datetime | None

    @property
    def is_final(self) -> bool:
        return self.state in TRAINING_FINAL

    @property
    def seconds_left(self) -> int | None:
        """Of the steps, at their pace so far; None while nobody can say."""
        if self.state is not TrainingState.TRAINING or self.seconds_per_step is None:
            return None
        return round(self.seconds_per_step * (self.steps - self.step))


def training_card(training_id: UUID, *, actor: Actor) -> TrainingCard:
    """One training.

    Raises:
        NoSuchTraining: none of the actor's organisation that they may see has the id.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rows(actor).filter(id=training_id).first()
        if row is None:
            raise NoSuchTraining("There is no such training here.")
        return _card(row)


def trainings_of(production_id: UUID, *, actor: Actor) -> tuple[TrainingCard, ...]:
    """The trainings of a production, the latest first; of people whom only legal sees, for legal alone."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(_card(row) for row in _rows(actor).filter(production_id=production_id))


def _rows(actor: Actor) -> QuerySet[LikenessTraining]:
    rows: QuerySet[LikenessTraining] = LikenessTraining.objects.select_related(
        "production", "performer", "model"
    ).prefetch_related("sources__asset")
    if not actor.is_one_of(*SEES_EVERYBODY):
        rows = rows.exclude(performer__visibility=Visibility.LEGAL_ONLY)
    return rows


def _card(row: LikenessTraining) -> TrainingCard:
    return TrainingCard(
        id=row.id,
        production_id=row.production_id,
        production_title=row.production.title,
        performer_id=row.performer_id,
        performer_name=row.performer.professional_name,
        model_name=f"{row.model.name} {row.model.version}",
        name=row.name,
        trigger=row.trigger,
        purpose=row.purpose,
        rank=row.rank,
        steps=row.steps,
        learning_rate=f"{row.learning_rate.normalize():f}",
        seed=row.seed,
        frames=row.frames,
        width=row.width,
        height=row.height,
        sources=tuple(
            SourceCard(asset_id=one.asset_id, label=one.asset.label, plain_sha256=one.plain_sha256)
            for one in row.sources.all()
        ),
        requested_at=row.requested_at,
        decision_id=row.decision_id,
        state=TrainingState(row.state),
        attempt=row.attempt,
        stage=row.stage,
        step=row.step,
        seconds_per_step=row.seconds_per_step,
        losses=tuple((int(step), float(loss)) for step, loss in row.losses),
        loss_before=row.loss_before,
        loss_after=row.loss_after,
        cancel_requested=row.cancel_requested_at is not None,
        failure_code=row.failure_code,
        failure_message=row.failure_message,
        adapter_id=row.adapter_id,
        adapter_sha256=row.adapter_sha256,
        fingerprint=row.fingerprint,
        finished_at=row.finished_at,
    )
