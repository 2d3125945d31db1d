from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection

from accounts.values import Actor, Role
from core.clock import now, rfc3339
from core.tenancy import tenant
from licensing.models.synthetic import SyntheticStep
from licensing.operations.gate import decide_use
from licensing.synthetics.errors import NoSuchSyntheticFile, StepRefused, SyntheticFileOnRecord
from licensing.synthetics.files import NewSyntheticFile, open_file, take_step
from licensing.synthetics.order import Step, facts_of_steps, require_step, state_of, strictest
from licensing.synthetics.reading import SyntheticFileCard, synthetic_card, synthetic_facts
from licensing.synthetics.words import SyntheticStepKind as Kind
from licensing.values import ValueFinding
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.licensing import an_order
from tests.factories.log_readers import newest_entries

PROOF = "cd" * 32
GOOD = ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE


def a_step(kind: Kind, *, ago: timedelta = timedelta(), **fields: Any) -> Step:  # noqa: ANN401 - any field
    facts: dict[str, Any] = {"kind": kind, "happened_at": now() - ago}
    match kind:
        case Kind.VALUE_FOUND:
            facts |= {
                "finding": GOOD,
                "author": "R. Lindqvist",
                "text": "No living actor is nine metres tall.",
            }
        case Kind.NOTICE_SENT | Kind.NOTICE_SERVED | Kind.ARBITRATION_OPENED:
            facts |= {"proof_sha256": PROOF}
        case Kind.AGREED | Kind.AWARDED:
            facts |= {"proof_sha256": PROOF, "amount_minor": 1_250_000, "currency": "USD"}
        case Kind.PLAN_PAID:
            facts |= {"proof_sha256": PROOF, "amount_minor": 1_250_000, "currency": "USD", "plan": "Health"}
        case Kind.NOTE | Kind.CLOSED:
            facts |= {"text": "The role was recast."}
        case Kind.BARGAINING_OPENED:
            pass
    return Step(**facts | fields)


IN_ORDER = (Kind.VALUE_FOUND, Kind.NOTICE_SENT, Kind.NOTICE_SERVED, Kind.BARGAINING_OPENED)


def a_file(legal: Actor, production: ProductionCard, role: str = "The Harbour Giant") -> SyntheticFileCard:
    new = NewSyntheticFile(production_id=production.id, role=role, why_human_role="A fisherman, grown large.")
    return open_file(new, actor=legal)


def _synthetic_order(legal: Actor, production: ProductionCard) -> Any:  # noqa: ANN401 - a UseOrder
    return an_order(legal, production, synthetic_role="human", prompt="A giant wades through the harbour.")


def _rules(card: Any) -> dict[str, str]:  # noqa: ANN401 - a DecisionCard
    return {reason.rule_id: reason.message for reason in card.reasons if reason.rule_id.startswith("TVT-1")}


class TestInOrder:
    def test_each_step_leads_to_its_state(self) -> None:
        taken: list[Step] = []
        states = []
        for kind in (*IN_ORDER, Kind.ARBITRATION_OPENED, Kind.AWARDED, Kind.PLAN_PAID, Kind.CLOSED):
            step = a_step(kind)
            require_step(step, taken, at=now())
            taken.append(step)
            states.append(state_of(taken).value)

        assert states == [
            "value_found",
            "notice_sent",
            "clock_runs",
            "bargaining",
            "in_arbitration",
            "settled",
            "plan_paid",
            "closed",
        ]

    @pytest.mark.parametrize(
        ("taken", "step", "said"),
        [
            ((), a_step(Kind.NOTICE_SENT), "follows value found"),
            ((Kind.VALUE_FOUND,), a_step(Kind.NOTICE_SERVED), "follows notice sent"),
            (IN_ORDER[:3], a_step(Kind.AGREED), "follows bargaining opened"),
            (IN_ORDER, a_step(Kind.PLAN_PAID), "follows agreed or awarded"),
            (IN_ORDER, a_step(Kind.BARGAINING_OPENED), "on record already"),
            ((Kind.CLOSED,), a_step(Kind.NOTE), "closed"),
            ((Kind.VALUE_FOUND,), a_step(Kind.NOTICE_SENT, ago=timedelta(days=9)), "cannot lie before"),
            ((), a_step(Kind.NOTE, ago=timedelta(days=-1)), "after now"),
            ((), a_step(Kind.VALUE_FOUND, author=""), "author"),
            ((), a_step(Kind.VALUE_FOUND, finding=None), "what value was found"),
            ((), a_step(Kind.NOTE, finding=GOOD), "what value was found"),
            ((Kind.VALUE_FOUND,), a_step(Kind.NOTICE_SENT, proof_sha256=""), "SHA-256 of the paper"),
            (IN_ORDER, a_step(Kind.AGREED, amount_minor=None), "amount and its currency"),
            (IN_ORDER, a_step(Kind.AGREED, currency="dollars"), "amount and its currency"),
            ((), a_step(Kind.NOTE, amount_minor=1, currency="USD"), "nothing else"),
            ((*IN_ORDER, Kind.AGREED), a_step(Kind.PLAN_PAID, plan=" "), "not to a person"),
        ],
    )
    def test_a_story_that_did_not_happen_cannot_be_told(
        self, taken: tuple[Kind, ...], step: Step, said: str
    ) -> None:
        before = [a_step(kind, ago=timedelta(hours=1)) for kind in taken]

        with pytest.raises(StepRefused, match=said):
            require_step(step, before, at=now())


