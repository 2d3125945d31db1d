"""Asking for takes, stopping them and trying them again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection
from django.db.models import Max, Q
from django.db.models.functions import Now
from psycopg.errors import UniqueViolation

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.adapters.choosing import Chosen
from generation.authorship.recording import record_request
from generation.coverage import Coverage
from generation.errors import (
    IdempotencyConflict,
    TakeNotCancellable,
    TakeNotRetryable,
)
from generation.events import note_state
from generation.iterating.made_from import MadeFrom
from generation.iterating.origins import parents_of
from generation.model_defaults import model_defaults
from generation.model_statements import statement_of
from generation.models import ModelRelease, Take
from generation.operations.fitting_models import fitted, model_folder
from generation.operations.take_caps import require_room
from generation.ordering import (
    CompletedOrder,
    check_numbers,
    checked_key,
    request_body,
    request_digest,
)
from generation.queries import TakeCard, take_card
from generation.reference_pictures.choosing import ChosenPictures
from generation.spec import RenderSpec
from generation.values import IN_WORK, TakeOrder, TakeState
from generation.waking import wake_after_commit
from licensing.decision_cards import DecisionCard
from licensing.errors import QuotaExhausted
from licensing.operations.gate import decide_use
from licensing.operations.quotas import hold_quotas, release_quotas
from licensing.queries import performers_of
from licensing.quotas import take_amounts
from licensing.values import UseOrder
from productions.queries import shot_card
from provenance.references.queries import reference_cards

_ALREADY_CANCELLED = (
    "The take is cancelled and nothing will be made of it. The log has not confirmed it yet and will without your "
    "doing. Do not send it again."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """What would happen: nothing of it is recorded."""

    decision: DecisionCard
    spec: RenderSpec
    coverage: Coverage | None


def request_take(order: TakeOrder, *, actor: Actor, idempotency_key: str | None) -> TakeCard:
    """Decide a take and, where it is permitted, queue it.

    Every answer leaves a take: `queued`, `awaiting_review` or `refused`. The same request under the same key gives
    the same take again and decides nothing anew.

    Raises:
        IdempotencyKeyMissing, IdempotencyConflict, TooManyTakes: see there.
        RequestNotPossible, SizeNotPossible, CameraMoveUnknown: the request cannot be made; nothing is recorded.
        ParentNotUsable, LessThanParent, ModelCannot: it cannot be made from what it names; nothing is recorded.
        AdapterUnusable, ReferencePictureUnusable, licensing.custody.errors: nor with these; nothing is recorded.
        NoApprovedModel, ModelNotCleared, productions.errors.NoSuchShot, provenance.errors.ReferenceMissing.
        licensing.errors: the use cannot be judged, such as an unknown performer or an empty prompt.
        LogNotReady: the decision is not covered by the log; there is no take.
    """
    key = checked_key(idempotency_key)
    check_numbers(order)
    digest = request_digest(request_body(order))
    known = _take_under(key, digest, organisation_id=actor.organisation_id)
    if known is not None:
        return known
    require_room(actor, shot_id=order.shot_id)
    prepared = _prepare(order, actor)
    try:
        take_id = _decided_and_recorded(prepared, actor=actor, key=key, digest=digest)
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        # A twin request was faster: its take is the answer, this decision stays on record.
        known = _take_under(key, digest, organisation_id=actor.organisation_id)
        if known is None:
            raise
        return known
    return take_card(actor.organisation_id, take_id)


def try_take(order: TakeOrder, *, actor: Actor) -> Trial:
    """Say what `request_take` would answer, recording nothing.

    Raises:
        As `request_take`, without those about the key.
    """
    prepared = _prepare(order, actor)
    card = decide_use(prepared.use_order, actor=actor, dry_run=True)
    return Trial(decision=card, spec=prepared.order.spec, coverage=prepared.order.coverage)


def cancel_take(take_id: UUID, *, actor: Actor) -> TakeCard:
    """Cancel a take that is not finished; one that is being rendered stops within a step.

    Cancelling twice is harmless. What has not begun ends at once, and the answer waits for the log.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        TakeNotCancellable: it is finished in another way.
        LogNotReady: it is cancelled; its entry is not covered yet.
    """
    entries: list[UUID] = []
    with tenant(actor.organisation_id, user_id=actor.user_id):
        waiting = Take.objects.filter(
            id=take_id, state__in=[TakeState.QUEUED, TakeState.AWAITING_REVIEW]
        ).update(state=TakeState.CANCELLED, cancel_requested_at=Now(), finished_at=Now())
        if waiting:
            at = clock.now()
            note_state(take_id, TakeState.CANCELLED, at=at)
            release_quotas(actor.organisation_id, take_id)
            entries.append(_log_act(EntryType.TAKE_CANCELLED, take_id, actor=actor, at=at))
        else:
            # Whoever renders it looks at this column twice a second.
            Take.objects.filter(id=take_id, state__in=IN_WORK, cancel_requested_at__isnull=True).update(
                cancel_requested_at=Now()
            )
        card = take_card(actor.organisation_id, take_id)
    if card.state is not TakeState.CANCELLED and not card.cancel_requested:
        raise TakeNotCancellable(f"This take is {card.state.value}; there is nothing left to cancel.")
    wait_until_covered(actor.organisation_id, entries, message=_ALREADY_CANCELLED)
    return card


def retry_take(take_id: UUID, *, actor: Actor) -> TakeCard:
    """Queue a failed take again, with the same request and seed. The rules are asked anew before it renders.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        TakeNotRetryable: it has not failed.
        TooManyTakes: the actor has as many waiting or in work as one may have, here or in the production.
        QuotaExhausted: others took what it gave back of a consent's limits.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        require_room(actor, shot_id=take_card(actor.organisation_id, take_id).shot_id)
        queued = Take.objects.filter(id=take_id, state=TakeState.FAILED).update(
            state=TakeState.QUEUED,
            failure_code="",
            failure_message="",
            attempt=0,
            stage="",
            step=0,
            stage_steps=0,
            cancel_requested_at=None,
            finished_at=None,
            woken_at=Now(),
            not_before=None,
        )
        card = take_card(actor.organisation_id, take_id)
        if not queued:
            raise TakeNotRetryable(f"This take is {card.state.value}; only a failed one can be tried again.")
        at = clock.now()
        hold_quotas(
            actor.organisation_id,
            card.decision_id,
            job_id=take_id,
            amounts=take_amounts(card.duration_ms),
        )
        note_state(take_id, TakeState.QUEUED, at=at)
        _log_act(EntryType.TAKE_RETRIED, take_id, actor=actor, at=at)
        wake_after_commit(take_id, actor.organisation_id)
    return card


