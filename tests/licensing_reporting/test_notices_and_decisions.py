"""Reports 5, 6, 7, 12 and 13: a row of each, from what people did."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection

from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.queries import entries_about, entry_with_proof
from audit.reconciliation import registered
from core.canonical import canonical_bytes
from core.clock import now
from core.tenancy import tenant
from licensing.models.decision import Decision
from licensing.models.review import ReviewCase
from licensing.names import Visibility
from licensing.operations.gate import decide_use
from licensing.operations.review_approvals import approve_case
from licensing.operations.review_cases import refuse_case
from licensing.performer_cards import PerformerCard
from licensing.reporting.buyer_log import answer_of, five_answers
from licensing.reporting.errors import ReportRecordUnfit
from licensing.reporting.recording import finding_cards, training_licence_cards
from licensing.reporting.words import FindingKind, FindingState, TrainingUnion
from licensing.review.words import RefusalCode
from licensing.synthetics.files import NewSyntheticFile, open_file, take_step
from licensing.synthetics.order import Step
from licensing.synthetics.words import SyntheticStepKind as Kind
from licensing.values import ValueFinding
from productions.queries import ProductionCard
from productions.values import Buyer
from tests.factories.accounts import user_of
from tests.factories.documents import a_colleague
from tests.factories.licensing import DOCUMENT_SHA256, a_consent, a_performer, an_order
from tests.factories.productions import a_production
from tests.factories.reports import a_finding, a_training_licence, rows_of
from tests.factories.requests import a_browser, an_api_client
from tests.factories.reviews import a_desk, an_approved_case, case_of, limits

pytestmark = pytest.mark.usefixtures("committed_db")

MORNING = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_the_synthetic_pack_tells_finding_notice_bargaining_and_plan(
    legal: Actor, production: ProductionCard
) -> None:
    file = open_file(
        NewSyntheticFile(production_id=production.id, role="The giant", why_human_role="A man, grown large."),
        actor=legal,
    )
    for day, (kind, said) in enumerate(
        (
            (
                Kind.VALUE_FOUND,
                {
                    "finding": ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE,
                    "author": "R. Lindqvist",
                    "text": "Nobody stands four metres tall.",
                },
            ),
            (Kind.NOTICE_SENT, {"proof_sha256": "a" * 64}),
            (Kind.NOTICE_SERVED, {"proof_sha256": "b" * 64}),
            (Kind.BARGAINING_OPENED, {}),
            (Kind.AGREED, {"proof_sha256": "c" * 64, "amount_minor": 500_000, "currency": "USD"}),
            (
                Kind.PLAN_PAID,
                {"proof_sha256": "d" * 64, "amount_minor": 500_000, "currency": "USD", "plan": "Health"},
            ),
        )
    ):
        step = Step(kind=kind, happened_at=MORNING + timedelta(days=day), **said)  # type: ignore[arg-type]  # of each kind its own
        take_step(file.id, step, actor=legal)
    open_file(
        NewSyntheticFile(production_id=production.id, role="The moon", why_human_role="It speaks."),
        actor=legal,
    )

    whole, bare = rows_of(legal, "synthetic_notice_pack")

    assert whole == {
        "role": f"The giant in {production.title}",
        "why_human_role": "A man, grown large.",
        "value_finding_author": (
            "significant additional value: Nobody stands four metres tall. (found by R. Lindqvist on 2026-11-02)"
        ),
        "notice_sent_served": f"sent 2026-11-03, proof {'a' * 64}; served 2026-11-04, proof {'b' * 64}",
        "bargaining_opened_closed": "opened 2026-11-05; closed 2026-11-06: agreed",
        "arbitration": "none",
        "remuneration": "USD 5,000.00",
        "plan_payment": "USD 5,000.00 to Health on 2026-11-07",
    }
    assert (bare["value_finding_author"], bare["notice_sent_served"]) == ("", "")
    assert bare["bargaining_opened_closed"] == "none"


class TestTrainingNotice:
    def test_tells_what_was_entered_and_leaves_the_rest_empty(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        a_training_licence(
            legal,
            production_id=production.id,
            affiliated=False,
            noticed_on=now().date(),
            notice_sha256="e" * 64,
        )

        (row,) = rows_of(legal, "training_licence_notice")

        assert row["material"] == f"Dailies of reel 3 ({production.title})"
        assert [row[one] for one in ("affiliated", "system_public_commercial", "compensation")] == [
            "no",
            "",
            "",
        ]
        assert row["notice_date"] == f"SAG-AFTRA on {now().date().isoformat()}, SHA-256 {'e' * 64}"
        assert (row["meeting"], row["outcome"]) == ("", "")

    def test_tells_the_newest_state_alone(self, legal: Actor) -> None:
        first = a_training_licence(legal, union=TrainingUnion.WGA)
        a_training_licence(legal, supersedes=first.id, outcome="Declined", for_pay=True)

        (row,) = rows_of(legal, "training_licence_notice")

        assert (row["outcome"], row["compensation"]) == ("Declined", "yes")
        with pytest.raises(ReportRecordUnfit):
            a_training_licence(legal, supersedes=first.id)
        assert inspect_logs(at=now(), reconcilers=registered(), processes=1).problems == ()

    def test_refuses_a_notice_that_nothing_shows(self, legal: Actor) -> None:
        with pytest.raises(ReportRecordUnfit, match="notice_sha256"):
            a_training_licence(legal, noticed_on=now().date())


class TestSemiAnnual:
    def test_says_that_nothing_is_recorded_and_never_that_nothing_was_found(self, legal: Actor) -> None:
        (row,) = rows_of(legal, "semi_annual_gai_report")

        assert (row["bias_mitigation"], row["unauthorised_findings"]) == ("", "")
        assert (row["uses_by_type"], row["open_issues"]) == ("none", "none")

    def test_tells_uses_tools_findings_and_what_is_late(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        decide_use(an_order(legal, production, ana), actor=legal)
        decide_use(an_order(legal, production, a_performer(legal, "Bo Lindqvist")), actor=legal)
        a_finding(legal, production_id=production.id)
        a_finding(legal, kind=FindingKind.BIAS_MITIGATION, text="Casting of crowds was compared.")
        a_finding(legal, kind=FindingKind.OPEN_ISSUE, text="Watermark of trailers.")

        (row,) = rows_of(legal, "semi_annual_gai_report")

        assert "stunt safety double, permitted: 1" in row["uses_by_type"]
        assert "house-video 1.4.0: asked for 2 times" in row["tools"]
        assert (
            "R. Lindqvist: A likeness in a trailer that nobody agreed to. (open)"
            in row["unauthorised_findings"]
        )
        assert "Casting of crowds was compared." in row["bias_mitigation"]
        assert "Watermark of trailers." in row["open_issues"]

    def test_tells_the_newest_state_of_a_finding(self, legal: Actor) -> None:
        first = a_finding(legal)
        a_finding(legal, state=FindingState.CLOSED, supersedes=first.id)

        (row,) = rows_of(legal, "semi_annual_gai_report")

        assert "(closed)" in row["unauthorised_findings"]
        assert "(open)" not in row["unauthorised_findings"]

    def test_names_nobody_of_whom_only_legal_knows(self, legal: Actor) -> None:
        hidden = a_performer(legal, "Cy Hidden", visibility=Visibility.LEGAL_ONLY)
        a_finding(legal, performer_id=hidden.id, text="Of a hidden performer.")
        union = a_colleague(legal, Role.UNION_REP)

        (row,) = rows_of(union, "semi_annual_gai_report")

        assert row["unauthorised_findings"] == ""
        assert finding_cards(union) == ()

    def test_a_finding_is_never_edited(self, legal: Actor) -> None:
        a_finding(legal)

        with pytest.raises(DatabaseError), tenant(legal.organisation_id), connection.cursor() as cursor:
            cursor.execute("UPDATE licensing_reportfinding SET text = 'nothing'")

    def test_is_entered_by_page_and_by_api(self, legal: Actor) -> None:
        sent = {"kind": "bias_mitigation", "text": "Looked at.", "found_by": "R.", "found_on": "2026-11-02"}

        assert an_api_client(legal).post("/v1/report-findings", sent).status_code == 201
        page = a_browser(legal).post("/reports/findings", sent | {"state": "open"}, follow=True)
        licence = {"material": "Scripts", "licensee": "Model Works", "union": "wga", "for_pay": "yes"}
        second = a_browser(legal).post("/reports/training-licences", licence, follow=True)

        (entered,) = training_licence_cards(legal)
        newer = licence | {"outcome": "Agreed.", "supersedes": str(entered.id)}
        third = a_browser(legal).post("/reports/training-licences", newer, follow=True)

        assert "What was entered before" not in second.content.decode()
        assert "What was entered before" in third.content.decode()
        assert [one.id for one in training_licence_cards(legal, superseded=True)] == [entered.id]
        assert page.content.decode().count("Looked at.") >= 2
        assert "Scripts" in second.content.decode()
        union = an_api_client(a_colleague(legal, Role.UNION_REP))
        assert len(union.get("/v1/report-findings").data) == 2
        assert union.post("/v1/report-findings", sent).status_code == 403
        assert an_api_client(a_colleague(legal, Role.ARTIST)).get("/v1/report-findings").status_code == 403


class TestBuyerLog:
    def test_tells_matrix_row_and_what_became_of_the_case(self) -> None:
        desk = a_desk()
        film = a_production(desk.producer, buyer=Buyer.NETFLIX)
        decision = desk.ask(replace(desk.to_china(territories=("US",)), production_id=film.id))

        (before,) = rows_of(desk.lawyer, "buyer_approval_log")
        refuse_case(
            case_of(desk.lawyer, decision),
            code=RefusalCode.BUYER_REFUSED,
            text="The buyer says no.",
            actor=desk.lawyer,
        )
        (after,) = rows_of(desk.lawyer, "buyer_approval_log")

        assert (
            before["use_case"] == f"{film.title}: generate new performance, this production, final, scenes 42"
        )
        assert "NFX-01: " in before["matrix_row"]
        # Nobody was asked the five questions, and nothing is made up.
        assert before["five_answers"] == ""
        assert before["approver"] == "not answered yet"
        assert after["approver"] == user_of(desk.lawyer).full_name
        assert after["date"].startswith(now().date().isoformat())
        assert after["conditions"] == "refused: The buyer says no."

    def test_tells_conditions_limits_and_paper_of_an_approval(self) -> None:
        desk = a_desk()
        case_id = an_approved_case(desk, conditions=("No trailers.",), document_sha256=DOCUMENT_SHA256)
        with tenant(desk.lawyer.organisation_id):
            approver, _, conditions = answer_of(ReviewCase.objects.get(id=case_id))

        assert approver == user_of(desk.lawyer).full_name
        assert isinstance(conditions, list)
        assert (conditions[0], conditions[-1]) == ("No trailers.", f"paper SHA-256 {DOCUMENT_SHA256}")

    def test_tells_five_answers_where_they_stand_in_the_facts(self, legal: Actor) -> None:
        facts = {"buyer_answers": {"no_recreation": "yes", "secured": "unsure"}}
        row = Decision(facts=canonical_bytes(facts))

        assert five_answers(row) == [
            "recreates nobody's work: yes",
            "tool does not store, reuse or train: not recorded",
            "secured: unsure",
            "temporary only: not recorded",
            "no talent or union work without consent: not recorded",
        ]


class TestDecisionExport:
    def test_holds_each_decision_by_the_log(
        self, legal: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(legal, production, ana)
        card = decide_use(an_order(legal, production, ana), actor=legal)

        (row,) = rows_of(legal, "decision_audit_export")

        (entry,) = entries_about(legal.organisation_id, f"decision:{card.id}")
        proved = entry_with_proof(legal.organisation_id, entry.uid)
        assert proved is not None
        assert row["facts_hash"] == card.facts_sha256
        assert row["result"] == card.outcome.replace("_", " ")
        assert row["actor"] == legal.label
        assert f"decision {card.id}" in row["request"]
        assert "wet roof" not in row["request"]
        assert card.edition in row["edition"]
        assert row["previous_hash"].endswith(f", of {entry.index} entries")
        assert len(row["previous_hash"].split(",")[0]) == 64
        assert row["signature"].startswith(
            f"checkpoint of {entry.checkpoint_size} entries: \u2014 {entry.origin}"
        )
        assert row["override_reason"] == "none"

    def test_changes_the_previous_hash_with_every_entry_before(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        for _ in range(3):
            decide_use(an_order(legal, production), actor=legal)

        found = rows_of(legal, "decision_audit_export")

        assert len({row["previous_hash"] for row in found}) == 3
        assert [row["time"] for row in found] == sorted(row["time"] for row in found)

    def test_tells_what_review_lifted_and_what_it_refused(self) -> None:
        desk = a_desk()
        lifted = desk.ask()
        refused = desk.ask(desk.to_china(scenes=("43",)))
        assert lifted.id is not None
        assert refused.id is not None
        approve_case(
            case_of(desk.lawyer, lifted),
            limits(conditions=("Label it.",)),
            decision_id=lifted.id,
            actor=desk.lawyer,
        )
        refuse_case(
            case_of(desk.lawyer, refused),
            code=RefusalCode.TOO_WIDE,
            text="Too wide.",
            actor=desk.lawyer,
        )
        desk.ask()

        told = [row["override_reason"] for row in rows_of(desk.lawyer, "decision_audit_export")]

        assert "lifts CN-01; condition: Label it." in told[-1]
        assert any("refused in legal review" in one and "Too wide." in one for one in told)

    def test_is_narrowed_by_production_and_period(self, legal: Actor, production: ProductionCard) -> None:
        decide_use(an_order(legal, production), actor=legal)
        other = a_production(legal)
        decide_use(an_order(legal, other), actor=legal)
        today = now().date()

        assert len(rows_of(legal, "decision_audit_export", production_ids=(other.id,))) == 1
        assert len(rows_of(legal, "decision_audit_export", period_from=today)) == 2
        assert rows_of(legal, "decision_audit_export", period_until=today) == []
