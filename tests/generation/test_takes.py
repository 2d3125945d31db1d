from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from audit.queries import entries_about
from core.errors import StudioError
from core.ids import new_id
from core.tenancy import tenant
from generation import claims
from generation.errors import (
    IdempotencyConflict,
    IdempotencyKeyMissing,
    NoApprovedModel,
    NoSuchTake,
    RequestNotPossible,
    SizeNotPossible,
    TakeNotCancellable,
    TakeNotRetryable,
)
from generation.models import ModelRelease, Take
from generation.operations.takes import cancel_take, request_take, retry_take, try_take
from generation.page_queries import refusal_of, take_page
from generation.queries import TakeCard, take_events
from generation.values import FailureCode, TakeOrder, TakeState
from licensing.errors import PromptEmpty, PromptTooLong, UnknownPerformer
from licensing.models.decision import Decision
from licensing.names import Visibility
from productions.errors import NoSuchShot
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all
from tests.factories.licensing import a_performer
from tests.factories.takes import Studio, a_studio, a_take, an_order_for, reread


@pytest.fixture
def studio(pristine_model: Path) -> Studio:
    return a_studio(pristine_model)


def _ask(studio: Studio, order: TakeOrder, *, key: str | None = None) -> TakeCard:
    return request_take(order, actor=studio.producer, idempotency_key=key or str(new_id()))


def _decisions(studio: Studio) -> int:
    with tenant(studio.organisation_id):
        return Decision.objects.count()


@pytest.mark.usefixtures("committed_db")
class TestRequest:
    def test_of_a_permitted_use_is_queued_with_the_models_defaults(self, studio: Studio) -> None:
        card = _ask(studio, an_order_for(studio, studio.consenting))

        assert card.state is TakeState.QUEUED
        assert (card.width, card.height, card.num_frames, card.fps, card.steps) == (96, 64, 17, 8, 6)
        assert (card.delivered_width, card.delivered_height) == (768, 512)
        assert (card.guidance_scale, card.seed) == (Decimal("3.00"), 7)
        assert [word.word for word in card.understood or ()] == ["red", "ball", "sea"]
        assert card.ignored == ("left",)
        assert card.screening == "not_evaluated"

    def test_without_anybodys_likeness_needs_no_consent(self, studio: Studio) -> None:
        card = _ask(studio, an_order_for(studio))

        assert card.state is TakeState.QUEUED

    def test_without_consent_is_refused_with_rule_and_cure_and_leaves_a_take(self, studio: Studio) -> None:
        card = _ask(studio, an_order_for(studio, studio.other))

        refusal = refusal_of(studio.organisation_id, card, everybody=False)
        assert card.state is TakeState.REFUSED
        assert card.attempt == 0
        assert "TVT-01" in {reason["rule"] for reason in refusal.reasons}
        assert all(reason["cure"] for reason in refusal.reasons)
        assert studio.other.professional_name in str(refusal)
        assert str(studio.other.id) not in str(refusal)

    def test_refused_for_whom_only_legal_sees_names_them_to_legal_alone(self, studio: Studio) -> None:
        hidden = a_performer(studio.producer, "Oreline Druz", visibility=Visibility.LEGAL_ONLY)
        card = _ask(studio, an_order_for(studio, hidden))

        for everybody in (False, True):
            refusal = str(refusal_of(studio.organisation_id, card, everybody=everybody))
            page = str(take_page(studio.organisation_id, card.id, everybody=everybody).decision)

            assert ("Oreline Druz" in refusal, "Oreline Druz" in page) == (everybody, everybody)
            assert ("known to legal" in refusal, "known to legal" in page) == (not everybody, not everybody)
            assert str(hidden.id) not in refusal + page

    def test_outside_the_consented_scene_is_refused(self, pristine_model: Path) -> None:
        studio = a_studio(pristine_model, scene="43")

        card = _ask(studio, an_order_for(studio, studio.consenting))

        assert card.state is TakeState.REFUSED
        assert "TVT-05" in {
            reason["rule"] for reason in refusal_of(studio.organisation_id, card, everybody=False).reasons
        }

    def test_with_an_unknown_fact_waits_for_review(self, studio: Studio) -> None:
        card = _ask(studio, an_order_for(studio, studio.consenting, photoreal=None, sensitive=None))

        assert card.state is TakeState.AWAITING_REVIEW

    def test_numbers_the_takes_of_a_shot(self, studio: Studio) -> None:
        numbers = [_ask(studio, an_order_for(studio, seed=seed)).number for seed in range(3)]

        assert numbers == [1, 2, 3]

    def test_draws_a_seed_when_none_is_given(self, studio: Studio) -> None:
        first, second = (_ask(studio, an_order_for(studio, seed=None)).seed for _ in range(2))

        assert first != second

    def test_is_told_in_the_history(self, studio: Studio) -> None:
        card = _ask(studio, an_order_for(studio))

        assert [one.state for one in take_events(studio.organisation_id, card.id).events] == ["queued"]

    def test_shows_the_decision_on_the_takes_page(self, studio: Studio) -> None:
        card = _ask(studio, an_order_for(studio, studio.consenting))

        page = take_page(studio.organisation_id, card.id, everybody=False)

        assert page.decision.permitted
        assert page.decision.consent_ids == (studio.consent.id,)
        assert page.credential is None


