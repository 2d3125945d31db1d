"""Uses that need legal review, the people who decide them, and cases in any state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from accounts.models.organisation import Organisation
from accounts.values import Actor, Role
from core.clock import now
from core.tenancy import tenant
from licensing.decision_cards import DecisionCard
from licensing.models.review import ReviewApproval, ReviewCase, ReviewCaseDecision
from licensing.operations.gate import decide_use
from licensing.operations.holds import NewHold, place_hold
from licensing.operations.review_approvals import approve_case, give_second_key
from licensing.operations.review_delegations import give_delegation
from licensing.performer_cards import PerformerCard
from licensing.review.limits import Limits
from licensing.review.words import HeldKind, HoldReason
from licensing.values import UseOrder
from productions.queries import ProductionCard
from tests.factories.accounts import a_member, an_organisation
from tests.factories.licensing import a_performer, an_order, counsel_confirms
from tests.factories.productions import a_production


@dataclass(frozen=True, slots=True)
class Desk:
    """A studio with everybody whom a review takes, and a production."""

    organisation: Organisation
    producer: Actor
    lawyer: Actor
    second_lawyer: Actor
    union: Actor
    production: ProductionCard

    def ask(self, order: UseOrder | None = None, *, actor: Actor | None = None) -> DecisionCard:
        asking = actor or self.producer
        return decide_use(replace(order or self.to_china(), requested_at=now()), actor=asking)

    def to_china(self, **fields: Any) -> UseOrder:  # noqa: ANN401 - any field
        """A street without anybody for China: one key."""
        whole: dict[str, Any] = {"territories": ("CN",), "shot_id": None} | fields
        return an_order(self.producer, self.production, **whole)

    def with_a_doubtful_name(self, **fields: Any) -> UseOrder:  # noqa: ANN401 - any field
        """A prompt that may mean somebody on the register: two keys."""
        whole: dict[str, Any] = {"prompt": "Anna Ruis Calder walks along a pier.", "shot_id": None} | fields
        return an_order(self.producer, self.production, **whole)


def a_desk() -> Desk:
    organisation = an_organisation()
    producer = a_member(Role.PRODUCER, organisation=organisation)
    lawyer = a_member(Role.LEGAL, organisation=organisation)
    counsel_confirms(lawyer)
    return Desk(
        organisation=organisation,
        producer=producer,
        lawyer=lawyer,
        second_lawyer=a_member(Role.LEGAL, organisation=organisation),
        union=a_member(Role.UNION_REP, organisation=organisation),
        production=a_production(producer, governing_law="US-WA"),
    )


def on_the_register(desk: Desk, name: str = "Ana Ruiz Calder") -> PerformerCard:
    return a_performer(desk.lawyer, name)


def limits(**changes: Any) -> Limits:  # noqa: ANN401 - any limit
    whole: dict[str, Any] = {
        "valid_until": now() + timedelta(days=30),
        "media": ("theatrical", "svod"),
        "territories": ("CN",),
    }
    return Limits(**whole | changes)


def case_of(actor: Actor, decision: DecisionCard) -> UUID:
    """The case that a decision opened or joined."""
    with tenant(actor.organisation_id):
        found: UUID = ReviewCaseDecision.objects.values_list("case_id", flat=True).get(
            decision_id=decision.id
        )
    return found


def state_of_case(actor: Actor, case_id: UUID) -> str:
    with tenant(actor.organisation_id):
        state: str = ReviewCase.objects.values_list("state", flat=True).get(id=case_id)
    return state


def approval_of(actor: Actor, case_id: UUID) -> ReviewApproval:
    with tenant(actor.organisation_id):
        row: ReviewApproval = ReviewApproval.objects.get(case_id=case_id)
    return row


def an_approved_case(desk: Desk, **changes: Any) -> UUID:  # noqa: ANN401 - any limit
    """A release for China that was asked for, escalated and approved."""
    card = desk.ask()
    assert card.id is not None
    case_id = case_of(desk.lawyer, card)
    approve_case(case_id, limits(**changes), decision_id=card.id, actor=desk.lawyer)
    return case_id


def a_furnished_desk(actor: Actor, production: ProductionCard) -> dict[str, str]:
    """A row in every table of legal review, in the studio of `actor`; values for arguments of addresses."""
    with tenant(actor.organisation_id):
        organisation = Organisation._base_manager.get(id=actor.organisation_id)
    desk = Desk(
        organisation=organisation,
        producer=a_member(Role.PRODUCER, organisation=organisation),
        lawyer=a_member(Role.LEGAL, organisation=organisation),
        second_lawyer=a_member(Role.LEGAL, organisation=organisation),
        union=a_member(Role.UNION_REP, organisation=organisation),
        production=production,
    )
    order = desk.with_a_doubtful_name(prompt="Harbour Anna Ruis Kalder, alone.")
    on_the_register(desk, "Anna Ruiz Kalder")
    card = desk.ask(order)
    assert card.id is not None
    case_id = case_of(desk.lawyer, card)
    approve_case(case_id, limits(territories=("US",)), decision_id=card.id, actor=desk.lawyer)
    key = approval_of(desk.lawyer, case_id).limits_sha256
    give_second_key(case_id, limits_sha256=key, actor=desk.union)
    assert desk.ask(order).permitted
    delegation = give_delegation(
        stand_in=desk.second_lawyer.user_id or case_id,
        valid_from=now(),
        valid_until=now() + timedelta(days=1),
        actor=desk.lawyer,
    )
    new = NewHold(
        kind=HeldKind.PRODUCTION,
        held_id=production.id,
        reason=HoldReason.LAWSUIT,
        matter=f"{case_id} v. Studio",
    )
    hold = place_hold(new, actor=desk.lawyer)
    return {"case_id": str(case_id), "delegation_id": str(delegation.id), "hold_id": str(hold.id)}
