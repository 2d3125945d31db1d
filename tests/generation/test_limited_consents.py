"""Takes under a consent that limits them: held when asked for, spent when signed, given back otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest
from django.db import connection

from core.ids import new_id
from core.tenancy import tenant
from generation.operations.takes import cancel_take, request_take, retry_take
from generation.page_queries import new_take_page, take_page
from generation.queries import TakeCard
from generation.values import FailureCode, TakeState
from licensing.errors import QuotaExhausted
from licensing.models.quota import Quota, QuotaReservation
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.quotas import hold_quotas
from licensing.quotas import QuotaUnit
from provenance import c2pa_gateway
from tests.factories.licensing import a_consent
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

pytestmark = pytest.mark.usefixtures("committed_db")

# Seventeen frames at eight a second.
TAKE_MS = 2_125


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    studio = a_studio(pristine_model)
    a_consent(
        studio.producer,
        studio.production,
        studio.consenting,
        supersedes=studio.consent.id,
        most_takes=1,
        most_seconds=20,
    )
    return studio


def _ask(studio: Studio) -> TakeCard:
    order = an_order_for(studio, studio.consenting)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def _figures(studio: Studio) -> dict[str, tuple[int, int]]:
    """Used and reserved, by unit."""
    with tenant(studio.organisation_id):
        rows = Quota.objects.values_list("unit", "used", "reserved")
        return {unit: (used, reserved) for unit, used, reserved in rows}


def test_a_take_holds_what_it_takes_and_spends_it_when_it_is_signed(studio: Studio) -> None:
    card = _ask(studio)
    held = _figures(studio)

    card = rendered(card, studio)

    assert held == {"takes": (0, 1), "seconds": (0, TAKE_MS)}
    assert card.state is TakeState.SIGNED, card.failure_message
    assert _figures(studio) == {"takes": (1, 0), "seconds": (TAKE_MS, 0)}


def test_what_is_used_up_refuses_the_next_take_with_figure_and_cure(studio: Studio) -> None:
    first = _ask(studio)

    second = _ask(studio)

    assert second.state is TakeState.REFUSED
    decision = take_page(studio.organisation_id, second.id, everybody=True).decision
    (reason,) = [one for one in decision.reasons if one.rule_id == "GATE-QUOTA"]
    assert "allows 1 take, 0 are used and 1 reserved" in reason.message
    assert str(first.id) in reason.message
    (limits,) = new_take_page(studio.organisation_id, studio.shot.id).limits
    assert limits.quotas[0].in_words == "0 of 1 take left: 1 held by work under way."


def test_a_cancelled_take_gives_back_what_it_held(studio: Studio) -> None:
    cancel_take(_ask(studio).id, actor=studio.producer)

    assert _figures(studio) == {"takes": (0, 0), "seconds": (0, 0)}
    assert _ask(studio).state is TakeState.QUEUED


def test_a_take_refused_at_its_claim_gives_back_what_it_held(studio: Studio) -> None:
    card = _ask(studio)
    with tenant(studio.organisation_id):
        consent_id = Quota.objects.values_list("consent_id", flat=True)[0]
    withdraw_consent(consent_id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

    card = rendered(card, studio)

    assert card.state is TakeState.REFUSED
    assert _figures(studio) == {"takes": (0, 0), "seconds": (0, 0)}


def test_a_failed_take_gives_back_and_its_retry_holds_again_by_the_same_row(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = _ask(studio)
    real = av.open
    with monkeypatch.context() as full:
        full.setattr(av, "open", lambda _path, *args, **kwargs: real("/dev/full", *args, **kwargs))
        card = rendered(card, studio)
    assert card.failure_code == FailureCode.DISK_FULL
    given_back = _figures(studio)

    retry_take(card.id, actor=studio.producer)
    card = rendered(card, studio)

    assert given_back == {"takes": (0, 0), "seconds": (0, 0)}
    assert card.state is TakeState.SIGNED
    assert _figures(studio) == {"takes": (1, 0), "seconds": (TAKE_MS, 0)}
    with tenant(studio.organisation_id):
        assert QuotaReservation.objects.count() == 2


def test_a_retry_finds_that_another_take_was_faster(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    card = _ask(studio)
    real = av.open
    with monkeypatch.context() as full:
        full.setattr(av, "open", lambda _path, *args, **kwargs: real("/dev/full", *args, **kwargs))
        card = rendered(card, studio)
    _ask(studio)

    with pytest.raises(QuotaExhausted):
        retry_take(card.id, actor=studio.producer)


def test_a_take_whose_hold_was_given_away_while_it_rendered_is_not_signed(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its worker came to the signature after the hold's time, and another take had needed the room."""
    card = _ask(studio)
    sign = c2pa_gateway.sign

    def sign_late(**arguments: Any) -> bytes:  # noqa: ANN401 - passed on as they came
        _give_away(studio, card)
        return sign(**arguments)

    monkeypatch.setattr(c2pa_gateway, "sign", sign_late)

    card = rendered(card, studio)

    assert card.state is TakeState.REFUSED
    assert "GATE-QUOTA" in {
        reason.rule_id
        for reason in take_page(studio.organisation_id, card.id, everybody=True).decision.reasons
    }
    assert _figures(studio)["takes"] == (0, 1)


def _give_away(studio: Studio, card: TakeCard) -> None:
    with tenant(studio.organisation_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE licensing_quotareservation SET expires_at = clock_timestamp() WHERE job_id = %s",
            [card.id],
        )
    hold_quotas(studio.organisation_id, card.decision_id, job_id=new_id(), amounts={QuotaUnit.TAKES: 1})
