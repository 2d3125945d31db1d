"""A finished file is delivered to a recipient where the rules permit exactly that, and never otherwise."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from audit import subjects
from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.errors import (
    DeliveryConflict,
    DeliveryInReview,
    DeliveryNotPossible,
    DeliveryRefused,
    FileUnfit,
    NoSuchRecipient,
)
from generation.deliveries.queries import deliveries_of_take
from generation.deliveries.values import Disclosure, StandsToday
from generation.errors import IdempotencyKeyMissing, NoSuchTake, VideoNotReady
from generation.models import Delivery, DeliveryIntent, ModelRelease
from generation.operations.deliveries import deliver_take, try_delivery
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_files
from licensing.models.decision import Decision
from licensing.models.owed import ObligationUse
from licensing.operations.strikes import begin_strike, end_strike
from licensing.values import Agreement
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_delivery_order, a_recipient, a_signed_take
from tests.factories.disclosures import an_approval, placed
from tests.factories.takes import Studio, a_studio, an_order_for

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    """Signed, with the replica of the performer who consented to scene 42 in cinemas and for subscribers."""
    return a_signed_take(studio, studio.consenting)


def _count(studio: Studio, table: Any) -> int:  # noqa: ANN401 - a model
    with tenant(studio.organisation_id):
        return int(table.objects.count())


def _latest_decision(studio: Studio) -> Decision:
    with tenant(studio.organisation_id):
        row: Decision = Decision.objects.order_by("-decided_at")[0]
    return row


def _problems() -> list[tuple[str, str]]:
    integrate_all()
    report = inspect_logs(at=now(), reconcilers=registered())
    return [(problem.kind, problem.what) for problem in report.problems]


class TestDelivering:
    def test_records_what_was_found_in_the_file_and_on_which_decision(
        self, studio: Studio, take: TakeCard
    ) -> None:
        recipient = a_recipient(studio.producer)
        credit = Disclosure(kind="end_credit", wording="Made with AI.", placement="End titles, card 3")

        card = a_delivery(studio, take, recipient, disclosures=(credit,))

        decision = _latest_decision(studio)
        assert (card.marks, card.marks_stripped) == (("c2pa",), False)
        assert card.file_sha256 == take_files(studio.organisation_id, take.id).video.stem
        assert card.recipient == recipient
        assert card.disclosures == (credit,)
        assert card.standing.state is StandsToday.ACTIVE
        assert (decision.id, decision.stage) == (card.decision_id, "deliver")
        assert decision.repeats_id == take.decision_id
        assert b'"delivery":{"disclosures_recorded":["end_credit"],"marks":["c2pa"]' in bytes(decision.facts)
        assert [one.id for one in deliveries_of_take(studio.organisation_id, take.id)] == [card.id]

    def test_counts_what_counsel_approved_for_the_production_once_it_stands_in_the_work(
        self, studio: Studio, take: TakeCard
    ) -> None:
        approval = an_approval(studio.producer, studio.production.id)

        def recorded_for(territory: str) -> Any:  # noqa: ANN401 - a fact
            # Whether it may go there or not is another question.
            with suppress(DeliveryRefused, DeliveryInReview):
                a_delivery(studio, take, territories=(territory,))
            return json.loads(bytes(_latest_decision(studio).facts))["delivery"]["disclosures_recorded"]

        before = recorded_for("DE")
        placed(studio.producer, approval)

        assert before == []
        assert recorded_for("DE") == ["end_credit"]
        assert recorded_for("US") == []

    def test_is_told_by_the_log_in_this_order_and_reconciles(self, studio: Studio, take: TakeCard) -> None:
        card = a_delivery(studio, take)
        integrate_all()

        lines = entries_about(studio.organisation_id, f"delivery:{card.id}")

        assert [line.type for line in lines] == [
            "generation.delivery.intended",
            "provenance.asset.delivered",
        ]
        assert lines[1].fields["decision"] == str(card.decision_id)
        whom = subjects.performers(studio.organisation_id, [studio.consenting.id])
        assert lines[1].fields["performers"] == whom
        assert _problems() == []

    def test_opens_what_the_decision_makes_owed_as_one_more_use(self, studio: Studio, take: TakeCard) -> None:
        card = a_delivery(studio, take)

        with tenant(studio.organisation_id):
            uses = list(ObligationUse.objects.filter(effect_id=card.id).values_list("effect", "decision_id"))
        assert uses == [("delivered", card.decision_id)]

    def test_of_nobodys_likeness_needs_no_consent(self, studio: Studio) -> None:
        card = a_delivery(studio, a_signed_take(studio))

        assert card.standing.state is StandsToday.ACTIVE


class TestRefusing:
    def test_tells_every_reason_with_its_cure_and_leaves_the_decision_alone(
        self, studio: Studio, take: TakeCard
    ) -> None:
        recipient = a_recipient(studio.producer)
        order = a_delivery_order(take.id, recipient.id, media=("social",))

        with pytest.raises(DeliveryRefused) as refused:
            deliver_take(order, actor=studio.producer, idempotency_key="one")

        assert "TVT-05" in {reason["rule"] for reason in refused.value.reasons}
        assert all(reason["cure"] for reason in refused.value.reasons)
        assert str(studio.consenting.id) not in str(refused.value)
        assert _latest_decision(studio).id == refused.value.decision_id
        assert (_count(studio, Delivery), _count(studio, DeliveryIntent)) == (0, 0)

    def test_what_the_audience_must_be_told_is_refused_until_its_wording_is_recorded(
        self, studio: Studio
    ) -> None:
        take = a_signed_take(studio, studio.consenting, photoreal=True)
        to = a_recipient(studio.producer)
        credit = Disclosure(kind="end_credit", wording="Digital replica.", placement="End titles")
        silent = try_delivery(a_delivery_order(take.id, to.id, territories=("FR",)), actor=studio.producer)
        told = try_delivery(
            a_delivery_order(take.id, to.id, territories=("FR",), disclosures=(credit,)),
            actor=studio.producer,
        )

        assert "EU-02" in {reason.rule_id for reason in silent.decision.reasons}
        assert "EU-02" not in {reason.rule_id for reason in told.decision.reasons}

    def test_a_doubt_goes_to_legal_and_the_same_delivery_is_made_once_the_fact_is_known(
        self, studio: Studio, take: TakeCard
    ) -> None:
        with tenant(studio.organisation_id):
            ModelRelease.objects.filter(id=studio.model.id).update(ca_covered_provider=None)
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)

        with pytest.raises(DeliveryInReview) as doubt:
            deliver_take(order, actor=studio.producer, idempotency_key="one")
        with tenant(studio.organisation_id):
            ModelRelease.objects.filter(id=studio.model.id).update(ca_covered_provider=False)
        card = deliver_take(order, actor=studio.producer, idempotency_key="one")

        assert {"CA-03", "APP-02"} <= {reason["rule"] for reason in doubt.value.reasons}
        assert card.standing.state is StandsToday.ACTIVE

    def test_a_strike_refuses_and_its_end_permits(self, studio: Studio, take: TakeCard) -> None:
        begin_strike(Agreement.SAG_TVT_2026, actor=studio.producer)
        with pytest.raises(DeliveryRefused, match="TVT-17"):
            a_delivery(studio, take)
        end_strike(Agreement.SAG_TVT_2026, actor=studio.producer)

        assert a_delivery(studio, take).standing.state is StandsToday.ACTIVE

    def test_a_file_that_is_not_the_signed_one_goes_nowhere(self, studio: Studio, take: TakeCard) -> None:
        video = take_files(studio.organisation_id, take.id).video
        video.chmod(0o644)
        video.write_bytes(video.read_bytes() + b"\0\0\0\x08free")
        decisions = _count(studio, Decision)

        with pytest.raises(FileUnfit, match="altered"):
            a_delivery(studio, take)

        assert _count(studio, Decision) == decisions

    @pytest.mark.parametrize(
        ("field", "fields"),
        [
            ("media", {"media": ()}),
            ("territories", {"territories": ()}),
            ("languages", {"languages": ()}),
            ("valid_until", {"valid_until": date(2026, 10, 31)}),
            ("disclosures", {"disclosures": (Disclosure(kind="c2pa", wording="x", placement="y"),)}),
            ("disclosures", {"disclosures": (Disclosure(kind="on_screen", wording=" ", placement="y"),)}),
        ],
    )
    def test_what_no_delivery_may_be_asked_with_records_nothing(
        self, studio: Studio, field: str, fields: dict[str, Any]
    ) -> None:
        order = a_delivery_order(new_id(), new_id(), **fields)

        with pytest.raises(DeliveryNotPossible) as refused:
            deliver_take(order, actor=studio.producer, idempotency_key="one")

        assert refused.value.field == field
        assert _count(studio, Decision) == 0

    def test_needs_a_finished_take_and_a_recipient_of_the_own_house(
        self, studio: Studio, take: TakeCard
    ) -> None:
        own, foreign = a_recipient(studio.producer), a_recipient(a_member())
        unfinished = request_take(
            an_order_for(studio, seed=8), actor=studio.producer, idempotency_key=str(new_id())
        )

        for refusal, order in (
            (VideoNotReady, a_delivery_order(unfinished.id, own.id)),
            (NoSuchTake, a_delivery_order(new_id(), own.id)),
            (NoSuchRecipient, a_delivery_order(take.id, foreign.id)),
        ):
            with pytest.raises(refusal):
                deliver_take(order, actor=studio.producer, idempotency_key="one")
        with pytest.raises(IdempotencyKeyMissing):
            deliver_take(a_delivery_order(take.id, own.id), actor=studio.producer, idempotency_key=None)


class TestAskingTwice:
    def test_with_one_key_gives_one_delivery_and_another_request_is_refused(
        self, studio: Studio, take: TakeCard
    ) -> None:
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)
        first = deliver_take(order, actor=studio.producer, idempotency_key="one")
        decisions = _count(studio, Decision)
        again = deliver_take(order, actor=studio.producer, idempotency_key="one")

        assert (again.id, _count(studio, Delivery), _count(studio, Decision)) == (first.id, 1, decisions)
        other = a_delivery_order(take.id, first.recipient.id, languages=("fr",))
        with pytest.raises(DeliveryConflict):
            deliver_take(other, actor=studio.producer, idempotency_key="one")

    def test_at_once_gives_one_delivery(self, studio: Studio, take: TakeCard) -> None:
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)
        together = threading.Barrier(2)

        def ask(_: int) -> Any:  # noqa: ANN401 - an identifier
            together.wait(timeout=30)
            try:
                return deliver_take(order, actor=studio.producer, idempotency_key="one").id
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            first, second = threads.map(ask, range(2))

        assert first == second
        assert _count(studio, Delivery) == 1
        assert _problems() == []


class TestDryRun:
    def test_tells_the_verdict_and_the_marks_and_leaves_no_trace(
        self, studio: Studio, take: TakeCard
    ) -> None:
        order = a_delivery_order(take.id, a_recipient(studio.producer).id, media=("social",))
        decisions = _count(studio, Decision)

        trial = try_delivery(order, actor=studio.producer)

        assert (trial.decision.permitted, trial.decision.id, trial.marks) == (False, None, ("c2pa",))
        assert _count(studio, Decision) == decisions
