"""Takes by a model that somebody else runs: a real service over HTTP, real films, the real worker."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from audit.queries import entries_about
from core.clock import now
from core.digests import sha256_hex, sha256_hex_of_file
from core.ids import new_id
from core.tenancy import tenant
from generation import rendering
from generation.errors import RequestNotPossible, SizeNotPossible
from generation.hosted.answers import calls_of
from generation.hosted.leftovers import end_left_calls
from generation.hosted.values import CallState
from generation.models import HostedCall, Take
from generation.operations.takes import cancel_take, request_take, retry_take
from generation.queries import TakeCard, take_card, take_files
from generation.values import FailureCode, TakeState
from provenance import c2pa_gateway, keys
from provenance.decoding import video_facts
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.embedded.watching import eventually
from tests.factories.audit import integrate_all
from tests.factories.hosted import FIELDS, KEY, VideoService, a_hosted_folder
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import Studio, a_studio, an_order_for, expire_lease, rendered

pytestmark = pytest.mark.usefixtures("committed_db")

Hosting = Callable[..., VideoService]
PROMPT = "a red ball moves left over the sea"


def _studio(tmp_path: Path, service: VideoService, **declared: Any) -> Studio:  # noqa: ANN401 - any word of it
    return a_studio(a_hosted_folder(tmp_path / "reel", service.port, **declared))


def _asked(studio: Studio, **changes: Any) -> TakeCard:  # noqa: ANN401 - any field
    return request_take(an_order_for(studio, **changes), actor=studio.producer, idempotency_key=str(new_id()))


def _failed(tmp_path: Path, service: VideoService, **declared: Any) -> tuple[TakeCard, CallState]:  # noqa: ANN401 - any word of it
    studio = _studio(tmp_path, service, **declared)
    card = rendered(_asked(studio), studio)
    assert card.state is TakeState.FAILED
    return card, calls_of(studio.organisation_id, card.id)[0].state


class TestWhole:
    def test_a_film_with_a_credential_becomes_the_parent_of_the_take(
        self, tmp_path: Path, hosting: Hosting, signed_film: Path
    ) -> None:
        service = hosting(signed_film)
        studio = _studio(tmp_path, service)
        card = rendered(_asked(studio), studio)

        assert card.state is TakeState.SIGNED, card.failure_message
        film = take_files(studio.organisation_id, card.id).video
        verification = verify_file(film, organisation_id=studio.organisation_id)
        assert verification.state is CredentialState.TRUSTED
        assert verification.claims is not None
        assert verification.claims.ai_generated
        assert verification.told is not None
        assert [(one.title, one.has_credential) for one in verification.told.made_from] == [
            (f"Film from 127.0.0.1:{service.port}", True)
        ]
        facts = video_facts(film)
        assert (facts.width, facts.height, facts.frames) == (card.delivered_width, card.delivered_height, 24)

        (call,) = calls_of(studio.organisation_id, card.id)
        assert call.state is CallState.ANSWERED
        assert (call.credential_state, call.signed_by) == (
            CredentialState.UNKNOWN_SIGNER,
            "Quillpath Motion Works, Quillpath Motion Works camera 7",
        )
        assert call.answer_sha256 == sha256_hex_of_file(signed_film)
        assert call.prompt_sha256 == sha256_hex(PROMPT.encode())
        (sent,) = service.of("POST")
        assert sent.form == {
            "model": "reel-2",
            "prompt": PROMPT,
            "size": "320x180",
            "seconds": "1",
            "seed": "7",
        }
        assert tuple(sent.form) == FIELDS
        assert not service.deleted

        integrate_all()
        lines = sorted(entries_about(studio.organisation_id, f"take:{card.id}"), key=lambda one: one.index)
        assert [line.type for line in lines] == [
            "generation.take.requested",
            "generation.render.started",
            "generation.hosted.sent",
            "generation.hosted.ended",
            "provenance.signing.intended",
            "provenance.asset.signed",
        ]
        assert lines[2].fields["request_sha256"] == call.sent_sha256
        assert lines[3].fields["file_sha256"] == call.answer_sha256
        with tenant(studio.organisation_id):
            kept = str([*Take.objects.values(), *HostedCall.objects.values()])
        assert KEY not in kept + "".join(str(line.fields) for line in lines)
        found = io.StringIO()
        call_command("audit", "check", "--json", stdout=found)
        assert json.loads(found.getvalue())["problems"] == []

        page = a_browser(studio.producer).get(f"/takes/{card.id}").text
        assert f"127.0.0.1:{service.port}" in page
        assert "Quillpath Motion Works" in page
        assert "<dt>Seed</dt>" in page
        assert "<dt>Steps</dt>" not in page
        client = an_api_client(studio.producer)
        told = client.get(f"/v1/takes/{card.id}/hosted-calls").json()
        assert [(one["state"], one["territory"]) for one in told] == [("answered", "US")]
        service_told = client.get(f"/v1/models/{studio.model.id}/service").json()["service"]
        assert service_told["answers"] == {
            "keeps_prompts": None,
            "trains_on_prompts": False,
            "attaches_credentials": None,
        }
        assert "Where prompts go" in a_browser(studio.producer).get(f"/models/{studio.model.id}").text

    def test_without_a_credential_the_service_is_named_as_what_made_it(
        self, tmp_path: Path, hosting: Hosting, bare_film: Path
    ) -> None:
        service = hosting(bare_film)
        studio = _studio(tmp_path, service, sends=[])
        card = rendered(_asked(studio, seed=None), studio)

        assert card.state is TakeState.SIGNED, card.failure_message
        anchors = keys.load_trust_list(settings.KEYS_FOLDER, at=now()).anchors
        reading = c2pa_gateway.read(take_files(studio.organisation_id, card.id).video, anchors=anchors)
        assert len(json.loads(reading.store_json)["manifests"]) == 1
        actions: Any = (reading.assertion("c2pa.actions.v2") or {})["actions"]
        assert actions[0]["action"] == "c2pa.created"
        assert actions[0]["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
        assert actions[0]["softwareAgent"]["org.countersign.host"] == f"127.0.0.1:{service.port}"
        # The service was told neither seed nor steps, so none is stated.
        assert "parameters" not in actions[0]
        assert set(service.of("POST")[0].form) == {"model", "prompt", "size", "seconds"}
        assert calls_of(studio.organisation_id, card.id)[0].credential_state == CredentialState.ABSENT

        # What cannot be told is refused before anything is sent.
        for field, value in (("seed", 7), ("steps", 9), ("keep_for_mastering", True)):
            with pytest.raises(RequestNotPossible, match="cannot be told"):
                _asked(studio, **{"seed": None, field: value})
        for change in ({"width": 640}, {"num_frames": 25}):
            with pytest.raises(SizeNotPossible, match="one of"):
                _asked(studio, seed=None, **change)
        bundle = tmp_path / "evidence.zip"
        trust = tmp_path / "trust.json"
        integrate_all()
        call_command("evidence", "export", str(card.id), "-o", str(bundle), stdout=io.StringIO())
        call_command("evidence", "trust", "-o", str(trust), stdout=io.StringIO())
        verifier = [sys.executable, "tools/verify_evidence.py", str(bundle), "--trust", str(trust), "--json"]
        checked = subprocess.run(verifier, capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stdout + checked.stderr


class TestFailures:
    @pytest.mark.parametrize("where", ["at once", "on the way"])
    def test_refused_content_is_told_in_the_services_words(
        self, tmp_path: Path, hosting: Hosting, bare_film: Path, where: str
    ) -> None:
        words = {"message": f"Blocked by {KEY} our guard\nrails.", "code": "moderation_blocked"}
        service = hosting(bare_film)
        if where == "at once":
            service.faults.append(("POST", 400, {}, {"error": words}))
        else:
            service.fails = words
        card, state = _failed(tmp_path, service)

        assert card.failure_code == FailureCode.VENDOR_REFUSED
        assert card.failure_message == (
            f"127.0.0.1:{service.port} refuses {'the request' if where == 'at once' else 'the content'} "
            "(moderation_blocked). It says: Blocked by (key) our guard rails."
        )
        assert state is CallState.REFUSED

    def test_a_busy_or_broken_service_is_asked_again(
        self, tmp_path: Path, hosting: Hosting, bare_film: Path
    ) -> None:
        service = hosting(bare_film)
        service.faults += [
            ("POST", 429, {"Retry-After": "1"}, {"error": {"message": "slow down"}}),
            ("GET", 503, {"Retry-After": "0"}, {}),
            ("GET", 500, {}, {}),
            ("GET", 0, {}, {}),
            ("GET /v1/videos/video_1/content", 502, {}, {}),
        ]
        studio = _studio(tmp_path, service)
        card = rendered(_asked(studio), studio)

        assert card.state is TakeState.SIGNED, card.failure_message
        first, second = service.of("POST")
        assert first.headers["idempotency-key"] == second.headers["idempotency-key"]
        assert len(service.jobs) == 1

    def test_what_was_sent_and_not_answered_is_not_sent_again_unless_that_is_safe(
        self, tmp_path: Path, hosting: Hosting, bare_film: Path
    ) -> None:
        service = hosting(bare_film)
        service.faults.append(("POST", 0, {}, {}))
        studio = _studio(tmp_path, service)
        card = rendered(_asked(studio), studio)

        assert card.failure_code == FailureCode.VENDOR_UNAVAILABLE
        assert "not known" in card.failure_message
        assert calls_of(studio.organisation_id, card.id)[0].state is CallState.UNCERTAIN
        assert len(service.of("POST")) == 1

        # A person who looked there tries again, under another key.
        again = rendered(retry_take(card.id, actor=studio.producer), studio)
        assert again.state is TakeState.SIGNED, again.failure_message
        one, two = service.of("POST")
        assert one.headers["idempotency-key"] != two.headers["idempotency-key"]

        service.faults.append(("POST", 0, {}, {}))
        safe = _studio(tmp_path / "safe", service, repeats_safely=True)
        assert rendered(_asked(safe), safe).state is TakeState.SIGNED
        *_, three, four = service.of("POST")
        assert three.headers["idempotency-key"] == four.headers["idempotency-key"]

    @pytest.mark.parametrize(
        ("fault", "told"),
        [
            (
                ("GET /v1/videos/video_1/content", 302, {"Location": "http://169.254.169.254/"}, {}),
                "redirects",
            ),
            (("POST", 200, {}, {"id": "../../keys", "status": "queued"}), "something else than a job"),
            (("POST", 401, {}, {"error": {"message": f"bad key {KEY}"}}), "operator's key"),
        ],
    )
    def test_other_answers_end_the_take(
        self,
        tmp_path: Path,
        hosting: Hosting,
        bare_film: Path,
        fault: tuple[str, int, dict[str, str], dict[str, Any]],
        told: str,
    ) -> None:
        service = hosting(bare_film)
        service.faults.append(fault)
        card, state = _failed(tmp_path, service)

        assert told in card.failure_message
        assert KEY not in card.failure_message
        assert state is CallState.FAILED

    def test_films_that_are_not_what_was_asked_for_are_not_used(
        self, tmp_path: Path, hosting: Hosting, signed_film: Path
    ) -> None:
        altered = tmp_path / "altered.mp4"
        content = bytearray(signed_film.read_bytes())
        content[content.rindex(b"mdat") + 2000] ^= 1
        altered.write_bytes(bytes(content))
        text = tmp_path / "text.mp4"
        text.write_bytes(b"<html>not found</html>")
        for film, lengths, told in (
            (altered, {"1": 24}, "changed after it was signed"),
            (text, {"1": 24}, "no MP4"),
            (signed_film, {"1": 25}, "24 frames, and 25 are declared"),
        ):
            service = hosting(film)
            card, _state = _failed(tmp_path / str(service.port), service, lengths=lengths)
            assert card.failure_code == FailureCode.VENDOR_ANSWER_UNFIT
            assert told in card.failure_message


class TestStopping:
    def test_a_cancelled_take_ends_its_job(self, tmp_path: Path, hosting: Hosting, bare_film: Path) -> None:
        service = hosting(bare_film, looks=10**6)
        studio = _studio(tmp_path, service)
        card = _asked(studio)
        thread = _in_thread(card, studio)
        assert eventually(lambda: bool(service.jobs), within_s=30)
        cancel_take(card.id, actor=studio.producer)
        thread.join(30)

        assert take_card(studio.organisation_id, card.id).state is TakeState.CANCELLED
        assert service.deleted == ["video_1"]
        assert calls_of(studio.organisation_id, card.id)[0].state is CallState.CANCELLED

    def test_a_job_outlives_its_worker_and_is_taken_up_or_ended(
        self, tmp_path: Path, hosting: Hosting, bare_film: Path
    ) -> None:
        service = hosting(bare_film, looks=10**6)
        studio = _studio(tmp_path, service)
        card, other = _asked(studio), _asked(studio)
        for one in (card, other):
            thread = _in_thread(one, studio)
            assert eventually(
                lambda one=one: any(call.job_id for call in calls_of(studio.organisation_id, one.id)),  # type: ignore[misc]  # bound at once
                within_s=30,
            )
            # As after a worker that was killed: another one raised the fence.
            with tenant(studio.organisation_id):
                Take.objects.filter(id=one.id).update(fence=99)
            thread.join(30)
            assert calls_of(studio.organisation_id, one.id)[0].state is CallState.OPEN
        assert not service.deleted
        service.looks = 1
        with tenant(studio.organisation_id):
            expire_lease(Take.objects.get(id=card.id))
        assert rendered(card, studio).state is TakeState.SIGNED
        assert len(service.of("POST")) == 2

        # The other is cancelled while nobody holds it.
        with tenant(studio.organisation_id):
            expire_lease(Take.objects.get(id=other.id))
        cancel_take(other.id, actor=studio.producer)
        rendering.render(other.id, studio.organisation_id, worker="worker-1@test")
        assert end_left_calls() == 1
        assert service.deleted == ["video_2"]
        assert calls_of(studio.organisation_id, other.id)[0].state is CallState.CANCELLED


def _in_thread(card: TakeCard, studio: Studio) -> threading.Thread:
    def work() -> None:
        try:
            rendering.render(card.id, studio.organisation_id, worker="worker-1@test")
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread
