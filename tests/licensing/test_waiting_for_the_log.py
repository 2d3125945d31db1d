"""Consents, decisions and strikes while the log stands still, and when it goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings as product
from django.db import connections
from pytest_django import Settings

from accounts.values import Actor, Role
from audit.errors import LogNotReady
from core.tenancy import tenant
from licensing.decision_cards import DecisionCard
from licensing.models.decision import Decision
from licensing.names import ConsentStatus, WithdrawalReason
from licensing.operations.consents import record_consent, withdraw_consent
from licensing.operations.gate import decide_use, redecide
from licensing.operations.strikes import begin_strike, end_strike
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.queries import consent_card, consent_cards, consents_stand, strikes_now
from licensing.values import Agreement
from productions.queries import ProductionCard
from tests import database
from tests.embedded.watching import eventually
from tests.factories.accounts import a_member
from tests.factories.licensing import (
    DOCUMENT_SHA256,
    a_consent,
    a_new_consent,
    a_performer,
    an_engagement,
    an_order,
    counsel_confirms,
    rule_ids,
    terms,
)
from tests.factories.productions import a_production
from tests.factories.requests import a_browser, an_api_client
from tests.sequencing import SEQUENCER

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def actor(committed_db: None) -> Actor:
    actor = a_member(Role.PRODUCER, Role.LEGAL)
    counsel_confirms(actor)
    return actor


@pytest.fixture
def production(actor: Actor) -> ProductionCard:
    return a_production(actor, governing_law="US-WA")


@pytest.fixture
def ana(actor: Actor, production: ProductionCard) -> PerformerCard:
    ana = a_performer(actor)
    an_engagement(actor, production, ana)
    return ana


@pytest.fixture
def short_wait(settings: Settings) -> None:
    settings.LOG_WAIT_S = 0.3


def _would_be(actor: Actor, production: ProductionCard, ana: PerformerCard) -> DecisionCard:
    return decide_use(an_order(actor, production, ana), actor=actor, dry_run=True)


def _in_log(actor: Actor) -> list[bool]:
    return [card.is_in_log for card in consent_cards(actor.organisation_id)]


def _drop_what_waits() -> None:
    folder: Path = product.DATA_FOLDER
    with database.administrator(product.ENVIRONMENT.database, folder) as administrator:
        administrator.execute("SET session_replication_role = replica")
        administrator.execute("DELETE FROM audit_outbox")


@pytest.mark.usefixtures("short_wait")
class TestDecision:
    def test_is_not_answered_and_is_asked_again_when_the_log_goes_on(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        client = an_api_client(actor)
        asked = {
            "production_id": str(production.id),
            "use": "generate_new_performance",
            "purpose": "this_production",
            "output_status": "final",
            "media": ["svod"],
            "territories": ["US"],
            "synthetic_role": "none",
            "prompt": "A rainy street at night.",
            "photoreal": True,
            "sensitive": [],
            "model": {"name": "house-video", "version": "1.4.0", "on_file": None},
        }
        dry = client.post("/v1/decisions", asked | {"dry_run": True})
        assert dry.status_code == 200, dry.json()

        with SEQUENCER.held():
            refused = client.post("/v1/decisions", asked)
        answered = client.post("/v1/decisions", asked)

        assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (503, "log-not-ready")
        assert int(refused["Retry-After"]) > 0
        assert "nothing was done" in refused.json()["detail"]
        assert answered.status_code == 201

    def test_again_at_a_later_door_is_not_answered_either(
        self, actor: Actor, production: ProductionCard
    ) -> None:
        first = decide_use(an_order(actor, production), actor=actor)
        assert first.id is not None

        with SEQUENCER.held(), pytest.raises(LogNotReady):
            redecide(
                first.id, organisation_id=actor.organisation_id, stage="generate", actor_label="worker:w"
            )

    def test_without_a_trace_needs_no_log(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        with SEQUENCER.held():
            assert _would_be(actor, production, ana).id is None


@pytest.mark.usefixtures("short_wait")
class TestConsent:
    def test_is_kept_and_comes_into_force_by_itself(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        client = an_api_client(actor)
        consent = {
            "production_id": str(production.id),
            "performer_id": str(ana.id),
            "replica_type": "ebdr_scan",
            "terms": terms(),
            "document_sha256": DOCUMENT_SHA256,
        }

        with SEQUENCER.held():
            answer = client.post("/v1/consents", consent)
            meanwhile = _would_be(actor, production, ana)
            listed = client.get("/v1/consents").json()["results"]
            page = a_browser(actor).get(f"/performers/{ana.id}").content.decode()
            unanswered = _in_log(actor)
        came = eventually(lambda: _in_log(actor) == [True], within_s=20)
        afterwards = decide_use(an_order(actor, production, ana), actor=actor)

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, "log-not-ready")
        for said in ("recorded and kept", "not in force yet", "by itself", "Do not send it again"):
            assert said in answer.json()["detail"]
        assert int(answer["Retry-After"]) > 0
        assert unanswered == [False]
        assert not meanwhile.permitted
        assert "GATE-LOG" in rule_ids(meanwhile)
        assert [one["is_in_log"] for one in listed] == [False]
        assert "not yet in force" in page
        assert came
        assert afterwards.permitted
        assert "GATE-LOG" not in rule_ids(afterwards)

    def test_whose_record_was_dropped_on_its_way_never_counts(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        with SEQUENCER.held():
            with pytest.raises(LogNotReady):
                a_consent(actor, production, ana)
            _drop_what_waits()
        other = decide_use(an_order(actor, production), actor=actor)
        card = decide_use(an_order(actor, production, ana), actor=actor)

        assert other.permitted
        assert not card.permitted
        assert card.consent_ids == ()
        assert _in_log(actor) == [False]

    def test_that_replaces_another_leaves_neither_in_force_meanwhile(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        old = a_consent(actor, production, ana)
        narrower = a_new_consent(production, ana, supersedes=old.id, scenes=["43"])

        with SEQUENCER.held():
            with pytest.raises(LogNotReady):
                record_consent(narrower, actor=actor)
            meanwhile = _would_be(actor, production, ana)
        eventually(lambda: all(_in_log(actor)), within_s=20)
        in_42, in_43 = (
            decide_use(an_order(actor, production, ana, scenes=(scene,)), actor=actor)
            for scene in ("42", "43")
        )

        assert not meanwhile.permitted
        assert (in_42.permitted, in_43.permitted) == (False, True)

    def test_recorded_a_moment_ago_does_not_end_work_that_may_go_on(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard, settings: Settings
    ) -> None:
        old = a_consent(actor, production, ana)
        before = decide_use(an_order(actor, production, ana), actor=actor)
        assert before.id is not None

        with SEQUENCER.held(), ThreadPoolExecutor(1) as pool:
            with pytest.raises(LogNotReady):
                record_consent(a_new_consent(production, ana, supersedes=old.id), actor=actor)
            settings.LOG_WAIT_S = 20
            again = pool.submit(_redecided, before.id, actor.organisation_id)
            assert not eventually(again.done, within_s=0.5)
            SEQUENCER.go_on()
            after = again.result(timeout=20)

        assert after.permitted
        assert after.consent_ids != before.consent_ids

    def test_withdrawn_ends_at_once_and_the_answer_waits(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        consent = a_consent(actor, production, ana)
        before = decide_use(an_order(actor, production, ana), actor=actor)
        assert before.id is not None
        client = an_api_client(actor)

        with SEQUENCER.held():
            answer = client.post(f"/v1/consents/{consent.id}/withdrawal", {"reason": "performer_wish"})
            stands = consents_stand(actor.organisation_id, before.id)
            meanwhile = _would_be(actor, production, ana)

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, "log-not-ready")
        assert "stops all work" in answer.json()["detail"]
        assert not stands
        assert not meanwhile.permitted

    def test_withdrawn_before_it_came_into_force_never_does(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        with SEQUENCER.held():
            with pytest.raises(LogNotReady):
                a_consent(actor, production, ana)
            (kept,) = consent_cards(actor.organisation_id)
            with pytest.raises(LogNotReady):
                withdraw_consent(kept.id, reason=WithdrawalReason.RECORDED_IN_ERROR, actor=actor)
        card = decide_use(an_order(actor, production, ana), actor=actor)

        assert not card.permitted
        assert "GATE-LOG" not in rule_ids(card)


@pytest.mark.usefixtures("short_wait")
class TestStrike:
    def test_stands_at_once_and_the_answer_waits(
        self, actor: Actor, production: ProductionCard, ana: PerformerCard
    ) -> None:
        a_consent(actor, production, ana)

        with SEQUENCER.held():
            with pytest.raises(LogNotReady, match="stops all work"):
                begin_strike(Agreement.SAG_TVT_2026, actor=actor)
            meanwhile = _would_be(actor, production, ana)

        assert not meanwhile.permitted

    def test_that_ended_is_acknowledged_when_the_log_goes_on(self, actor: Actor) -> None:
        begin_strike(Agreement.SAG_TVT_2026, actor=actor)

        with SEQUENCER.held(), pytest.raises(LogNotReady, match="end of the strike"):
            end_strike(Agreement.SAG_TVT_2026, actor=actor)

        assert strikes_now(actor.organisation_id) == ()


def test_nobody_holds_a_lock_while_the_log_is_waited_for(
    actor: Actor, production: ProductionCard, ana: PerformerCard, settings: Settings
) -> None:
    settings.LOG_WAIT_S = 30
    consent = a_consent(actor, production, ana)

    with SEQUENCER.held(), ThreadPoolExecutor(2) as pool:
        deciding = pool.submit(_decided, actor, production, ana)
        assert eventually(lambda: _decisions(actor) == 1, within_s=20)
        # Would wait for the decision's turn over the consents, if that still lasted.
        withdrawing = pool.submit(_withdrawn, actor, consent)
        assert eventually(lambda: _is_withdrawn(actor, consent), within_s=20)
        SEQUENCER.go_on()
        assert deciding.result(timeout=40).permitted
        withdrawing.result(timeout=40)


def _withdrawn(actor: Actor, consent: ConsentCard) -> None:
    try:
        withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=actor)
    finally:
        connections.close_all()


def _is_withdrawn(actor: Actor, consent: ConsentCard) -> bool:
    return consent_card(actor.organisation_id, consent.id).status == ConsentStatus.WITHDRAWN


def _decisions(actor: Actor) -> int:
    with tenant(actor.organisation_id):
        return Decision.objects.count()


def _decided(actor: Actor, production: ProductionCard, ana: PerformerCard) -> DecisionCard:
    try:
        return decide_use(replace(an_order(actor, production, ana)), actor=actor)
    finally:
        connections.close_all()


def _redecided(decision_id: UUID, organisation_id: UUID) -> DecisionCard:
    try:
        return redecide(
            decision_id, organisation_id=organisation_id, stage="generate", actor_label="worker:w"
        )
    finally:
        connections.close_all()
