"""Takes while the log stands still: nothing is queued, loaded, signed or handed out before it goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from pytest_django import Settings

from accounts.values import Actor
from audit.errors import LogNotReady
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation import claims, rendering
from generation.claimed_take import Claim
from generation.engines import spawned
from generation.engines.base import Loaded
from generation.models import Take
from generation.operations.takes import cancel_take, request_take
from generation.queries import TakeCard, take_card, take_events, take_files
from generation.values import TakeState
from licensing.models.decision import Decision
from provenance import operations as signing
from provenance.models import SignedAsset, SigningIntent
from tests.factories.accounts import a_member
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio, a_take, an_order_for, rendered, reread
from tests.sequencing import SEQUENCER

pytestmark = pytest.mark.usefixtures("committed_db")

BODY = {
    "prompt": "a red ball moves left over the sea",
    "use": "generate_new_performance",
    "purpose": "this_production",
    "output_status": "final",
    "media": ["theatrical", "svod"],
    "territories": ["US"],
    "languages": ["en"],
    "photoreal": False,
    "sensitive": [],
    "replaces_in_person_work": False,
    "seed": 7,
}


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    """With a media folder of its own; waits are short from here on."""
    settings.MEDIA_FOLDER = tmp_path / "media"
    studio = a_studio(pristine_model)
    settings.LOG_WAIT_S = 1.0
    return studio


def _asked(studio: Studio) -> TakeCard:
    order = an_order_for(studio, studio.consenting)
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def _standing_still_after(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:  # noqa: ANN401 - a module
    """Stop the sequencer the moment before `module.name` is called, once."""
    original: Callable[..., Any] = getattr(module, name)

    def stopping(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
        monkeypatch.setattr(module, name, original)
        SEQUENCER.hold()
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, stopping)


def _loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every loading of weights from here on."""
    loaded: list[Path] = []
    original = spawned.Device.load

    def noting(device: spawned.Device, folder: Path, **asked: Any) -> Loaded:  # noqa: ANN401 - passed on
        loaded.append(folder)
        return original(device, folder, **asked)

    monkeypatch.setattr(spawned.Device, "load", noting)
    return loaded


def _count(studio: Studio, table: Any) -> int:  # noqa: ANN401 - a model
    with tenant(studio.organisation_id):
        return int(table.objects.count())


def _videos() -> list[Path]:
    folder: Path = product.MEDIA_FOLDER
    return [path for path in folder.rglob("*.mp4") if path.relative_to(folder).parts[0] != "tmp"]


def _history(card: TakeCard, studio: Studio) -> list[tuple[str, str]]:
    events = take_events(studio.organisation_id, card.id).events
    return [(event.state, event.code) for event in events if event.kind == "state"]


class TestAsking:
    def test_leaves_no_take_and_the_same_request_makes_one_later(self, studio: Studio) -> None:
        client = an_api_client(studio.producer)
        body = BODY | {"cast": [{"performer": str(studio.consenting.id), "replica_type": "ebdr_scan"}]}
        path, key = f"/v1/shots/{studio.shot.id}/takes", {"Idempotency-Key": "one"}

        with SEQUENCER.held():
            refused = client.post(path, body, format="json", headers=key)
            takes, decisions = _count(studio, Take), _count(studio, Decision)
        accepted = client.post(path, body, format="json", headers=key)

        assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (503, "log-not-ready")
        assert int(refused["Retry-After"]) > 0
        assert (takes, decisions) == (0, 1)
        assert (accepted.status_code, accepted.json()["state"]) == (202, "queued")
        assert _count(studio, Take) == 1

    def test_in_a_form_keeps_what_was_typed(self, studio: Studio) -> None:
        said = {
            "key": str(new_id()),
            "model": str(studio.model.id),
            "prompt": "a red ball moves left",
            "replica_type": "ebdr_scan",
            "use": "generate_new_performance",
            "purpose": "this_production",
            "output_status": "final",
            "shown_in": ["theatrical"],
            "territories": "US",
            "languages": "en",
            "synthetic_role": "none",
            "photoreal": "no",
            "nothing_sensitive": "on",
            "replaces_in_person_work": "no",
        }
        with SEQUENCER.held():
            answer = a_browser(studio.producer).post(f"/shots/{studio.shot.id}/takes/new", said)

        assert "The log has not yet confirmed" in answer.content.decode()
        assert "a red ball moves left" in answer.content.decode()
        assert _count(studio, Take) == 0


class TestCancelling:
    def test_ends_a_waiting_take_at_once_and_the_answer_waits(self, settings: Settings) -> None:
        settings.LOG_WAIT_S = 1.0
        actor: Actor = a_member()
        take = a_take(actor)
        client = an_api_client(actor)

        with SEQUENCER.held():
            answer = client.post(f"/v1/takes/{take.id}/cancel")
            state = reread(take).state
            again = cancel_take(take.id, actor=actor)

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, "log-not-ready")
        assert "cancelled" in answer.json()["detail"]
        assert state == TakeState.CANCELLED
        assert again.state is TakeState.CANCELLED


