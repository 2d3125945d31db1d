"""Deliveries while the log stands still, while a consent is withdrawn, and past the application."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from pytest_django import Settings

from audit.errors import LogNotReady
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.errors import (
    DeliveryRefused,
    GroundsEnded,
)
from generation.deliveries.queries import delivery_card
from generation.deliveries.values import StandsToday
from generation.models import Delivery, DeliveryIntent
from generation.operations import deliveries as door
from generation.operations.deliveries import deliver_take
from generation.queries import TakeCard
from licensing.models.owed import ObligationUse
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_delivery_order, a_recipient, a_signed_take
from tests.factories.takes import Studio, a_studio
from tests.sequencing import SEQUENCER

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


def _problems() -> list[tuple[str, str]]:
    integrate_all()
    report = inspect_logs(at=now(), reconcilers=registered())
    return [(problem.kind, problem.what) for problem in report.problems]


class TestWhileTheLogStandsStill:
    def test_nothing_is_delivered_on_a_decision_that_could_be_dropped(
        self, studio: Studio, take: TakeCard, settings: Settings
    ) -> None:
        settings.LOG_WAIT_S = 0.4
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)

        with SEQUENCER.held(), pytest.raises(LogNotReady):
            deliver_take(order, actor=studio.producer, idempotency_key="one")

        assert (_count(studio, Delivery), _count(studio, DeliveryIntent)) == (0, 0)
        assert deliver_take(order, actor=studio.producer, idempotency_key="one").take_id == take.id

    def test_nothing_is_delivered_on_an_intent_that_could_be_dropped(
        self, studio: Studio, take: TakeCard, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.LOG_WAIT_S = 0.4
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)
        original = door._intended

        def held(*args: Any, **fields: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            SEQUENCER.hold()
            return original(*args, **fields)

        with monkeypatch.context() as patch:
            patch.setattr(door, "_intended", held)
            with pytest.raises(LogNotReady):
                deliver_take(order, actor=studio.producer, idempotency_key="one")
        SEQUENCER.go_on()

        assert (_count(studio, Delivery), _count(studio, DeliveryIntent)) == (0, 1)
        assert deliver_take(order, actor=studio.producer, idempotency_key="one").take_id == take.id
        assert _problems() == []


class TestWithdrawalMeanwhile:
    def test_before_the_last_step_leaves_no_delivery(
        self, studio: Studio, take: TakeCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)
        original = door._intended

        def withdrawn_after(*args: Any, **fields: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            intent = original(*args, **fields)
            withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
            return intent

        monkeypatch.setattr(door, "_intended", withdrawn_after)

        with pytest.raises(GroundsEnded):
            deliver_take(order, actor=studio.producer, idempotency_key="one")
        assert (_count(studio, Delivery), _count(studio, ObligationUse)) == (0, 1)
        with pytest.raises(DeliveryRefused, match="TVT-01"):
            deliver_take(order, actor=studio.producer, idempotency_key="one")
        assert _problems() == []

    def test_at_the_same_time_is_before_the_delivery_or_recalls_it(
        self, studio: Studio, take: TakeCard
    ) -> None:
        order = a_delivery_order(take.id, a_recipient(studio.producer).id)
        together = threading.Barrier(2)

        def withdraw() -> None:
            together.wait(timeout=30)
            try:
                withdraw_consent(
                    studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer
                )
            finally:
                connection.close()

        def deliver() -> str:
            together.wait(timeout=30)
            try:
                return str(deliver_take(order, actor=studio.producer, idempotency_key="one").id)
            except (DeliveryRefused, GroundsEnded):
                return ""
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            withdrawal, delivery = threads.submit(withdraw), threads.submit(deliver)
            withdrawal.result(timeout=60)
            delivered = delivery.result(timeout=60)

        with tenant(studio.organisation_id):
            rows = list(Delivery.objects.all())
        assert [str(row.id) for row in rows] == ([delivered] if delivered else [])
        for row in rows:
            assert delivery_card(studio.organisation_id, row.id).standing.state is StandsToday.RECALLED
        assert _problems() == []


class TestTheTable:
    def test_takes_no_intent_on_a_decision_for_another_door(self, studio: Studio, take: TakeCard) -> None:
        recipient = a_recipient(studio.producer)

        with pytest.raises(IntegrityError, match="permits no delivery"), tenant(studio.organisation_id):
            DeliveryIntent.objects.create(
                delivery_id=new_id(),
                take_id=take.id,
                asset_id=take.asset_id,
                recipient_id=recipient.id,
                decision_id=take.decision_id,
                request_sha256="0" * 64,
                intended_at=now(),
            )

    def test_takes_no_delivery_of_something_else_than_was_intended(
        self, studio: Studio, take: TakeCard
    ) -> None:
        card = a_delivery(studio, take)
        other = a_recipient(studio.producer, "Somebody Else")

        with tenant(studio.organisation_id):
            row = Delivery.objects.get(id=card.id)
            intent = DeliveryIntent.objects.get(delivery_id=card.id)
            intent.id, intent.delivery_id = new_id(), new_id()
            intent.save(force_insert=True)
            row.id, row.intent_id, row.recipient_id = intent.delivery_id, intent.id, other.id
            row.idempotency_key = "another"
            with pytest.raises(IntegrityError, match="as_intended"), transaction.atomic():
                row.save(force_insert=True)

    @pytest.mark.parametrize("table", ["generation_delivery", "generation_deliveryintent"])
    def test_of_evidence_lets_nothing_be_changed(self, studio: Studio, take: TakeCard, table: str) -> None:
        a_delivery(studio, take)

        with (
            tenant(studio.organisation_id),
            connection.cursor() as cursor,
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(f"UPDATE {table} SET request_sha256 = repeat('ab', 32)")  # noqa: S608 - named above
