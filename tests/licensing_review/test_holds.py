from __future__ import annotations

import pytest

from accounts.errors import RoleMissing
from audit import subjects
from audit.erasure import erase_person
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.errors import TakeNotInReview
from generation.models import Take
from generation.operations.reviewed_takes import ask_again
from generation.values import TakeState
from licensing.operations.holds import NewHold, lift_hold, place_hold
from licensing.operations.review_approvals import approve_case
from licensing.review.errors import HeldForLitigation, HoldOnRecord, NothingToHold
from licensing.review.words import HeldKind, HoldReason
from tests.factories.licensing import an_engagement
from tests.factories.reviews import Desk, case_of, limits, on_the_register
from tests.factories.takes import a_take

pytestmark = pytest.mark.usefixtures("committed_db")


def _hold(kind: HeldKind, held_id: object) -> NewHold:
    return NewHold(kind=kind, held_id=held_id, reason=HoldReason.LAWSUIT, matter="Calder v. Studio")  # type: ignore[arg-type]


def _erase(desk: Desk, person_id: object) -> object:
    return erase_person(desk.organisation.id, person_id, actor="system", at=now())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [HeldKind.PERFORMER, HeldKind.PRODUCTION])
def test_whoever_is_held_is_not_erased_until_legal_lifts_it(desk: Desk, kind: HeldKind) -> None:
    ana = on_the_register(desk)
    an_engagement(desk.lawyer, desk.production, ana)
    row = place_hold(
        _hold(kind, ana.id if kind is HeldKind.PERFORMER else desk.production.id), actor=desk.lawyer
    )

    with pytest.raises(HeldForLitigation):
        _erase(desk, ana.id)
    assert subjects.opening(desk.organisation.id, f"performer:{ana.id}") is not None
    lift_hold(row.id, because="Settled.", actor=desk.second_lawyer)

    assert _erase(desk, ana.id) is not None


def test_a_hold_is_legals_of_something_that_is_there_and_once(desk: Desk) -> None:
    ana = on_the_register(desk)
    with pytest.raises(RoleMissing):
        place_hold(_hold(HeldKind.PERFORMER, ana.id), actor=desk.producer)
    for kind in HeldKind:
        with pytest.raises(NothingToHold):
            place_hold(_hold(kind, new_id()), actor=desk.lawyer)
    place_hold(_hold(HeldKind.PERFORMER, ana.id), actor=desk.lawyer)
    with pytest.raises(HoldOnRecord):
        place_hold(_hold(HeldKind.PERFORMER, ana.id), actor=desk.lawyer)


def test_a_take_in_review_goes_on_once_it_is_approved(desk: Desk) -> None:
    card = desk.ask()
    assert card.id is not None
    take = a_take(desk.producer, state=TakeState.AWAITING_REVIEW)
    with tenant(desk.organisation.id):
        Take.objects.filter(id=take.id).update(decision_id=card.id)

    assert ask_again(take.id, actor=desk.producer).state is TakeState.AWAITING_REVIEW
    with tenant(desk.organisation.id):
        newest = Take.objects.get(id=take.id).decision_id
    case_id = case_of(desk.lawyer, card)
    approve_case(case_id, limits(), decision_id=newest, actor=desk.lawyer)

    assert ask_again(take.id, actor=desk.producer).state is TakeState.QUEUED
    with pytest.raises(TakeNotInReview):
        ask_again(take.id, actor=desk.producer)