class TestFacts:
    def test_what_is_not_on_record_has_not_happened_but_an_unsought_finding_is_unknown(self) -> None:
        assert facts_of_steps([]) == {
            "value_finding": None,
            "union_notice_at": False,
            "bargaining_opened_at": False,
            "agreed_at": False,
            "arbitration_opened_at": False,
        }

    def test_a_notice_counts_when_it_was_served(self) -> None:
        sent, served = a_step(Kind.NOTICE_SENT, ago=timedelta(days=3)), a_step(Kind.NOTICE_SERVED)

        assert facts_of_steps([sent])["union_notice_at"] is False
        assert facts_of_steps([sent, served])["union_notice_at"] == rfc3339(served.happened_at)

    def test_the_latest_finding_counts(self) -> None:
        first, second = a_step(Kind.VALUE_FOUND), a_step(Kind.VALUE_FOUND, finding=ValueFinding.COST)

        assert facts_of_steps([first, second])["value_finding"] == "cost"

    def test_of_several_files_the_worst_of_each_counts(self) -> None:
        ready = facts_of_steps([a_step(kind) for kind in (*IN_ORDER, Kind.AGREED)])

        assert strictest([]) is None
        assert strictest([ready]) == ready
        both = strictest([ready, facts_of_steps([a_step(Kind.VALUE_FOUND, finding=ValueFinding.COST)])])
        assert both == {
            "value_finding": "cost",
            "union_notice_at": False,
            "bargaining_opened_at": False,
            "agreed_at": False,
            "arbitration_opened_at": False,
        }
        unlooked = strictest([ready, facts_of_steps([])])
        assert unlooked is not None
        assert unlooked["value_finding"] is None


def test_the_gate_reads_the_file_and_says_what_is_missing_step_by_step(
    legal: Actor, production: ProductionCard
) -> None:
    unknown = decide_use(_synthetic_order(legal, production), actor=legal)
    assert "synthetic.value_finding" in str(unknown.reasons)

    file = a_file(legal, production)
    take_step(file.id, a_step(Kind.VALUE_FOUND), actor=legal)
    untold = decide_use(_synthetic_order(legal, production), actor=legal)
    assert untold.outcome == "deny_until"
    assert "no written notice" in str(untold.reasons)

    for kind in (Kind.NOTICE_SENT, Kind.NOTICE_SERVED, Kind.BARGAINING_OPENED):
        take_step(file.id, a_step(kind), actor=legal)
    bargaining = decide_use(_synthetic_order(legal, production), actor=legal)
    assert "no written notice" not in str(bargaining.reasons)
    assert "Nothing is agreed" in str(bargaining.reasons)

    take_step(file.id, a_step(Kind.AGREED), actor=legal)
    agreed = decide_use(_synthetic_order(legal, production), actor=legal)
    assert not {"deny", "deny_until"} & {one.outcome for one in agreed.reasons if one.rule_id == "TVT-13"}
    assert "pay_plan" in {one.duty for one in agreed.duties}

    take_step(file.id, a_step(Kind.VALUE_FOUND, finding=ValueFinding.COST), actor=legal)
    assert decide_use(_synthetic_order(legal, production), actor=legal).outcome == "deny_until"


