"""What a buyer approved in writing: recorded by its paper, and read by the buyer's rules alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.values import Role
from audit.inspection import inspect_logs
from audit.queries import entries_about
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.evidence import decision_evidence
from licensing.grounds import GroundsState, grounds_of
from licensing.moments import Moment
from licensing.operations.buyer_approvals import withdraw_buyer_approval
from licensing.operations.strikes import begin_strike
from licensing.queries import consents_stand
from licensing.reconciling import RECONCILER
from licensing.signing_off.errors import NoSuchSignOff, SignOffNotPossible, SignOffNotStanding
from licensing.stating import BuyerStatement, Stated
from licensing.values import Agreement, Use, UseOrder
from productions.values import Buyer
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.licensing import rule_ids
from tests.factories.reports import rows_of
from tests.factories.sign_offs import PAPER, an_approval_of_the_buyer
from tests.licensing_signing_off.conftest import Post, a_post

_YES = dict.fromkeys(
    ("no_recreation", "no_store_reuse_train", "secured", "temporary_only", "no_talent_work_without_consent"),
    "yes",
)


@pytest.fixture
def post(committed_db: None) -> Post:
    return a_post(buyer=Buyer.NETFLIX)


def _order(post: Post, **fields: Any) -> UseOrder:  # noqa: ANN401 - any field
    """A look at nobody in particular, of which one of the buyer's five answers is unsure."""
    stated = Stated(
        buyer_answers=BuyerStatement(**_YES | {"secured": "unsure"}, outside_secured_tools=False),
        key_visual=False,
        unscripted_dialogue=False,
        fabricated_statement=False,
    )
    return post.order(
        **{"use": "deage_age", "cast": (), "stated": stated, "prompt": "A rainy street at night."} | fields
    )


def _approved(post: Post, **changes: Any) -> Any:  # noqa: ANN401 - any field, and the card
    card = an_approval_of_the_buyer(post.counsel, post.production.id, **changes)
    integrate_all()
    return card


class TestTheGate:
    def test_asks_the_buyer_until_the_paper_is_on_record(self, post: Post) -> None:
        before = post.ask(_order(post))
        assert (before.outcome, rule_ids(before)) == ("escalate", {"NFX-01", "NFX-02"})

        card = _approved(post)
        after = post.ask(_order(post))

        assert after.outcome == "allow"
        assert after.id is not None
        evidence = decision_evidence(post.organisation_id, after.id)
        assert json.loads(evidence.facts)["buyer_answers"]["written_approval_at"].startswith(
            "2026-11-02T09:00"
        )
        (paper,) = json.loads(evidence.verdict)["papers"]
        assert (paper["kind"], paper["id"], paper["document_sha256"]) == (
            "buyer_approval",
            str(card.id),
            PAPER,
        )
        assert "Brasswick" not in str(paper)
        # It is about nobody's likeness, so that no strike suspends what rests on it.
        begin_strike(Agreement.SAG_TVT_2026, actor=post.counsel)
        assert consents_stand(post.organisation_id, after.id)
        state = grounds_of(post.organisation_id, [after.id])[after.id].state
        assert state is GroundsState.STANDS

    @pytest.mark.parametrize(
        "changes",
        [
            {"use": Use.VISUAL_ADR},
            {"shots": "other"},
            {"valid_until": clock.now().date() - timedelta(days=1)},
        ],
    )
    def test_counts_nothing_beyond_the_paper(self, post: Post, changes: dict[str, Any]) -> None:
        if "shots" in changes:
            changes = {"shots": post.shots[1:]}
        _approved(post, **changes)

        assert post.ask(_order(post)).outcome == "escalate"

    def test_counts_for_the_shots_of_the_paper(self, post: Post) -> None:
        _approved(post, shots=post.shots[:1], valid_until=clock.now().date())

        assert post.ask(_order(post)).outcome == "allow"
        assert post.ask(_order(post, shot_id=None)).outcome == "escalate"

    def test_lifts_nothing_but_the_buyers_own_questions(self, post: Post) -> None:
        _approved(post, use=Use.ALTER_RECORDED)

        refused = post.ask(post.order(stated=_order(post).stated))

        assert refused.outcome == "deny_until"
        assert "TVT-07" in rule_ids(refused)

    def test_ends_when_the_buyer_takes_it_back_and_stood_before(self, post: Post) -> None:
        unknown = clock.now()
        card = _approved(post)
        known = clock.now()
        stood = post.ask(_order(post))
        assert stood.id is not None
        withdraw_buyer_approval(card.id, reason="The buyer wrote again.", actor=post.counsel)

        assert post.ask(_order(post)).outcome == "escalate"
        assert not consents_stand(post.organisation_id, stood.id)
        for moment, outcome in ((unknown, "escalate"), (known, "allow")):
            asked = post.ask(_order(post), dry_run=True, moment=Moment(moment, moment))
            assert asked.outcome == outcome
        # Of a time before it was known the paper speaks once it is known; it was given earlier.
        assert post.ask(_order(post), dry_run=True, moment=Moment(unknown, known)).outcome == "allow"


class TestTheRecord:
    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"document_sha256": "ab"}, "document_sha256"),
            ({"approved_by": " "}, "approved_by"),
            ({"approved_at": clock.now() + timedelta(days=2)}, "approved_at"),
            ({"shots": (new_id(),)}, "shots"),
        ],
    )
    def test_names_what_is_missing(self, post: Post, fields: dict[str, Any], field: str) -> None:
        with pytest.raises(SignOffNotPossible) as refused:
            an_approval_of_the_buyer(post.counsel, post.production.id, **fields)
        assert refused.value.field == field

    def test_ends_once_and_for_its_own_studio(self, post: Post) -> None:
        card = _approved(post)
        with pytest.raises(NoSuchSignOff):
            withdraw_buyer_approval(card.id, reason="Not mine.", actor=a_member(Role.LEGAL))

        ended = withdraw_buyer_approval(card.id, reason="The buyer wrote again.", actor=post.counsel)
        for gone in (card, ended):
            with pytest.raises(SignOffNotStanding):
                withdraw_buyer_approval(gone.id, reason="Again.", actor=post.counsel)

    def test_only_grows_and_agrees_with_the_log_which_names_nobody(self, post: Post) -> None:
        card = _approved(post)
        withdraw_buyer_approval(card.id, reason="The buyer wrote again.", actor=post.counsel)
        integrate_all()

        (entry,) = entries_about(post.organisation_id, f"buyer-approval:{card.id}")
        assert (entry.type, entry.fields["document_sha256"]) == ("licensing.buyer_approval.recorded", PAPER)
        assert "Brasswick" not in str(entry.fields)
        found = inspect_logs(at=clock.now(), reconcilers=(RECONCILER,)).problems
        assert [one for one in found if "buyer" in one.what] == []
        for statement in (
            "UPDATE licensing_buyerapproval SET id = id",
            "DELETE FROM licensing_buyerapproval",
        ):
            with (
                tenant(post.organisation_id),
                pytest.raises(DatabaseError),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)

    def test_stands_in_the_buyer_approval_log(self, post: Post) -> None:
        _approved(post, conditions="Credits name the tool.")

        (row,) = rows_of(post.counsel, "buyer_approval_log")
        assert "Brasswick" in row["approver"]
        assert "Credits name the tool." in row["conditions"]
        assert PAPER in row["conditions"]
