"""Asking for trainings of adapters on a likeness, and cancelling them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import IntegrityError
from django.db.models.functions import Now
from psycopg.errors import UniqueViolation

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from core.tenancy import tenant
from generation.engines.folder import size_limits
from generation.engines.trainable import why_untrainable
from generation.likeness_training.choosing import Sources, chosen_sources
from generation.likeness_training.errors import (
    TrainingConflict,
    TrainingNotCancellable,
    TrainingNotInReview,
    TrainingNotPossible,
)
from generation.likeness_training.queries import TrainingCard, training_card
from generation.likeness_training.values import (
    LARGEST_SEED,
    LEARNING_RATES,
    LONGEST_NAME,
    RANKS,
    STEPS,
    TRAINING_IN_WORK,
    TRAINING_WAITS,
    TRIGGER,
    TrainingOrder,
    TrainingState,
)
from generation.model_defaults import model_defaults
from generation.model_statements import statement_of
from generation.models import LikenessTraining, ModelRelease
from generation.operations.fitting_models import model_folder, usable_model
from generation.ordering import checked_key
from generation.spec import RenderSpec
from licensing.decision_cards import DecisionCard
from licensing.operations.gate import decide_again, decide_use
from licensing.values import CastMember, OutputStatus, Purpose, Stage, SyntheticRole, Use, UseOrder
from productions.queries import production_card

_ALREADY_CANCELLED = (
    "The training is cancelled and nothing will come of it. The log has not confirmed it yet and will without your "
    "doing. Do not send it again."
)
NO_TRAINING_PERMITTED = (
    "The consent {consent} names no training among its uses (intended_use.uses, train_project_model). To be rendered "
    "with is another permission. Nothing was opened. Agree on a consent that permits it with the performer."
)


def request_training(order: TrainingOrder, *, actor: Actor, idempotency_key: str | None) -> TrainingCard:
    """Decide a training and, where it is permitted, queue it. Nothing of any source is opened for that.

    Every answer leaves a training: `queued`, `awaiting_review` or `refused`. The same request under the same key
    gives the same one again and decides nothing anew.

    Raises:
        IdempotencyKeyMissing, TrainingConflict: see there.
        TrainingNotPossible, SizeNotPossible: it cannot be done; nothing is recorded.
        NoSuchAsset, AssetDestroyed, AssetOnHold: a source is not to be had; nothing is recorded.
        NoApprovedModel, ModelNotCleared, productions.errors.NoSuchProduction: see there.
        licensing.errors: the use cannot be judged.
        LogNotReady: the decision is not covered by the log; there is no training.
    """
    key = checked_key(idempotency_key)
    digest = sha256_hex(canonical_bytes(order.body()))
    known = _training_under(key, digest, actor=actor)
    if known is not None:
        return known
    prepared = _prepare(order, actor)
    card = decide_use(prepared.use, actor=actor)
    try:
        training_id = _record(prepared, card, actor=actor, key=key, digest=digest)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        # A twin request was faster: its training is the answer, this decision stays on record.
        known = _training_under(key, digest, actor=actor)
        if known is None:
            raise
        return known
    return training_card(training_id, actor=actor)


def ask_training_again(training_id: UUID, *, actor: Actor) -> TrainingCard:
    """Decide a training in review on what holds now: it is queued, stays in review, or is refused.

    Raises:
        NoSuchTraining: none of the actor's organisation has the id.
        TrainingNotInReview: it does not wait for review.
        LogNotReady: it was decided, and the training waits as before.
    """
    before = training_card(training_id, actor=actor)
    if before.state is not TrainingState.AWAITING_REVIEW:
        raise TrainingNotInReview(f"This training is {before.state.value.replace('_', ' ')}.")
    card = decide_again(before.decision_id, actor=actor)
    state = _state_after(card)
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        # Of two who ask at once one moves it; the other's decision stays on record.
        moved = LikenessTraining.objects.filter(
            id=training_id, state=TrainingState.AWAITING_REVIEW, decision_id=before.decision_id
        ).update(
            state=state, decision_id=card.id, finished_at=Now() if state is TrainingState.REFUSED else None
        )
        if moved and state is TrainingState.REFUSED:
            _log_end(training_id, actor=actor, reason_code="refused", decision=str(card.id))
    return training_card(training_id, actor=actor)


def cancel_training(training_id: UUID, *, actor: Actor) -> TrainingCard:
    """Cancel a training that is not finished; one that runs stops within a step, and nothing of it is kept.

    Cancelling twice is harmless. What has not begun ends at once, and the answer waits for the log.

    Raises:
        NoSuchTraining: none of the actor's organisation has the id.
        TrainingNotCancellable: it is finished in another way.
        LogNotReady: it is cancelled; its entry is not covered yet.
    """
    entries: list[UUID] = []
    asked = {"cancel_requested_at": Now(), "cancel_requested_by": actor.user_id}
    training_card(training_id, actor=actor)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        waiting = LikenessTraining.objects.filter(id=training_id, state__in=TRAINING_WAITS).update(
            state=TrainingState.CANCELLED, finished_at=Now(), **asked
        )
        if waiting:
            entries.append(_log_end(training_id, actor=actor, reason_code="cancelled"))
        else:
            # Whoever works on it looks at this column every second.
            LikenessTraining.objects.filter(
                id=training_id, state__in=TRAINING_IN_WORK, cancel_requested_at__isnull=True
            ).update(**asked)
    card = training_card(training_id, actor=actor)
    if card.state is not TrainingState.CANCELLED and (card.is_final or not card.cancel_requested):
        raise TrainingNotCancellable(f"This training is {card.state.value}; there is nothing left to cancel.")
    wait_until_covered(actor.organisation_id, entries, message=_ALREADY_CANCELLED)
    return card


@dataclass(frozen=True, slots=True)
class _Prepared:
    order: TrainingOrder
    sources: Sources
    model: ModelRelease
    use: UseOrder
    frames: int
    width: int
    height: int
    fps: int


def _prepare(order: TrainingOrder, actor: Actor) -> _Prepared:
    _check_terms(order)
    production_card(actor.organisation_id, order.production_id)
    sources = chosen_sources(order.sources, production_id=order.production_id, actor=actor)
    model = usable_model(order.model_id, actor, production_id=order.production_id)
    folder = model_folder(model)
    why = why_untrainable(folder)
    if why is not None:
        raise TrainingNotPossible("model", f"No adapter can be trained on {model}: {why}.")
    made = model_defaults(folder).render
    frames = made.num_frames if order.frames is None else order.frames
    size_limits(folder).check(
        RenderSpec(
            prompt=order.trigger,
            negative_prompt="",
            width=made.width,
            height=made.height,
            num_frames=frames,
            fps=Fraction(made.fps),
            steps=1,
            guidance_scale=1.0,
            seed=0,
            delivered_width=made.width,
            delivered_height=made.height,
        )
    )
    return _Prepared(
        order=order,
        sources=sources,
        model=model,
        use=_use(order, sources, model, actor),
        frames=frames,
        width=made.width,
        height=made.height,
        fps=made.fps,
    )


def _use(order: TrainingOrder, sources: Sources, model: ModelRelease, actor: Actor) -> UseOrder:
    """What the gate is asked. Nobody is shown anything yet: each take with the adapter is asked for by itself."""
    return UseOrder(
        organisation_id=actor.organisation_id,
        production_id=order.production_id,
        shot_id=None,
        use=Use.TRAIN_PROJECT_MODEL,
        stage=Stage.GENERATE,
        purpose=order.purpose,
        output_status=OutputStatus.TEMP,
        media=(),
        territories=(),
        languages=(),
        scenes=(),
        synthetic_role=SyntheticRole.NONE,
        photoreal=None,
        sensitive=(),
        replaces_in_person_work=False,
        prompt=order.trigger,
        negative_prompt="",
        cast=(CastMember(performer_id=sources.performer_id, replica_type=sources.consent.replica_type),),
        model=statement_of(model),
        requested_at=order.requested_at,
    )


def _check_terms(order: TrainingOrder) -> None:
    name = order.name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise TrainingNotPossible("name", f"Name the adapter in up to {LONGEST_NAME} printable characters.")
    if not TRIGGER.fullmatch(order.trigger):
        raise TrainingNotPossible(
            "trigger", "The trigger is one word of 2 to 40 letters, digits, - or _, a letter first."
        )
    if order.purpose not in {one.value for one in Purpose}:
        raise TrainingNotPossible("purpose", "Name a purpose of the rulebook.")
    bounds: Mapping[str, tuple[Decimal | int, tuple[Decimal | int, Decimal | int]]] = {
        "rank": (order.rank, RANKS),
        "steps": (order.steps, STEPS),
        "learning_rate": (order.learning_rate, LEARNING_RATES),
        "seed": (order.seed, (0, LARGEST_SEED)),
        "frames": (1 if order.frames is None else order.frames, (1, 2**15)),
    }
    for field, (said, (least, most)) in bounds.items():
        if not least <= said <= most:
            raise TrainingNotPossible(
                field, f"{field.replace('_', ' ').capitalize()} is from {least} to {most}."
            )


def _state_after(card: DecisionCard) -> TrainingState:
    if card.permitted:
        return TrainingState.QUEUED
    return TrainingState.AWAITING_REVIEW if card.needs_review else TrainingState.REFUSED


def _record(prepared: _Prepared, card: DecisionCard, *, actor: Actor, key: str, digest: str) -> UUID:
    order, sources = prepared.order, prepared.sources
    state, why = _state_after(card), ""
    if not sources.consent.permits_training:
        # No approval of legal review stands in for it: custody takes no adapter in under such a consent.
        state, why = TrainingState.REFUSED, NO_TRAINING_PERMITTED.format(consent=sources.consent.id)
    at = clock.now()
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        row: LikenessTraining = LikenessTraining.objects.create(
            production_id=order.production_id,
            performer_id=sources.performer_id,
            model=prepared.model,
            name=order.name.strip(),
            trigger=order.trigger,
            purpose=order.purpose,
            rank=order.rank,
            steps=order.steps,
            learning_rate=order.learning_rate,
            seed=order.seed,
            frames=prepared.frames,
            width=prepared.width,
            height=prepared.height,
            fps=prepared.fps,
            idempotency_key=key,
            request=order.body(),
            request_sha256=digest,
            requested_at=at,
            requested_by_id=actor.user_id,
            decision_id=card.id,
            state=state,
            failure_message=why,
            finished_at=at if state is TrainingState.REFUSED else None,
        )
        sources.record(row)
        _log_request(row, actor=actor, at=at)
        if state is TrainingState.REFUSED:
            _log_end(row.id, actor=actor, reason_code="refused", decision=str(card.id))
    return row.id


def _log_request(row: LikenessTraining, *, actor: Actor, at: datetime) -> None:
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.TRAINING_REQUESTED,
        actor=actor.label,
        subject=f"training:{row.id}",
        fields={
            "training": str(row.id),
            "decision": str(row.decision_id),
            "request_sha256": row.request_sha256,
            "model_sha256": row.model.lock_sha256,
            "performers": subjects.performers(actor.organisation_id, [row.performer_id]),
        },
        at=at,
        production_id=row.production_id,
        person_id=row.performer_id,
    )


def _log_end(training_id: UUID, *, actor: Actor, **fields: Canonical) -> UUID:
    row = LikenessTraining.objects.only("production_id", "performer_id").get(id=training_id)
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.TRAINING_ENDED,
        actor=actor.label,
        subject=f"training:{training_id}",
        fields={"training": str(training_id), **fields},
        at=clock.now(),
        production_id=row.production_id,
        person_id=row.performer_id,
    )


def _training_under(key: str, digest: str, *, actor: Actor) -> TrainingCard | None:
    with tenant(actor.organisation_id):
        row = LikenessTraining.objects.filter(idempotency_key=key).only("id", "request_sha256").first()
        if row is None:
            return None
        if row.request_sha256 != digest:
            raise TrainingConflict(row.id)
    return training_card(row.id, actor=actor)