@pytest.mark.usefixtures("committed_db")
class TestBadRequests:
    @pytest.mark.parametrize(
        ("fields", "refusal"),
        [
            ({"prompt": ""}, PromptEmpty),
            ({"prompt": " \u200b\n"}, PromptEmpty),
            ({"prompt": "x" * 10_000}, PromptTooLong),
            ({"width": 100}, SizeNotPossible),
            ({"height": 24}, SizeNotPossible),
            ({"num_frames": 16}, SizeNotPossible),
            ({"width": 0}, RequestNotPossible),
            ({"steps": 0}, RequestNotPossible),
            ({"steps": 100_000}, RequestNotPossible),
            ({"seed": -1}, RequestNotPossible),
            ({"seed": 2**53}, RequestNotPossible),
            ({"guidance_scale": Decimal(31)}, RequestNotPossible),
            ({"shot_id": new_id()}, NoSuchShot),
            ({"model_id": new_id()}, NoApprovedModel),
        ],
    )
    def test_get_a_clear_error_and_leave_nothing(
        self, studio: Studio, fields: dict[str, Any], refusal: type[StudioError]
    ) -> None:
        with pytest.raises(refusal):
            _ask(studio, an_order_for(studio, **fields))

        with tenant(studio.organisation_id):
            assert not Take.objects.exists()
            assert not Decision.objects.exists()

    def test_an_unknown_performer_is_named(self, studio: Studio) -> None:
        stranger = a_studio(Path(studio.model.folder)).consenting

        with pytest.raises(UnknownPerformer):
            _ask(studio, an_order_for(studio, stranger))

    def test_a_broker_that_does_not_answer_leaves_the_take_queued(
        self, studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def nobody(*_arguments: str) -> None:
            raise OSError("no broker answers")

        monkeypatch.setattr("generation.waking.render_take.delay", nobody)

        card = _ask(studio, an_order_for(studio))

        assert card.state is TakeState.QUEUED
        assert any("no broker answers" in record.getMessage() for record in caplog.records)

    def test_a_model_nobody_approved_is_not_used(self, studio: Studio) -> None:
        with tenant(studio.organisation_id):
            ModelRelease.objects.update(approved_at=None)

        with pytest.raises(NoApprovedModel):
            _ask(studio, an_order_for(studio))


@pytest.mark.usefixtures("committed_db")
class TestIdempotency:
    def test_the_same_request_under_the_same_key_is_one_take_and_one_decision(self, studio: Studio) -> None:
        order = an_order_for(studio, studio.consenting, seed=None)

        first = _ask(studio, order, key="once")
        again = _ask(studio, an_order_for(studio, studio.consenting, seed=None), key="once")

        assert first == again
        assert _decisions(studio) == 1

    def test_another_request_under_the_same_key_is_refused_and_names_the_take(self, studio: Studio) -> None:
        first = _ask(studio, an_order_for(studio), key="once")

        with pytest.raises(IdempotencyConflict) as conflict:
            _ask(studio, an_order_for(studio, prompt="a blue box"), key="once")

        assert conflict.value.extensions() == {"take": str(first.id)}

    def test_a_refused_request_stays_refused_under_its_key(self, studio: Studio) -> None:
        first = _ask(studio, an_order_for(studio, studio.other), key="no")

        assert _ask(studio, an_order_for(studio, studio.other), key="no").id == first.id

    def test_keys_of_two_studios_do_not_meet(self, studio: Studio) -> None:
        other = a_studio(Path(studio.model.folder))

        first, second = (_ask(one, an_order_for(one), key="same") for one in (studio, other))

        assert first.id != second.id

    @pytest.mark.parametrize("key", [None, "", "   ", "x" * 201, "a\nb"])
    def test_a_key_is_needed(self, studio: Studio, key: str | None) -> None:
        with pytest.raises(IdempotencyKeyMissing):
            request_take(an_order_for(studio), actor=studio.producer, idempotency_key=key)


@pytest.mark.usefixtures("committed_db")
class TestTrial:
    def test_answers_like_the_request_and_leaves_nothing(self, studio: Studio) -> None:
        yes = try_take(an_order_for(studio, studio.consenting), actor=studio.producer)
        no = try_take(an_order_for(studio, studio.other), actor=studio.producer)

        assert (yes.decision.permitted, no.decision.permitted) == (True, False)
        assert yes.decision.id is None
        with tenant(studio.organisation_id):
            assert not Take.objects.exists()
            assert not Decision.objects.exists()


@pytest.mark.usefixtures("committed_db")
class TestCancel:
    @pytest.mark.parametrize("state", [TakeState.QUEUED, TakeState.AWAITING_REVIEW])
    def test_ends_a_waiting_take_at_once(self, state: TakeState) -> None:
        actor = a_member()
        take = a_take(actor, state=state)

        card = cancel_take(take.id, actor=actor)

        assert card.state is TakeState.CANCELLED
        assert card.finished_at is not None

    def test_asks_the_worker_of_a_running_take_to_stop(self) -> None:
        actor = a_member()
        take = a_take(actor)
        claims.claim(take.id, take.organisation_id, worker="w")

        card = cancel_take(take.id, actor=actor)

        assert (card.state, card.cancel_requested) == (TakeState.RENDERING, True)

    def test_twice_is_harmless(self) -> None:
        actor = a_member()
        take = a_take(actor)

        first, second = (cancel_take(take.id, actor=actor) for _ in range(2))

        assert first == second

    @pytest.mark.parametrize(
        "columns",
        [
            {"state": TakeState.REFUSED},
            {"state": TakeState.FAILED, "failure_code": "disk_full"},
            {"state": TakeState.SIGNED, "asset_id": new_id(), "video_key": "aa/bb.mp4"},
        ],
        ids=lambda columns: str(columns["state"]),
    )
    def test_of_a_finished_take_is_refused(self, columns: dict[str, Any]) -> None:
        actor = a_member()
        take = a_take(actor, **columns)

        with pytest.raises(TakeNotCancellable):
            cancel_take(take.id, actor=actor)

    def test_of_another_studios_take_finds_nothing(self) -> None:
        take = a_take(a_member())

        with pytest.raises(NoSuchTake):
            cancel_take(take.id, actor=a_member())
        assert reread(take).state == TakeState.QUEUED


@pytest.mark.usefixtures("committed_db")
class TestRetry:
    def test_queues_a_failed_take_with_the_same_request_and_seed(self) -> None:
        actor = a_member()
        take = a_take(actor)
        claimed = claims.claim(take.id, take.organisation_id, worker="w")
        assert claimed is not None
        claims.failed(claimed, FailureCode.DISK_FULL, "full")

        card = retry_take(take.id, actor=actor)

        assert (card.state, card.seed, card.failure_code, card.attempt) == (TakeState.QUEUED, 7, "", 0)

    def test_is_logged_with_who_asked_for_it(self) -> None:
        actor = a_member()
        take = a_take(actor)
        claimed = claims.claim(take.id, take.organisation_id, worker="w")
        assert claimed is not None
        claims.failed(claimed, FailureCode.DISK_FULL, "full")
        retry_take(take.id, actor=actor)

        integrate_all()

        failed, retried = entries_about(actor.organisation_id, f"take:{take.id}")
        assert (failed.type, retried.type) == ("generation.take.failed", "generation.take.retried")
        assert (retried.actor, retried.production_id) == (actor.label, claimed.production_id)

    def test_never_lowers_the_fence(self) -> None:
        actor = a_member()
        take = a_take(actor)
        first = claims.claim(take.id, take.organisation_id, worker="w")
        assert first is not None
        claims.failed(first, FailureCode.DISK_FULL, "full")
        retry_take(take.id, actor=actor)

        second = claims.claim(take.id, take.organisation_id, worker="w")

        assert second is not None
        assert second.fence == first.fence + 1

    @pytest.mark.parametrize("state", [TakeState.QUEUED, TakeState.REFUSED, TakeState.CANCELLED])
    def test_of_a_take_that_has_not_failed_is_refused(self, state: TakeState) -> None:
        actor = a_member()
        take = a_take(actor, state=state)

        with pytest.raises(TakeNotRetryable):
            retry_take(take.id, actor=actor)


@pytest.mark.usefixtures("committed_db")
class TestTwins:
    def test_of_one_request_sent_at_the_same_time_are_one_take(self, pristine_model: Path) -> None:
        studio = a_studio(pristine_model)
        together = threading.Barrier(4)

        def ask(_number: int) -> UUID:
            try:
                together.wait()
                return _ask(studio, an_order_for(studio), key="one key").id
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            takes = set(pool.map(ask, range(4)))

        with tenant(studio.organisation_id):
            assert takes == {take.id for take in Take.objects.all()}
        assert len(takes) == 1

    def test_for_one_shot_get_numbers_of_their_own(self, pristine_model: Path) -> None:
        studio = a_studio(pristine_model)
        together = threading.Barrier(4)

        def ask(seed: int) -> int:
            try:
                together.wait()
                return _ask(studio, an_order_for(studio, seed=seed)).number
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            numbers = sorted(pool.map(ask, range(4)))

        assert numbers == [1, 2, 3, 4]
