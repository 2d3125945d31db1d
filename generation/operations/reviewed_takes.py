"""A take that waits for legal review is asked for again, and goes on when it is permitted."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db.models.functions import Now

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from generation.errors import TakeNotInReview
from generation.events import note_state
from generation.models import Take
from generation.queries import TakeCard, take_card
from generation.values import TakeState
from generation.waking import wake_after_commit
from licensing.decision_cards import DecisionCard
from licensing.errors import QuotaExhausted
from licensing.operations.gate import decide_again
from licensing.operations.quotas import hold_quotas
from licensing.quotas import take_amounts


def ask_again(take_id: UUID, *, actor: Actor) -> TakeCard:
    """Decide a take in review on what holds now: it is queued, stays in review, or is refused.

    Whoever asks is the requester of the new decision; their own approval does not count for it.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        TakeNotInReview: it does not wait for review.
        LogNotReady: it was decided, and the take waits as before.
    """
    before = take_card(actor.organisation_id, take_id)
    if before.state is not TakeState.AWAITING_REVIEW:
        raise TakeNotInReview(f"This take is {before.state.value}; only one in review is asked for again.")
    while True:
        card = decide_again(before.decision_id, actor=actor, job=take_id)
        # Others who took the rest of a limit meanwhile came first: asked again, the gate says so.
        with suppress(QuotaExhausted):
            return _moved(before, card, actor=actor)


def _moved(before: TakeCard, card: DecisionCard, *, actor: Actor) -> TakeCard:
    take_id = before.id
    if card.permitted:
        state, entry_type = TakeState.QUEUED, EntryType.TAKE_RESUMED
    elif card.needs_review:
        state, entry_type = TakeState.AWAITING_REVIEW, None
    else:
        state, entry_type = TakeState.REFUSED, EntryType.TAKE_REFUSED
    at = clock.now()
    with tenant(actor.organisation_id, user_id=actor.user_id, durable=True):
        # Of two who ask at once one moves the take; the other's decision stays on record.
        moved = Take.objects.filter(
            id=take_id, state=TakeState.AWAITING_REVIEW, decision_id=before.decision_id
        ).update(
            state=state,
            decision_id=card.id,
            woken_at=Now() if state is TakeState.QUEUED else None,
            finished_at=Now() if state is TakeState.REFUSED else None,
        )
        if moved and state is TakeState.QUEUED:
            decision_id: UUID = Take.objects.values_list("decision_id", flat=True).get(id=take_id)
            hold_quotas(
                actor.organisation_id,
                decision_id,
                job_id=take_id,
                amounts=take_amounts(before.duration_ms),
            )
        if moved and entry_type is not None:
            note_state(take_id, state, at=at)
            fields: dict[str, Canonical] = {"take": str(take_id), "decision": str(card.id)}
            trail.record(
                organisation_id=actor.organisation_id,
                entry_type=entry_type,
                actor=actor.label,
                subject=f"take:{take_id}",
                fields=fields,
                at=at,
                production_id=card.production_id,
            )
        if moved and state is TakeState.QUEUED:
            wake_after_commit(take_id, actor.organisation_id)
    return take_card(actor.organisation_id, take_id)
