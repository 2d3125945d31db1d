"""A withdrawal and work under way, in the order of the log: nothing is signed on a consent that ended before."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from audit.queries import entries_about
from core.ids import new_id
from core.tenancy import tenant
from generation import rendering
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_card
from generation.values import TakeState
from licensing.models.quota import Quota
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from provenance import c2pa_gateway
from tests.factories.audit import integrate_all
from tests.factories.licensing import a_consent
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


def _ask(studio: Studio) -> TakeCard:
    order = an_order_for(studio, studio.consenting)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def _withdraw(studio: Studio) -> None:
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)


def _indices(studio: Studio, subject: str) -> dict[str, int]:
    """Where the last entry of each type about `subject` stands in the log."""
    return {line.type: line.index for line in entries_about(studio.organisation_id, subject)}


def _log(studio: Studio, card: TakeCard) -> tuple[int, dict[str, int]]:
    """Where the withdrawal stands, and what is told of the take."""
    integrate_all()
    withdrawn = _indices(studio, f"consent:{studio.consent.id}")["licensing.consent.withdrawn"]
    return withdrawn, _indices(studio, f"take:{card.id}")


def test_a_withdrawal_while_the_key_works_stands_before_the_refusal_and_nothing_was_signed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = _ask(studio)
    sign = c2pa_gateway.sign

    def sign_then_withdraw(**arguments: Any) -> bytes:  # noqa: ANN401 - passed on as they came
        store = sign(**arguments)
        _withdraw(studio)
        return store

    monkeypatch.setattr(c2pa_gateway, "sign", sign_then_withdraw)

    card = rendered(card, studio)
    withdrawn, told = _log(studio, card)

    assert card.state is TakeState.REFUSED
    assert "provenance.asset.signed" not in told
    assert told["provenance.signing.intended"] < withdrawn < told["generation.take.refused"]
    refusal = f"decision:{card.decision_id}"
    assert withdrawn < _indices(studio, refusal)["licensing.use.decided"] < told["generation.take.refused"]


@pytest.mark.parametrize("head_start_s", [0.0, 0.7])
def test_whoever_comes_first_the_log_tells_it_so(studio: Studio, head_start_s: float) -> None:
    """The withdrawal waits for a publication that holds the consent, or the publication finds it withdrawn."""
    card = _ask(studio)

    def work() -> None:
        try:
            rendering.render(card.id, studio.organisation_id, worker="worker-1@test")
        finally:
            connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    time.sleep(head_start_s)
    _withdraw(studio)
    worker.join(120)

    card = take_card(studio.organisation_id, card.id)
    withdrawn, told = _log(studio, card)
    assert card.state in (TakeState.SIGNED, TakeState.REFUSED)
    if card.state is TakeState.SIGNED:
        assert told["provenance.asset.signed"] < withdrawn
    else:
        assert "provenance.asset.signed" not in told
        assert withdrawn < told["generation.take.refused"]


def test_a_limited_consent_that_ends_gives_back_and_takes_nothing(studio: Studio) -> None:
    limited = a_consent(
        studio.producer, studio.production, studio.consenting, supersedes=studio.consent.id, most_takes=2
    )
    card = _ask(studio)
    withdraw_consent(limited.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

    assert rendered(card, studio).state is TakeState.REFUSED
    with tenant(studio.organisation_id):
        assert Quota.objects.values_list("used", "reserved").get() == (0, 0)
