"""What is foreseen counts approvals as the gate does: within their time and takes, and not for who gave them."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core import clock
from core.tenancy import tenant
from licensing.foresight.events import Event, StrikeStarts, TimePasses
from licensing.foresight.foreseeing import Foreseen, foresee
from licensing.foresight.questions import questions_of
from licensing.operations.gate import redecide
from licensing.values import Agreement
from tests.factories.reviews import Desk, a_desk, an_approved_case

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def desk() -> Desk:
    return a_desk()


def _foreseen(
    desk: Desk, *decisions: UUID | None, event: Event | None = None, at: datetime | None = None
) -> list[Foreseen]:
    with tenant(desk.producer.organisation_id):
        now = clock.now()
        asked = list(questions_of([one for one in decisions if one]))
        found = foresee(asked, event or TimePasses(), at=at or now, now=now)
    order = {one.question.decision_id: one for one in found.answers}
    return [order[one] for one in decisions if one]


def _again(desk: Desk, decision_id: UUID | None) -> str:
    assert decision_id is not None
    return redecide(
        decision_id,
        organisation_id=desk.producer.organisation_id,
        stage="generate",
        actor_label="worker:w1",
    ).outcome


def test_an_approval_permits_until_its_time_is_over(desk: Desk) -> None:
    an_approved_case(desk)
    second = desk.ask()

    (now,) = _foreseen(desk, second.id)
    (later,) = _foreseen(desk, second.id, at=clock.now() + timedelta(days=31))

    assert second.permitted
    assert now.after.outcome == _again(desk, second.id)
    assert now.after.permitted
    assert later.stops


def test_the_last_take_of_an_approval_is_whose_it_is(desk: Desk) -> None:
    an_approved_case(desk, most_takes=1)
    second = desk.ask()
    third = desk.ask()

    answers = _foreseen(desk, second.id, third.id)

    assert [one.after.permitted for one in answers] == [True, False]
    assert [one.after.outcome.value for one in answers] == [
        _again(desk, second.id),
        _again(desk, third.id),
    ]


def test_no_approval_counts_for_who_gave_it(desk: Desk) -> None:
    an_approved_case(desk)
    lawyers_own = desk.ask(actor=desk.lawyer)

    (answer,) = _foreseen(desk, lawyers_own.id)

    assert not answer.after.permitted
    assert answer.after.outcome == _again(desk, lawyers_own.id)


def test_a_strike_leaves_a_street_without_anybody_alone(desk: Desk) -> None:
    an_approved_case(desk)
    second = desk.ask()

    (answer,) = _foreseen(desk, second.id, event=StrikeStarts(Agreement.SAG_TVT_2026))

    assert not answer.stops
