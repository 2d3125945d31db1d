"""Licences to train, transfers, scans and adverts are asked at `POST /v1/decisions` and asked again as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.values import Actor, Role
from core.clock import now
from core.tenancy import tenant
from licensing.models.decision import Decision
from licensing.moments import moment
from licensing.operations.gate import decide_again, decide_use, facts_as_of, redecide
from licensing.operations.review_approvals import approve_case
from licensing.stating import BuyerStatement, Stated
from productions.queries import ProductionCard
from productions.values import Buyer
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
)
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client
from tests.factories.reviews import a_desk, case_of, limits
from tests.licensing.test_api import MODEL

pytestmark = pytest.mark.usefixtures("committed_db")

ALL_YES = BuyerStatement(
    no_recreation="yes",
    no_store_reuse_train="yes",
    secured="yes",
    temporary_only="yes",
    no_talent_work_without_consent="yes",
    outside_secured_tools=False,
)


@pytest.fixture
def actor(committed_db: None) -> Actor:
    actor = a_member(Role.PRODUCER, Role.LEGAL)
    counsel_confirms(actor)
    return actor


@pytest.fixture
def client(actor: Actor) -> APIClient:
    return an_api_client(actor)


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA", agreement="sag_tvt_2026", writers_guild_covered=True)


def _ask(client: APIClient, production: ProductionCard, **changes: Any) -> tuple[Any, dict[str, Any]]:  # noqa: ANN401
    """The answer to a question without a model, and the facts behind it."""
    body = {
        "production_id": str(production.id),
        "purpose": "this_production",
        "output_status": "final",
        "media": [],
        "territories": ["US"],
        "synthetic_role": "none",
        "photoreal": False,
        "sensitive": [],
        "replaces_in_person_work": False,
        **changes,
    }
    answer = client.post("/v1/decisions", body, format="json")
    if answer.status_code >= 400:
        return answer, {}
    with tenant(client.actor.organisation_id):  # type: ignore[attr-defined]
        row = Decision.objects.get(id=answer.json()["id"])
    return answer, json.loads(bytes(row.facts))


def _fired(answer: Any) -> dict[str, str]:  # noqa: ANN401 - the test client's
    return {one["rule_id"]: one["outcome"] for one in answer.json()["reasons"]}


@pytest.fixture(autouse=True)
def _knows_its_actor(client: APIClient, actor: Actor) -> None:
    client.actor = actor  # type: ignore[attr-defined]


class TestWithoutAModel:
    def test_a_licence_to_train_waits_for_the_unions_notice(
        self, client: APIClient, production: ProductionCard
    ) -> None:
        training: dict[str, Any] = {
            "affiliated": False,
            "for_pay": True,
            "public_commercial": True,
            "union_notice_at": False,
            "writers_notice_at": "2026-09-01T08:00:00Z",
            "meeting_pending": False,
        }

        before, _ = _ask(
            client, production, use="license_for_training", purpose="training", training=training
        )
        training |= {"union_notice_at": "2026-09-01T08:00:00Z"}
        after, facts = _ask(
            client, production, use="license_for_training", purpose="training", training=training
        )

        assert _fired(before)["TVT-22"] == "escalate"
        assert "TVT-22" not in _fired(after)
        assert "APP-02" not in _fired(after)
        assert facts["use"]["training"]["writers_notice_at"] == "2026-09-01T08:00:00.000000Z"

    def test_a_transfer_is_let_go_when_the_union_approved_and_the_other_side_signed(
        self, client: APIClient, actor: Actor, production: ProductionCard
    ) -> None:
        ana = a_performer(actor)
        an_engagement(actor, production, ana)
        cast = [{"performer_id": str(ana.id), "replica_type": "ebdr_scan"}]
        transfer: dict[str, Any] = {"union_asked_at": "2026-09-01T08:00:00Z", "union_answer": "pending"}

        silent, _ = _ask(client, production, use="transfer_replica", cast=cast, transfer=transfer)
        transfer |= {"union_answer": "approved", "assumed_in_writing": True}
        approved, _ = _ask(client, production, use="transfer_replica", cast=cast, transfer=transfer)

        assert "TVT-21" in _fired(silent)
        assert "TVT-21" not in _fired(approved)

    def test_a_scan_needs_notice_and_release_before_the_session(
        self, client: APIClient, actor: Actor, production: ProductionCard
    ) -> None:
        ana = a_performer(actor)
        an_engagement(actor, production, ana)
        cast = [{"performer_id": str(ana.id), "replica_type": "ebdr_scan"}]
        capture: dict[str, Any] = {
            "person_id": str(ana.id),
            "session_at": "2026-10-01T08:00:00Z",
            "place": "US-IL",
            "biometrics": ["face_geometry"],
            "written_notice_at": "2026-09-20T08:00:00Z",
            "written_release_at": False,
            "retention_policy_public": True,
            "unrelated_use": False,
            "set_security_only": False,
        }

        unreleased, _ = _ask(client, production, use="create_replica", cast=cast, captures=[capture])
        capture |= {"written_release_at": "2026-09-20T08:00:00Z"}
        released, facts = _ask(client, production, use="create_replica", cast=cast, captures=[capture])

        assert _fired(unreleased)["BIO-01"] == "deny_until"
        assert _fired(released).get("BIO-01") != "deny_until"
        assert facts["captures"][0]["biometrics"] == ["face_geometry"]

    def test_a_use_that_runs_a_model_says_which(self, client: APIClient, production: ProductionCard) -> None:
        answer, _ = _ask(client, production, use="look_test", prompt="A pier.")

        assert answer.status_code == 400
        assert "model" in answer.content.decode()

    def test_what_is_no_event_is_refused(self, client: APIClient, production: ProductionCard) -> None:
        answer, _ = _ask(client, production, use="license_for_training", training={"union_notice_at": True})

        assert answer.status_code == 400


class TestAskedAgain:
    @pytest.fixture
    def bought(self, actor: Actor) -> ProductionCard:
        return a_production(actor, governing_law="US-WA", buyer=Buyer.NETFLIX)

    def test_what_was_stated_is_asked_again(self, actor: Actor, bought: ProductionCard) -> None:
        stated = Stated(buyer_answers=ALL_YES, key_visual=False, fabricated_statement=False)
        first = decide_use(an_order(actor, bought, stated=stated), actor=actor)
        assert first.permitted, first.reasons
        assert first.id is not None

        again = decide_again(first.id, actor=actor)
        by_a_worker = redecide(
            first.id, organisation_id=actor.organisation_id, stage="generate", actor_label="worker:one"
        )

        assert again.permitted
        assert by_a_worker.permitted

    def test_another_moment_hears_it_too(self, actor: Actor, bought: ProductionCard) -> None:
        order = an_order(actor, bought, stated=Stated(buyer_answers=ALL_YES, archive_like=False))

        with tenant(actor.organisation_id):
            facts = facts_as_of(order, moment(now() + timedelta(days=30), None))

        assert facts["buyer_answers"]["secured"] == "yes"  # type: ignore[index,call-overload]
        assert facts["use"]["archive_like"] is False  # type: ignore[index,call-overload]

    def test_the_answer_of_the_api_is_that_of_the_order(
        self, client: APIClient, bought: ProductionCard
    ) -> None:
        answer, facts = _ask(
            client,
            bought,
            use="look_test",
            output_status="temp",
            prompt="A pier at night.",
            model=MODEL | {"ca_covered_provider": False},
            buyer_answers={"secured": "unsure"},
            fabricated_statement=False,
        )

        assert _fired(answer)["NFX-01"] == "escalate"
        assert facts["model"]["ca_covered_provider"] is False
        assert "reuse_consents_all" not in facts["model"]


class TestApprovedByTheBuyer:
    def test_the_paper_that_legal_names_lets_the_same_answers_pass_and_no_others(self) -> None:
        desk = a_desk()
        bought = a_production(desk.producer, governing_law="US-WA", buyer=Buyer.NETFLIX)
        answers = replace(ALL_YES, temporary_only="no")
        stated = Stated(buyer_answers=answers, key_visual=False, fabricated_statement=False)
        order = an_order(desk.producer, bought, shot_id=None, stated=stated)
        asked = desk.ask(order)
        assert asked.id is not None

        approve_case(
            case_of(desk.lawyer, asked),
            limits(territories=("US",), document_sha256=DOCUMENT_SHA256),
            decision_id=asked.id,
            actor=desk.lawyer,
        )
        worse = replace(stated, buyer_answers=replace(answers, secured="no"))

        assert desk.ask(order).permitted
        assert not desk.ask(replace(order, stated=worse)).permitted

    def test_the_desk_reads_what_was_stated(self) -> None:
        desk = a_desk()
        bought = a_production(desk.producer, governing_law="US-WA", buyer=Buyer.NETFLIX)
        stated = Stated(buyer_answers=replace(ALL_YES, secured="unsure"), key_visual=False)
        asked = desk.ask(an_order(desk.producer, bought, stated=stated))
        case = case_of(desk.lawyer, asked)

        page = a_browser(desk.lawyer).get(f"/legal/cases/{case}").content.decode()
        told = an_api_client(desk.lawyer).get(f"/v1/review-cases/{case}").json()

        assert "<dt>Secured environment</dt><dd>unsure</dd>" in page
        assert "<dt>A key visual</dt><dd>no</dd>" in page
        titles = ("Production", "Use", "People", "Buyer", "Model")
        assert [group["title"] for group in told["said"]] == list(titles)
        places = [page.index(f"<h3>{title}</h3>") for title in titles]
        assert places == sorted(places)
        use = next(group for group in told["said"] if group["title"] == "Use")
        assert {"name": "key_visual", "label": "A key visual", "value": "no"} in use["lines"]
