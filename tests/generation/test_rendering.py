"""A take from the queue to the signed file, by the real engine, encoder, signer and database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
import pytest
from django.conf import settings
from django.db import connection

from audit.queries import entries_about
from audit.subjects import performers
from core.ids import new_id
from core.tenancy import tenant
from generation import claims, encoding, rendering
from generation.claimed_take import Claim
from generation.models import ModelRelease, Take
from generation.operations.takes import cancel_take, request_take, retry_take
from generation.page_queries import take_page
from generation.queries import TakeCard, take_card, take_events, take_files
from generation.values import FailureCode, TakeOrder, TakeState
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from provenance import c2pa_gateway, laying_out
from provenance.models import SignedAsset
from provenance.operations import sign_take_file
from provenance.values import CredentialState
from provenance.verifying import verify_file
from tests.embedded.watching import eventually
from tests.factories import tampering
from tests.factories.audit import integrate_all
from tests.factories.takes import Studio, a_studio, an_order_for, expire_lease, rendered

pytestmark = pytest.mark.usefixtures("committed_db")

# Long enough to be met in the middle, whatever else the machine does.
MANY_STEPS = 200


@pytest.fixture
def studio(request: pytest.FixtureRequest) -> Studio:
    """With a model folder of its own where the test asks for one; the shared one stays loaded."""
    own = "model" if "model" in request.fixturenames else "pristine_model"
    return a_studio(request.getfixturevalue(own))


def _asked(studio: Studio, order: TakeOrder) -> TakeCard:
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


@contextmanager
def _rendering(card: TakeCard, studio: Studio) -> Iterator[Callable[[], TakeCard]]:
    """Render in another thread, from the first steps on; gives what waits for its end."""

    def work() -> None:
        try:
            rendering.render(card.id, studio.organisation_id, worker="worker-1@test")
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()

    def ended() -> TakeCard:
        thread.join(60)
        assert not thread.is_alive()
        return take_card(studio.organisation_id, card.id)

    try:
        assert eventually(lambda: take_card(studio.organisation_id, card.id).step > 0, within_s=60)
        yield ended
    finally:
        thread.join(60)


def _row(card: TakeCard, studio: Studio) -> Take:
    with tenant(studio.organisation_id):
        row: Take = Take.objects.get(id=card.id)
    return row


def _assets(studio: Studio) -> int:
    with tenant(studio.organisation_id):
        return SignedAsset.objects.count()


def _anew(*_arguments: object) -> bytes:
    raise AssertionError("written anew")


def _videos() -> set[Path]:
    return set(settings.MEDIA_FOLDER.glob("*/*.mp4"))


class TestWhole:
    def test_a_permitted_take_becomes_one_trusted_file(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio, studio.consenting)), studio)

        page = take_page(studio.organisation_id, card.id, everybody=False)
        files = take_files(studio.organisation_id, card.id)
        verification = verify_file(files.video, organisation_id=studio.organisation_id)
        assert card.state is TakeState.SIGNED
        assert verification.state is CredentialState.TRUSTED
        assert page.credential is not None
        assert page.credential.manifest_id == verification.manifest_id
        assert page.credential.consent_count == 1
        assert _assets(studio) == 1

    def test_a_large_one_is_signed_in_the_file_that_was_encoded(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(laying_out, "IN_MEMORY_BYTES", 0)
        monkeypatch.setattr(c2pa_gateway, "sign_into", _anew)

        card = rendered(_asked(studio, an_order_for(studio)), studio)

        assert card.state is TakeState.SIGNED, card.failure_message
        content = take_files(studio.organisation_id, card.id).video.read_bytes()
        assert [box.kind for box in tampering.boxes(content)][:3] == [b"ftyp", b"uuid", b"moov"]

    def test_a_small_one_has_its_index_first_too(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio)), studio)

        content = take_files(studio.organisation_id, card.id).video.read_bytes()
        assert [box.kind for box in tampering.boxes(content)][:3] == [b"ftyp", b"uuid", b"moov"]

    def test_the_file_is_what_the_take_says(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio)), studio)

        files = take_files(studio.organisation_id, card.id)
        with av.open(str(files.video)) as container:
            frames = [(frame.width, frame.height) for frame in container.decode(video=0)]
        assert frames == [(768, 512)] * 17
        assert files.poster.read_bytes().startswith(b"\xff\xd8\xff")
        assert files.contact_sheet.read_bytes().startswith(b"\xff\xd8\xff")
        assert {"denoise", "decode", "encode", "sign"} <= card.seconds.keys()
        assert card.fingerprint["torch"]

    def test_the_history_tells_every_state(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio)), studio)

        events = take_events(studio.organisation_id, card.id).events
        states = [one.state for one in events if one.kind == "state"]
        assert states == ["queued", "rendering", "encoding", "signing", "signed"]

    def test_the_log_tells_it_in_order_and_names_nobody(self, studio: Studio) -> None:
        order = an_order_for(studio, studio.consenting, prompt="a secret red ball")
        card = rendered(_asked(studio, order), studio)
        integrate_all()

        lines = entries_about(studio.organisation_id, f"take:{card.id}")
        assert [line.type for line in sorted(lines, key=lambda line: line.index)] == [
            "generation.take.requested",
            "generation.render.started",
            "provenance.signing.intended",
            "provenance.asset.signed",
        ]
        told = "".join(str(line.fields) for line in lines)
        assert "secret" not in told
        assert str(studio.consenting.id) not in told

    def test_the_log_tells_the_production_and_commits_to_the_performers(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio, studio.consenting)), studio)
        integrate_all()

        lines = entries_about(studio.organisation_id, f"take:{card.id}")
        assert {line.production_id for line in lines} == {studio.production.id}
        committed = performers(studio.organisation_id, [studio.consenting.id])
        assert len(committed) == 1
        assert [line.fields.get("performers") for line in lines] == [committed, committed, None, None]

    def test_the_credential_names_no_person_and_no_prompt(self, studio: Studio) -> None:
        order = an_order_for(studio, studio.consenting, prompt="a secret red ball")
        card = rendered(_asked(studio, order), studio)

        content = take_files(studio.organisation_id, card.id).video.read_bytes()

        for hidden in ("secret red", studio.consenting.professional_name, str(studio.consenting.id)):
            assert hidden.encode() not in content

    def test_the_same_request_gives_the_same_pictures(self, studio: Studio) -> None:
        first, again = (rendered(_asked(studio, an_order_for(studio)), studio) for _ in range(2))

        posters = [take_files(studio.organisation_id, card.id).poster for card in (first, again)]
        assert posters[0] == posters[1]

    def test_a_repeated_message_changes_nothing(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio)), studio)

        again = rendered(card, studio)

        assert again == card
        assert _assets(studio) == 1

    def test_a_refused_take_is_never_rendered(self, studio: Studio) -> None:
        card = rendered(_asked(studio, an_order_for(studio, studio.other)), studio)

        assert (card.state, card.attempt) == (TakeState.REFUSED, 0)
        assert _assets(studio) == 0


class TestStop:
    def test_a_cancelled_render_stops_within_a_step_and_leaves_nothing(self, studio: Studio) -> None:
        card = _asked(studio, an_order_for(studio, steps=MANY_STEPS))

        with _rendering(card, studio) as ended:
            cancel_take(card.id, actor=studio.producer)
            card = ended()

        assert card.state is TakeState.CANCELLED
        assert card.step < MANY_STEPS
        assert _assets(studio) == 0
        assert not list((settings.MEDIA_FOLDER / "tmp").iterdir())

    def test_a_withdrawn_consent_stops_a_running_render(self, studio: Studio) -> None:
        card = _asked(studio, an_order_for(studio, studio.consenting, steps=MANY_STEPS))

        with _rendering(card, studio) as ended:
            withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
            card = ended()

        assert card.state is TakeState.REFUSED
        assert card.step < MANY_STEPS
        assert "TVT-01" in {
            reason.rule_id
            for reason in take_page(studio.organisation_id, card.id, everybody=False).decision.reasons
        }
        assert _assets(studio) == 0

    def test_a_consent_withdrawn_in_the_queue_is_noticed_before_the_model_runs(self, studio: Studio) -> None:
        card = _asked(studio, an_order_for(studio, studio.consenting))
        withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

        card = rendered(card, studio)

        assert card.state is TakeState.REFUSED
        assert card.stage == ""

    def test_a_consent_withdrawn_after_the_last_step_keeps_the_file_unsigned(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio, an_order_for(studio, studio.consenting))
        finish = encoding.VideoWriter.finish

        def finish_then_withdraw(writer: encoding.VideoWriter) -> encoding.Encoded:
            encoded = finish(writer)
            withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
            return encoded

        monkeypatch.setattr(encoding.VideoWriter, "finish", finish_then_withdraw)

        card = rendered(card, studio)

        assert card.state is TakeState.REFUSED
        assert _assets(studio) == 0

    def test_a_consent_withdrawn_while_the_key_works_keeps_the_file_unpublished(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio, an_order_for(studio, studio.consenting))
        kept_before = _videos()
        sign = c2pa_gateway.sign

        def sign_then_withdraw(**arguments: Any) -> bytes:  # noqa: ANN401 - passed on as they came
            store = sign(**arguments)
            withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
            return store

        monkeypatch.setattr(c2pa_gateway, "sign", sign_then_withdraw)

        card = rendered(card, studio)

        assert card.state is TakeState.REFUSED
        assert _assets(studio) == 0
        assert _videos() == kept_before


class TestFailure:
    def test_a_full_disk_fails_the_take_and_retry_works(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio, an_order_for(studio))
        real = av.open
        with monkeypatch.context() as full:
            full.setattr(av, "open", lambda _path, *args, **kwargs: real("/dev/full", *args, **kwargs))
            card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.DISK_FULL)
        assert not list((settings.MEDIA_FOLDER / "tmp").iterdir())

        retry_take(card.id, actor=studio.producer)
        card = rendered(card, studio)

        assert card.state is TakeState.SIGNED
        assert card.failure_code == ""

    def test_altered_weights_fail_the_take_and_name_the_file(self, studio: Studio, model: Path) -> None:
        card = _asked(studio, an_order_for(studio))
        path = model / "transformer" / "diffusion_pytorch_model.safetensors"
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))

        card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_CHANGED)
        assert "transformer/diffusion_pytorch_model.safetensors" in card.failure_message

        path.write_bytes(whole)
        retry_take(card.id, actor=studio.producer)
        assert rendered(card, studio).state is TakeState.SIGNED

    def test_pickled_weights_fail_the_take(self, studio: Studio, model: Path) -> None:
        card = _asked(studio, an_order_for(studio))
        (model / "transformer" / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x04.")

        card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_REFUSED)

    def test_a_model_locked_anew_is_not_the_one_that_was_approved(self, studio: Studio, model: Path) -> None:
        from generation.engines.folder import write_lock

        card = _asked(studio, an_order_for(studio))
        (model / "MODEL_CARD.md").write_text("another model")
        write_lock(model)

        card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_CHANGED)

    def test_a_model_whose_approval_was_taken_back_renders_nothing(self, studio: Studio) -> None:
        card = _asked(studio, an_order_for(studio))
        with tenant(studio.organisation_id):
            ModelRelease.objects.filter(id=studio.model.id).update(approved_at=None)

        card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.MODEL_REFUSED)
        assert card.stage == ""

    def test_a_defect_fails_the_take_without_showing_its_text(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_args: object, **_kwargs: object) -> None:
            raise ValueError("a secret of ours")

        card = _asked(studio, an_order_for(studio))
        monkeypatch.setattr(rendering, "sign_take_file", broken)

        card = rendered(card, studio)

        assert (card.state, card.failure_code) == (TakeState.FAILED, FailureCode.INTERNAL_ERROR)
        assert "secret" not in card.failure_message


class TestZombie:
    def test_a_worker_that_comes_back_too_late_publishes_nothing(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        card = _asked(studio, an_order_for(studio))
        kept_before = _videos()
        sign = sign_take_file
        rivals: list[Claim | None] = []

        def overtaken(**arguments: object) -> object:
            # The heartbeat of the first worker may renew the lease in between.
            while not any(rivals):
                expire_lease(_row(card, studio))
                rivals.append(claims.claim(card.id, studio.organisation_id, worker="worker-2@test"))
            return sign(**arguments)  # type: ignore[arg-type]  # passed on as it came

        monkeypatch.setattr(rendering, "sign_take_file", overtaken)

        card = rendered(card, studio)

        assert rivals[-1] is not None
        assert (card.state, card.attempt) == (TakeState.RENDERING, 2)
        assert _row(card, studio).worker == "worker-2@test"
        assert _assets(studio) == 0
        assert _videos() == kept_before

    def test_a_render_whose_lease_was_taken_stops(self, studio: Studio) -> None:
        card = _asked(studio, an_order_for(studio, steps=MANY_STEPS))

        with _rendering(card, studio) as ended:
            with tenant(studio.organisation_id):
                Take.objects.filter(id=card.id).update(fence=99)
            card = ended()

        # A fast machine may have drawn the last step by then; what it drew is nobody's all the same.
        assert card.state in {TakeState.RENDERING, TakeState.ENCODING}
        assert _assets(studio) == 0
