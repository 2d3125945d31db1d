"""Uses that a consent limits: a delivery holds one while it is under way and spends it, and nothing else does."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from pytest_django import Settings

from audit.errors import LogNotReady
from core.ids import new_id
from core.tenancy import tenant
from generation.deliveries.errors import DeliveryRefused, GroundsEnded
from generation.deliveries.page_queries import new_delivery_page
from generation.models import Delivery, DeliveryIntent
from generation.operations import deliveries as door
from generation.operations.deliveries import deliver_take, try_delivery
from generation.operations.recalls import recall_delivery
from generation.operations.takes import request_take
from generation.queries import TakeCard
from generation.values import TakeState
from licensing.errors import QuotaLost
from licensing.models.quota import Quota, QuotaReservation
from licensing.models.review import ReviewCase
from licensing.names import UsesAre, WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.quotas import hold_quotas
from licensing.performer_cards import ConsentCard
from licensing.quotas import QuotaUnit
from tests.factories.deliveries import a_delivery, a_delivery_order, a_recipient, a_signed_take
from tests.factories.licensing import a_consent
from tests.factories.takes import Studio, a_studio, an_order_for
from tests.sequencing import SEQUENCER

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


def _limited(studio: Studio, **terms: Any) -> ConsentCard:  # noqa: ANN401 - any term
    return a_consent(
        studio.producer, studio.production, studio.consenting, supersedes=studio.consent.id, **terms
    )


def _figures(studio: Studio) -> dict[str, tuple[int, int]]:
    """Used and reserved, by unit."""
    with tenant(studio.organisation_id):
        rows = Quota.objects.values_list("unit", "used", "reserved")
        return {unit: (used, reserved) for unit, used, reserved in rows}


def _deliver(studio: Studio, take: TakeCard, key: str = "one", **fields: Any) -> Any:  # noqa: ANN401 - any field
    order = a_delivery_order(take.id, a_recipient(studio.producer, f"Distributor {new_id()}").id, **fields)
    return deliver_take(order, actor=studio.producer, idempotency_key=key)


def test_each_delivery_is_a_use_and_a_take_or_a_recall_is_none(studio: Studio) -> None:
    consent = _limited(studio, most_uses=2, most_takes=5)
    take = a_signed_take(studio, studio.consenting)
    assert _figures(studio) == {"uses": (0, 0), "takes": (1, 0)}
    to = a_recipient(studio.producer)
    order = a_delivery_order(take.id, to.id)

    first = deliver_take(order, actor=studio.producer, idempotency_key="one")
    again = deliver_take(order, actor=studio.producer, idempotency_key="one")

    assert (again.id, _figures(studio)["uses"]) == (first.id, (1, 0))
    # The same file to the same recipient by a request of its own is a delivery of its own.
    deliver_take(order, actor=studio.producer, idempotency_key="two")
    recall_delivery(first.id, reason="The cut has changed.", actor=studio.producer)
    assert _figures(studio) == {"uses": (2, 0), "takes": (1, 0)}

    (limits,) = new_delivery_page(studio.organisation_id, take.id).limits
    assert [one.in_words for one in limits.quotas] == ["0 of 2 uses left: 2 used. Each delivery is one."]

    trial = try_delivery(order, actor=studio.producer)
    with pytest.raises(DeliveryRefused) as refused:
        deliver_take(order, actor=studio.producer, idempotency_key="three")

    assert trial.decision.outcome == "deny_until"
    (reason,) = refused.value.reasons
    assert reason["rule"] == "GATE-QUOTA"
    assert f"Terms of consent {consent.id}, most uses" in reason["message"]
    assert "allows 2 uses, 2 are used." in reason["message"]
    assert reason["cure"] == (
        "Agree on a new limit with the performer, in a new consent that supersedes this one."
    )
    with tenant(studio.organisation_id):
        assert Delivery.objects.count() == DeliveryIntent.objects.count() == 2
        # Nobody here lifts what a performer limited, so nothing waits on the legal desk for it.
        assert not ReviewCase.objects.exists()
    assert deliver_take(order, actor=studio.producer, idempotency_key="two").id != first.id

    # The cure: terms that the performer signed anew.
    a_consent(studio.producer, studio.production, studio.consenting, supersedes=consent.id, most_uses=1)
    deliver_take(order, actor=studio.producer, idempotency_key="three")


def test_one_delivery_of_two_performers_takes_a_use_of_each_consent(studio: Studio) -> None:
    first = _limited(studio, most_uses=3)
    second = a_consent(studio.producer, studio.production, studio.other, most_uses=1)
    take = a_signed_take(studio, studio.consenting, studio.other)

    card = _deliver(studio, take)
    with pytest.raises(DeliveryRefused, match="most uses"):
        _deliver(studio, take, "two")

    with tenant(studio.organisation_id):
        used = dict(Quota.objects.values_list("consent_id", "used"))
        held = QuotaReservation.objects.filter(job_id=card.id)
        spent = set(held.values_list("quota__consent_id", "state", "spent", "decision_id"))
    assert used == {first.id: 1, second.id: 1}
    assert spent == {(one.id, "committed", 1, card.decision_id) for one in (first, second)}


def test_of_many_deliveries_at_once_one_gets_the_last_use(studio: Studio) -> None:
    _limited(studio, most_uses=1)
    take = a_signed_take(studio, studio.consenting)
    recipients = [a_recipient(studio.producer, f"Distributor {new_id()}") for _ in range(8)]
    together = threading.Barrier(len(recipients))

    def ask(recipient: Any) -> str:  # noqa: ANN401 - a card
        order = a_delivery_order(take.id, recipient.id)
        together.wait(timeout=60)
        try:
            deliver_take(order, actor=studio.producer, idempotency_key=str(new_id()))
        except DeliveryRefused as refused:
            return ", ".join(reason["rule"] for reason in refused.reasons)
        finally:
            connection.close()
        return "delivered"

    with ThreadPoolExecutor(len(recipients)) as threads:
        answers = list(threads.map(ask, recipients))

    assert sorted(answers) == ["GATE-QUOTA"] * 7 + ["delivered"]
    assert _figures(studio) == {"uses": (1, 0)}
    with tenant(studio.organisation_id):
        assert Delivery.objects.count() == DeliveryIntent.objects.count() == 1


def test_what_does_not_become_a_delivery_gives_its_use_back(
    studio: Studio, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    consent = _limited(studio, most_uses=1)
    take = a_signed_take(studio, studio.consenting)
    original = door._intended
    held: list[dict[str, tuple[int, int]]] = []

    def on_a_log_that_stands_still(*args: Any, **fields: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        SEQUENCER.hold()
        intent = original(*args, **fields)
        held.append(_figures(studio))
        return intent

    def on_a_consent_that_ends(*args: Any, **fields: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        intent = original(*args, **fields)
        held.append(_figures(studio))
        withdraw_consent(consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
        return intent

    waits = settings.LOG_WAIT_S
    with monkeypatch.context() as patch:
        patch.setattr(door, "_intended", on_a_log_that_stands_still)
        settings.LOG_WAIT_S = 0.4
        with pytest.raises(LogNotReady):
            _deliver(studio, take)
    SEQUENCER.go_on()
    settings.LOG_WAIT_S = waits
    held.append(_figures(studio))
    with monkeypatch.context() as patch:
        patch.setattr(door, "_intended", on_a_consent_that_ends)
        with pytest.raises(GroundsEnded):
            _deliver(studio, take)

    assert held == [{"uses": (0, 1)}, {"uses": (0, 0)}, {"uses": (0, 1)}]
    assert _figures(studio) == {"uses": (0, 0)}


def test_a_delivery_that_lost_its_hold_is_not_made(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was forgotten for longer than a hold lasts, and somebody else needed the use."""
    _limited(studio, most_uses=1)
    take = a_signed_take(studio, studio.consenting)
    original = door._intended
    other = new_id()

    def given_away(*args: Any, **fields: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        intent = original(*args, **fields)
        with tenant(studio.organisation_id), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE licensing_quotareservation SET expires_at = clock_timestamp() WHERE job_id = %s",
                [intent.delivery_id],
            )
        hold_quotas(studio.organisation_id, args[1], job_id=other, amounts={QuotaUnit.USES: 1})
        return intent

    with monkeypatch.context() as patch:
        patch.setattr(door, "_intended", given_away)
        with pytest.raises(QuotaLost):
            _deliver(studio, take)

    with tenant(studio.organisation_id):
        assert not Delivery.objects.exists()
        states = dict(QuotaReservation.objects.values_list("job_id", "state"))
    assert states.pop(other) == "held"
    assert set(states.values()) == {"expired"}
    with pytest.raises(DeliveryRefused, match="1 reserved by 1 delivery still running"):
        _deliver(studio, take)


def test_what_was_signed_as_takes_goes_on_being_counted_by_takes(studio: Studio) -> None:
    _limited(studio, most_uses=1, uses_are=UsesAre.SIGNED_TAKES)
    take = a_signed_take(studio, studio.consenting)

    a_delivery(studio, take)
    a_delivery(studio, take)
    order = an_order_for(studio, studio.consenting)
    second = request_take(order, actor=studio.producer, idempotency_key=str(new_id()))

    assert _figures(studio) == {"takes_as_uses": (1, 0)}
    assert second.state is TakeState.REFUSED


def test_a_delivery_holds_longer_than_anybody_waits_for_the_log() -> None:
    assert timedelta(seconds=600) < door.HELD_FOR