def test_another_open_file_of_the_production_stops_all_and_a_closed_one_nothing(
    legal: Actor, production: ProductionCard
) -> None:
    file, other = a_file(legal, production), a_file(legal, production, "The Lamp Keeper")
    for kind in (*IN_ORDER, Kind.AGREED):
        take_step(file.id, a_step(kind), actor=legal)
    assert decide_use(_synthetic_order(legal, production), actor=legal).outcome not in {"allow", "warn"}
    with tenant(legal.organisation_id):
        facts = synthetic_facts(production.id)
    assert facts is not None
    assert facts["agreed_at"] is False

    take_step(other.id, a_step(Kind.CLOSED), actor=legal)

    with tenant(legal.organisation_id):
        facts = synthetic_facts(production.id)
    assert facts is not None
    assert isinstance(facts["agreed_at"], str)


def test_every_step_is_in_the_log_without_its_words(legal: Actor, production: ProductionCard) -> None:
    file = a_file(legal, production)
    take_step(file.id, a_step(Kind.VALUE_FOUND), actor=legal)
    take_step(file.id, a_step(Kind.NOTICE_SENT), actor=legal)

    integrate_all()

    lines = [
        one
        for one in newest_entries(legal.organisation_id).entries[::-1]
        if one.type.startswith("licensing.synthetic")
    ]
    assert [(one.type, one.fields.get("step_code")) for one in lines] == [
        ("licensing.synthetic.opened", None),
        ("licensing.synthetic.stepped", "value_found"),
        ("licensing.synthetic.stepped", "notice_sent"),
    ]
    assert lines[-1].fields["proof_sha256"] == PROOF
    assert "Harbour" not in str([one.fields for one in lines])


def test_one_role_has_one_file_and_strangers_have_none(legal: Actor, production: ProductionCard) -> None:
    file = a_file(legal, production)

    with pytest.raises(SyntheticFileOnRecord):
        a_file(legal, production)
    with pytest.raises(NoSuchSyntheticFile):
        synthetic_card(file.id, actor=a_member(Role.LEGAL))
    with pytest.raises(StepRefused, match="human"):
        open_file(
            NewSyntheticFile(production_id=production.id, role="X", why_human_role=" "),
            actor=legal,
        )


def test_the_database_keeps_steps_as_they_are_and_closed_files_closed(
    legal: Actor, production: ProductionCard
) -> None:
    file = a_file(legal, production)
    take_step(file.id, a_step(Kind.CLOSED), actor=legal)
    with tenant(legal.organisation_id):
        row = SyntheticStep.objects.get()
    row.id, row.kind = file.id, Kind.NOTE
    with pytest.raises(IntegrityError, match="closed"), tenant(legal.organisation_id):
        row.save(force_insert=True)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        tenant(legal.organisation_id),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE licensing_syntheticstep SET text = 'x'")


def test_without_a_calendar_no_date_is_guessed(legal: Actor, production: ProductionCard) -> None:
    file = a_file(legal, production)
    for kind in IN_ORDER[:3]:
        take_step(file.id, a_step(kind), actor=legal)

    clocks = synthetic_card(file.id, actor=legal).clocks

    assert [(one.name, one.due_at, one.grade) for one in clocks] == [
        ("TVT-13-bargain", None, "B"),
        ("TVT-13-arbitration", None, "B"),
        ("TVT-13-latest", None, "B"),
    ]
    assert all("not entered" in one.words for one in clocks)


def test_moments_sort_as_they_happened() -> None:
    early = replace(
        a_step(Kind.NOTICE_SERVED), happened_at=datetime.fromisoformat("2026-08-01T09:00:00+02:00")
    )
    late = replace(
        a_step(Kind.NOTICE_SERVED), happened_at=datetime.fromisoformat("2026-08-01T08:30:00+00:00")
    )

    both = strictest([facts_of_steps([early]), facts_of_steps([late])])

    assert both is not None
    assert both["union_notice_at"] == "2026-08-01T08:30:00.000000Z"