class TestRendering:
    def test_does_not_begin_on_a_decision_that_could_be_dropped(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio)
        loads = _loads(monkeypatch)

        with SEQUENCER.held():
            waiting = rendered(card, studio)
        signed = rendered(card, studio)

        assert (waiting.state, waiting.attempt) == (TakeState.QUEUED, 0)
        assert _history(card, studio)[:3] == [
            ("queued", ""),
            ("rendering", ""),
            ("queued", "log_unavailable"),
        ]
        assert len(loads) == 1
        assert (signed.state, signed.attempt) == (TakeState.SIGNED, 1)

    def test_loads_nothing_before_its_beginning_is_in_the_log(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio)
        loads = _loads(monkeypatch)
        _standing_still_after(monkeypatch, claims, "started")

        waiting = rendered(card, studio)

        assert (waiting.state, waiting.attempt, loads) == (TakeState.QUEUED, 0, [])
        assert _count(studio, SigningIntent) == 0

    def test_given_back_often_uses_up_no_attempts(self, studio: Studio) -> None:
        card = _asked(studio)

        pauses = []
        with SEQUENCER.held():
            for _ in range(7):
                began = now()
                rendered(card, studio)
                with tenant(studio.organisation_id):
                    woken_at = Take.objects.get(id=card.id).woken_at
                assert woken_at is not None
                pauses.append(round((woken_at - began).total_seconds()))
        signed = rendered(card, studio)

        # Later each time, so that a long outage does not fill the log with decisions.
        assert pauses[0] < 20 <= pauses[1] < pauses[2] < pauses[3] < pauses[4]
        assert max(pauses) < 300

        assert (signed.state, signed.attempt) == (TakeState.SIGNED, 1)

    def test_cancelled_while_the_log_stands_still_is_cancelled(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio)
        original = claims.started

        def cancelling(claimed: Claim, decision_id: Any) -> Any:  # noqa: ANN401 - as the original
            SEQUENCER.hold()
            cancel_take(card.id, actor=studio.producer)
            return original(claimed, decision_id)

        monkeypatch.setattr(claims, "started", cancelling)

        assert rendered(card, studio).state is TakeState.CANCELLED


class TestSigning:
    def test_uses_no_key_before_the_intent_is_in_the_log(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio)
        _standing_still_after(monkeypatch, signing, "_record_intent")

        waiting = rendered(card, studio)
        videos, assets, intents = _videos(), _count(studio, SignedAsset), _count(studio, SigningIntent)
        SEQUENCER.go_on()
        signed = rendered(card, studio)

        assert (waiting.state, waiting.attempt) == (TakeState.QUEUED, 0)
        assert (videos, assets, intents) == ([], 0, 1)
        assert signed.state is TakeState.SIGNED
        assert len(_videos()) == 1

    def test_hands_out_no_file_before_the_signature_is_in_the_log(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio)
        _standing_still_after(monkeypatch, claims, "signed")
        client, browser = an_api_client(studio.producer), a_browser(studio.producer)
        path = f"/takes/{card.id}"

        rendering.render(card.id, studio.organisation_id, worker="w")
        meanwhile = take_card(studio.organisation_id, card.id)
        refused = {what: client.get(f"/v1{path}/{what}") for what in ("video", "poster", "contact-sheet")}
        pages = [browser.get(f"{path}/{what}").status_code for what in ("video", "poster", "contact-sheet")]
        take, page = client.get(f"/v1{path}").json(), browser.get(path).content.decode()
        state = browser.get(f"{path}/state").content.decode()
        shot = browser.get(f"/shots/{studio.shot.id}").content.decode()
        with pytest.raises(LogNotReady, match="signed and kept"):
            take_files(studio.organisation_id, card.id)
        SEQUENCER.go_on()
        settled = rendered(card, studio)

        assert (meanwhile.state, meanwhile.is_final, meanwhile.is_settled) == (TakeState.SIGNED, True, False)
        assert {answer.status_code for answer in refused.values()} == {503}
        assert all(int(answer["Retry-After"]) > 0 for answer in refused.values())
        assert refused["video"].json()["type"].rsplit("/", 1)[1] == "log-not-ready"
        assert pages == [503, 503, 503]
        assert (take["state"], take["downloadable"]) == ("signed", False)
        assert "Waiting for the log" in page
        assert "<video" not in page
        assert f'data-live="{path}/state"' in page
        assert "data-live-done" not in state
        assert f"{path}/poster" not in shot
        assert settled.is_settled
        assert client.get(f"/v1{path}/video").status_code == 200
        assert client.get(f"/v1{path}").json()["downloadable"] is True
        assert "<video" in browser.get(path).content.decode()
        assert "data-live-reload" in browser.get(f"{path}/state").content.decode()