def _log_act(entry_type: EntryType, take_id: UUID, *, actor: Actor, at: datetime) -> UUID:
    """Log what becomes of a take, inside the transaction that does it; the entry's identifier."""
    production_id: UUID = Take.objects.values_list("shot__sequence__production_id", flat=True).get(id=take_id)
    return trail.record(
        organisation_id=actor.organisation_id,
        entry_type=entry_type,
        actor=actor.label,
        subject=f"take:{take_id}",
        fields={"take": str(take_id)},
        at=at,
        production_id=production_id,
    )


@dataclass(frozen=True, slots=True)
class _Prepared:
    asked: TakeOrder
    order: CompletedOrder
    model: ModelRelease
    use_order: UseOrder
    made_from: MadeFrom | None
    adapters: Chosen
    pictures: ChosenPictures
    min_vram_mb: int | None


def _prepare(asked: TakeOrder, actor: Actor) -> _Prepared:
    shot = shot_card(actor.organisation_id, asked.shot_id)
    reference_cards(actor.organisation_id, asked.references, production_id=shot.production_id)
    parents = None if asked.origin is None else parents_of(asked.origin, actor=actor)
    made = fitted(asked, parents, production_id=shot.production_id, actor=actor)
    order, spec = made.order, made.complete.spec
    scenes = order.scenes if order.scenes is not None else ((shot.scene,) if shot.scene else ())
    use_order = UseOrder(
        organisation_id=actor.organisation_id,
        production_id=shot.production_id,
        shot_id=shot.id,
        use=order.use,
        stage="generate",
        purpose=order.purpose,
        output_status=order.output_status,
        media=order.media,
        territories=order.territories,
        languages=order.languages,
        scenes=scenes,
        synthetic_role=order.synthetic_role,
        photoreal=order.photoreal,
        sensitive=order.sensitive,
        replaces_in_person_work=order.replaces_in_person_work,
        # With the words of the camera move: what is decided is what is rendered.
        prompt=spec.prompt,
        negative_prompt=order.negative_prompt,
        cast=order.cast,
        model=statement_of(made.model),
        requested_at=order.requested_at,
        duration_ms=spec.duration_ms,
        stated=order.stated,
    )
    memory = model_defaults(model_folder(made.model)).min_vram_mb(spec)
    return _Prepared(
        asked, made.complete, made.model, use_order, made.made_from, made.adapters, made.pictures, memory
    )


