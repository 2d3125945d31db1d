"""Facts of the register become others: never unseen, never without a paper, and never in earlier decisions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError

from accounts.values import Actor, Role
from core import clock
from core.tenancy import tenant
from licensing.errors import (
    DigestMalformed,
    EditionUnresolved,
    FactsUnreadable,
    NoSuchEngagement,
    NothingToChange,
    UnknownPerformer,
)
from licensing.models.performer import Engagement, Performer
from licensing.models.register import RegisterChange
from licensing.names import ChangeReason
from licensing.operations.engagements import NewEngagement, engage
from licensing.operations.register_changes import Restatement, restate_engagement, restate_performer
from licensing.register_cards import register_changes
from licensing.values import SubjectState
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import DOCUMENT_SHA256, a_performer, an_engagement, unknown_id
from tests.factories.productions import a_production
from tests.factories.requests import a_browser

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def legal(committed_db: None) -> Actor:
    return a_member(Role.LEGAL)


@pytest.fixture
def production(legal: Actor) -> ProductionCard:
    return a_production(legal)


def stated(facts: dict[str, Any], **fields: Any) -> Restatement:  # noqa: ANN401 - any fact
    given: dict[str, Any] = {"reason": ChangeReason.HAPPENED, "document_sha256": DOCUMENT_SHA256}
    return Restatement(facts=facts, **given | fields)


class TestAPerson:
    def test_who_died_is_known_to_have_lived(self, legal: Actor) -> None:
        performer = a_performer(legal)

        card = restate_performer(
            performer.id,
            stated({"state": SubjectState.DECEASED_REPRESENTED}, true_since=date(2026, 11, 2)),
            actor=legal,
        )

        assert card.state == "deceased_represented"
        (change,) = register_changes(performer.id, actor=legal)
        assert (change.field, change.before, change.after) == (
            "state",
            "living_adult",
            "deceased_represented",
        )
        assert (change.true_since, change.reason) == (date(2026, 11, 2), "happened")

    def test_what_was_unknown_can_become_known_and_unknown_again(self, legal: Actor) -> None:
        performer = a_performer(legal, domicile=None)

        restate_performer(
            performer.id, stated({"domicile": "US-TN"}, reason=ChangeReason.LEARNED), actor=legal
        )
        restate_performer(
            performer.id, stated({"domicile": None}, reason=ChangeReason.ENTERED_WRONGLY), actor=legal
        )

        told = [(one.before, one.after) for one in register_changes(performer.id, actor=legal)]
        assert told == [("US-TN", None), (None, "US-TN")]

    @pytest.mark.parametrize(
        ("change", "refusal"),
        [
            (stated({"state": SubjectState.LIVING_ADULT}), NothingToChange),
            (stated({}), NothingToChange),
            (stated({"domicile": "Atlantis"}), FactsUnreadable),
            (stated({"professional_name": "x"}), FactsUnreadable),
            (stated({"state": SubjectState.MINOR}, document_sha256="no"), DigestMalformed),
            (stated({"state": SubjectState.MINOR}, true_since=date(2199, 1, 1)), FactsUnreadable),
        ],
    )
    def test_nothing_else_changes(self, legal: Actor, change: Restatement, refusal: type[Exception]) -> None:
        performer = a_performer(legal)

        with pytest.raises(refusal):
            restate_performer(performer.id, change, actor=legal)

        assert register_changes(performer.id, actor=legal) == ()

    def test_of_another_house_is_nobody(self, legal: Actor) -> None:
        performer = a_performer(a_member(Role.LEGAL))

        with pytest.raises(UnknownPerformer):
            restate_performer(performer.id, stated({"state": SubjectState.MINOR}), actor=legal)
        with pytest.raises(UnknownPerformer):
            register_changes(performer.id, actor=legal)


class TestTheDatabase:
    def test_refuses_a_fact_that_changes_without_a_reason(self, legal: Actor) -> None:
        performer = a_performer(legal)

        with pytest.raises(DatabaseError, match="only with a reason"), tenant(legal.organisation_id):
            Performer.objects.filter(id=performer.id).update(state=SubjectState.MINOR)

    def test_does_not_lend_one_reason_to_the_next_update(self, legal: Actor) -> None:
        performer = a_performer(legal)

        def state_one_and_change_two() -> None:
            with tenant(legal.organisation_id):
                restate_performer(performer.id, stated({"state": SubjectState.MINOR}), actor=legal)
                Performer.objects.filter(id=performer.id).update(domicile="FR")

        with pytest.raises(DatabaseError, match="only with a reason"):
            state_one_and_change_two()

    @pytest.mark.parametrize("how", ["update", "delete"])
    def test_keeps_what_was_before(self, legal: Actor, how: str) -> None:
        performer = a_performer(legal)
        restate_performer(performer.id, stated({"state": SubjectState.MINOR}), actor=legal)

        def change() -> None:
            with tenant(legal.organisation_id):
                rows = RegisterChange.objects.filter(performer_id=performer.id)
                rows.update(field="domicile") if how == "update" else rows.delete()

        with pytest.raises(DatabaseError):
            change()

    def test_an_engagement_does_not_pass_to_another_person(
        self, legal: Actor, production: ProductionCard
    ) -> None:
        engagement = an_engagement(legal, production, a_performer(legal))
        other = a_performer(legal, "Bo Lind")

        with pytest.raises(DatabaseError, match="only with a reason"), tenant(legal.organisation_id):
            Engagement.objects.filter(id=engagement.id).update(performer_id=other.id)


class TestAnEngagement:
    def test_is_completed_when_the_contract_is_signed(self, legal: Actor, production: ProductionCard) -> None:
        performer = a_performer(legal)
        open_one = engage(NewEngagement(production_id=production.id, performer_id=performer.id), actor=legal)
        signed = datetime(2026, 8, 3, 17, tzinfo=UTC)

        card = restate_engagement(
            open_one.id,
            stated({"engaged_at": signed, "contract_date": date(2026, 8, 3), "union_covered": True}),
            actor=legal,
        )

        assert (card.is_engaged, card.engaged_at, card.union_covered) == (True, signed, True)
        changes = register_changes(performer.id, actor=legal)
        assert {one.field for one in changes} == {
            "engaged_at",
            "contract_date",
            "union_covered",
            "is_engaged",
        }
        assert len({one.statement_id for one in changes}) == 1
        assert {one.production_title for one in changes} == {production.title}

    def test_that_is_not_here_is_refused(self, legal: Actor) -> None:
        with pytest.raises(NoSuchEngagement):
            restate_engagement(unknown_id(), stated({"union_covered": True}), actor=legal)

    def test_gets_its_edition_by_the_date_the_clause_names(self, legal: Actor) -> None:
        before = a_production(legal, title="A", principal_photography_start=date(2026, 6, 30))
        after = a_production(legal, title="B", principal_photography_start=date(2026, 7, 1))
        dateless = a_production(legal, title="C", principal_photography_start=None)

        def under(production: ProductionCard, family: str, **fields: Any) -> str | None:  # noqa: ANN401 - any fact
            performer = a_performer(legal, f"Somebody in {production.title} {family}")
            new = NewEngagement(
                production_id=production.id, performer_id=performer.id, agreement_family=family, **fields
            )
            return engage(new, actor=legal).agreement

        assert under(before, "sag_tvt") == "sag_tvt_2023"
        assert under(after, "sag_tvt") == "sag_tvt_2026"
        assert under(dateless, "sag_ima", contract_date=date(2026, 1, 1)) == "sag_ima_2025"
        with pytest.raises(EditionUnresolved, match="nobody has stated it") as refused:
            under(dateless, "sag_tvt")
        assert refused.value.dated_by == "principal_photography_start"
        with pytest.raises(EditionUnresolved, match="no edition of sag_ima on file holds"):
            under(after, "sag_ima", contract_date=date(2024, 1, 1))
        with pytest.raises(FactsUnreadable):
            under(after, "sag_opera")


class TestByTheApi:
    def test_legal_states_it_and_a_producer_does_not(self, legal: Actor, production: ProductionCard) -> None:
        performer = a_performer(legal)
        engagement = an_engagement(legal, production, performer)
        browser = a_browser(legal)
        change = {
            "state": "deceased_unlocated",
            "reason": "happened",
            "true_since": (clock.now() - timedelta(days=3)).date().isoformat(),
            "document_sha256": DOCUMENT_SHA256,
        }

        answer = browser.post(
            f"/v1/performers/{performer.id}/changes", change, content_type="application/json"
        )
        again = browser.post(
            f"/v1/performers/{performer.id}/changes", change, content_type="application/json"
        )
        other = browser.post(
            f"/v1/engagements/{engagement.id}/changes",
            {"estimated_days": 4, "reason": "learned", "document_sha256": DOCUMENT_SHA256},
            content_type="application/json",
        )
        listed = browser.get(f"/v1/performers/{performer.id}/changes").json()

        assert (answer.status_code, answer.json()["state"]) == (201, "deceased_unlocated")
        assert (again.status_code, again.json()["type"].rpartition("/")[2]) == (409, "nothing-to-change")
        assert (other.status_code, other.json()["estimated_days"]) == (201, 4)
        assert [(one["fact"], one["before"], one["after"]) for one in listed] == [
            ("estimated_days", 2, 4),
            ("state", "living_adult", "deceased_unlocated"),
        ]
        refused = a_browser(a_member(Role.PRODUCER)).post(f"/v1/performers/{performer.id}/changes", change)
        assert refused.status_code == 403
