"""What is seen of a take while it is made: by whoever works on it, unsigned, and gone when it ends."""

from __future__ import annotations

import pytest

from accounts.models.organisation import Organisation
from accounts.values import Role
from core.ids import new_id
from core.tenancy import tenant
from generation import claims
from generation.claimed_take import Claim
from generation.engines.base import Progress, Stage
from generation.heartbeat import Heartbeat
from generation.models import Take
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_card, take_events
from generation.values import FailureCode, Shown, TakeState
from tests.embedded.watching import eventually
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, an_order_for, rendered

PICTURE = b"\xff\xd8 a picture \xff\xd9"


@pytest.fixture
def card(studio: Studio) -> TakeCard:
    order = an_order_for(studio, studio.consenting, steps=12)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


@pytest.fixture
def claimed(card: TakeCard, studio: Studio) -> Claim:
    found = claims.claim(card.id, studio.organisation_id, worker="worker-1@test")
    assert found is not None
    return found


def _renewed(claimed: Claim, *, step: int = 3) -> None:
    shown = Shown(stage="denoise", step=step, of=12, seconds_per_step=2.0, preview_jpeg=PICTURE)
    claims.renewed(claimed, shown, noted=True)


def test_is_seen_by_whoever_makes_takes(card: TakeCard, claimed: Claim, studio: Studio) -> None:
    _renewed(claimed)

    seen = a_browser(studio.producer).get(f"/takes/{card.id}/preview")
    told = an_api_client(studio.producer).get(f"/v1/takes/{card.id}").json()

    assert seen.content == PICTURE
    assert seen["Cache-Control"] == "no-store, private"
    assert (told["seconds_per_step"], told["seconds_left"], told["has_preview"]) == (2.0, 18, True)
    state = a_browser(studio.producer).get(f"/takes/{card.id}/state").text
    assert f"/takes/{card.id}/preview?step=3" in state
    assert "about 18 s more" in state
    assert take_events(studio.organisation_id, card.id).events[-1].seconds_per_step == 2.0


def test_is_seen_by_nobody_else(card: TakeCard, claimed: Claim, studio: Studio) -> None:
    _renewed(claimed)
    with tenant(studio.organisation_id):
        house = Organisation.objects.get(id=studio.organisation_id)
    auditor = a_member(Role.AUDITOR, organisation=house)
    stranger = a_member(Role.PRODUCER)
    assert an_api_client(auditor).get(f"/v1/takes/{card.id}/preview").status_code == 403
    assert an_api_client(stranger).get(f"/v1/takes/{card.id}/preview").status_code == 404


def test_a_later_beat_without_a_picture_leaves_it(card: TakeCard, claimed: Claim, studio: Studio) -> None:
    _renewed(claimed)
    claims.renewed(claimed, Shown(stage="denoise", step=4, of=12), noted=False)
    assert take_card(studio.organisation_id, card.id).has_preview


def test_is_gone_when_the_attempt_ends(card: TakeCard, claimed: Claim, studio: Studio) -> None:
    _renewed(claimed)
    claims.failed(claimed, FailureCode.INTERNAL_ERROR, "It broke.")
    after = take_card(studio.organisation_id, card.id)
    assert (after.state, after.has_preview, after.seconds_left) == (TakeState.FAILED, False, None)
    assert an_api_client(studio.producer).get(f"/v1/takes/{card.id}/preview").status_code == 409


def test_a_heart_shows_the_latest_picture_once(card: TakeCard, claimed: Claim, studio: Studio) -> None:
    with Heartbeat(claimed) as heart:
        heart.progress(Progress(Stage.DENOISE, 1, 12, PICTURE))
        heart.progress(Progress(Stage.DENOISE, 2, 12))
        assert eventually(lambda: take_card(studio.organisation_id, card.id).has_preview, within_s=30)
    after = take_card(studio.organisation_id, card.id)
    assert (after.step, after.stage) == (2, "denoise")
    assert after.seconds_per_step is not None


def test_a_signed_take_has_none_left(card: TakeCard, studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    progress = Heartbeat.progress

    def watched(self: Heartbeat, latest: Progress) -> None:
        if latest.preview_jpeg is not None:
            seen.append(latest.preview_jpeg)
        progress(self, latest)

    monkeypatch.setattr(Heartbeat, "progress", watched)

    after = rendered(card, studio)

    assert after.state is TakeState.SIGNED
    assert len(seen) == 4
    with tenant(studio.organisation_id):
        assert Take.objects.get(id=card.id).preview_jpeg is None