def _take_under(key: str, digest: str, *, organisation_id: UUID) -> TakeCard | None:
    with tenant(organisation_id):
        row = Take.objects.filter(idempotency_key=key).only("id", "request_sha256").first()
        if row is None:
            return None
        if row.request_sha256 != digest:
            raise IdempotencyConflict(row.id)
        return take_card(organisation_id, row.id)


def _state_after(card: DecisionCard) -> TakeState:
    if card.permitted:
        return TakeState.QUEUED
    return TakeState.AWAITING_REVIEW if card.needs_review else TakeState.REFUSED


def _decided_and_recorded(prepared: _Prepared, *, actor: Actor, key: str, digest: str) -> UUID:
    while True:
        card = decide_use(prepared.use_order, actor=actor)
        # Others who took the rest of a limit meanwhile came first: asked again, the gate says so.
        with suppress(QuotaExhausted):
            return _record(prepared, card, actor=actor, key=key, digest=digest)


def _record(prepared: _Prepared, card: DecisionCard, *, actor: Actor, key: str, digest: str) -> UUID:
    state = _state_after(card)
    spec, words = prepared.order.spec, prepared.order.coverage
    at = prepared.asked.requested_at
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        require_room(actor, shot_id=prepared.asked.shot_id)
        take = Take.objects.create(
            shot_id=prepared.asked.shot_id,
            number=_next_number(prepared.asked.shot_id),
            model=prepared.model,
            requested_by_id=actor.user_id,
            requested_at=at,
            idempotency_key=key,
            request=request_body(prepared.asked),
            request_sha256=digest,
            decision_id=card.id,
            state=state,
            prompt=prepared.asked.prompt,
            camera_move=prepared.asked.camera_move,
            camera_words=prepared.order.camera_words,
            negative_prompt=spec.negative_prompt,
            width=spec.width,
            height=spec.height,
            num_frames=spec.num_frames,
            fps=int(spec.fps),
            steps=spec.steps,
            guidance_scale=f"{spec.guidance_scale:.2f}",
            seed=spec.seed,
            priority=prepared.asked.priority.rank,
            min_vram_mb=prepared.min_vram_mb,
            delivered_width=spec.delivered_width,
            delivered_height=spec.delivered_height,
            understood=None if words is None else [asdict(word) for word in words.understood],
            ignored=[] if words is None else list(words.ignored),
            woken_at=at if state is TakeState.QUEUED else None,
            finished_at=at if state is TakeState.REFUSED else None,
        )
        if state is TakeState.QUEUED:
            hold_quotas(
                actor.organisation_id,
                take.decision_id,
                job_id=take.id,
                amounts=take_amounts(spec.duration_ms),
            )
        if prepared.made_from is not None:
            prepared.made_from.record(take, at=at)
        prepared.adapters.record(take, at=at)
        prepared.pictures.record(take, at=at)
        note_state(take.id, state, at=at)
        _log_request(take, state, production_id=card.production_id, actor=actor, digest=digest, at=at)
        if state is not TakeState.REFUSED:
            chosen = prepared.asked.seed is not None
            record_request(take, production_id=card.production_id, seed_chosen=chosen, actor=actor, at=at)
        if state is TakeState.QUEUED:
            wake_after_commit(take.id, actor.organisation_id)
    take_id: UUID = take.id
    return take_id


def _log_request(
    take: Take, state: TakeState, *, production_id: UUID, actor: Actor, digest: str, at: datetime
) -> None:
    refused = state is TakeState.REFUSED
    fields: dict[str, Canonical] = {"take": str(take.id), "decision": str(take.decision_id)}
    if not refused:
        whose = performers_of(actor.organisation_id, take.decision_id)
        fields |= {
            "request_sha256": digest,
            "model_sha256": take.model.lock_sha256,
            "performers": subjects.performers(actor.organisation_id, whose),
        }
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.TAKE_REFUSED if refused else EntryType.TAKE_REQUESTED,
        actor=actor.label,
        subject=f"take:{take.id}",
        fields=fields,
        at=at,
        production_id=production_id,
    )


def _next_number(shot_id: UUID) -> int:
    with connection.cursor() as cursor:
        # Two requests for one shot get two numbers; the lock ends with the transaction.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"takes of {shot_id}"])
    last: int | None = Take.objects.filter(Q(shot_id=shot_id)).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
