"""A withdrawal recalls deliveries at once; recipients are told, acknowledge, and learn what may stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from audit.inspection import inspect_logs
from audit.queries import entries_about
from audit.reconciliation import registered
from core.clock import now
from core.tenancy import tenant
from generation.deliveries.cards import DeliveryCard
from generation.deliveries.errors import (
    AcknowledgementOnRecord,
    DeliveryNotStanding,
    LinkExpired,
    LinkTermWrong,
    NoSuchLink,
    NotRecalled,
    RecallOnRecord,
    RecallTimeWrong,
    TooManyFetches,
)
from generation.deliveries.handouts import handout
from generation.deliveries.queries import delivery_card, events_of, links_of
from generation.deliveries.recall_queries import recall_of
from generation.deliveries.values import NoticeChannel, RecallCause, StandsToday
from generation.models import DeliveryLink
from generation.operations import delivery_links
from generation.operations.delivery_links import fetch_file, issue_link, revoke_link
from generation.operations.recalls import (
    NewNotice,
    acknowledge_by_link,
    recall_delivery,
    record_acknowledgement,
    record_notice,
    record_recalls,
    state_retention,
)
from generation.queries import TakeCard, take_files
from generation.sweeping import write_down_recalls
from licensing.errors import DigestMalformed
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.notices import give_notice
from licensing.operations.strikes import begin_strike, end_strike
from licensing.values import Agreement
from provenance.values import Today
from provenance.verifying import verify_file
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_signed_take
from tests.factories.licensing import a_consent
from tests.factories.takes import Studio, a_studio

pytestmark = pytest.mark.usefixtures("committed_db")

FORTNIGHT = timedelta(days=14)


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    return a_studio(pristine_model)


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    return a_signed_take(studio, studio.consenting)


@pytest.fixture
def delivery(studio: Studio, take: TakeCard) -> DeliveryCard:
    return a_delivery(studio, take)


def _withdraw(studio: Studio) -> None:
    withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)


def _standing(studio: Studio, delivery: DeliveryCard) -> StandsToday:
    return delivery_card(studio.organisation_id, delivery.id).standing.state


def _verified(studio: Studio, take: TakeCard) -> Today:
    today = verify_file(take_files(studio.organisation_id, take.id).video).today
    assert today is not None
    return today


def _acts(studio: Studio, delivery: DeliveryCard) -> list[str]:
    return [event.act.value for event in events_of(studio.organisation_id, delivery.id)]


def _problems() -> list[tuple[str, str]]:
    integrate_all()
    report = inspect_logs(at=now(), reconcilers=registered())
    return [(problem.kind, problem.what) for problem in report.problems]


class TestAWithdrawal:
    def test_recalls_at_once_without_anything_being_written(
        self, studio: Studio, take: TakeCard, delivery: DeliveryCard
    ) -> None:
        before = _verified(studio, take)
        _withdraw(studio)

        card = delivery_card(studio.organisation_id, delivery.id)
        recall = recall_of(studio.organisation_id, delivery.id)
        after = _verified(studio, take)
        assert before.state.value == "active"
        assert (card.standing.state, card.standing.cause) == (
            StandsToday.RECALLED,
            RecallCause.CONSENT_WITHDRAWN,
        )
        assert recall is not None
        assert (recall.recorded_at, recall.effective_at) == (None, card.standing.since)
        assert (after.state.value, after.since) == ("withdrawn", card.standing.since)
        assert studio.consenting.professional_name not in after.reason

    def test_is_written_down_once_and_stays_whatever_is_consented_later(
        self, studio: Studio, delivery: DeliveryCard
    ) -> None:
        _withdraw(studio)

        written = [record_recalls(studio.organisation_id) for _ in range(2)]
        a_consent(studio.producer, studio.production, studio.consenting)

        integrate_all()
        lines = entries_about(studio.organisation_id, f"delivery:{delivery.id}")
        assert written == [1, 0]
        assert lines[-1].type == "generation.delivery.recalled"
        assert lines[-1].fields["reason_code"] == "consent_withdrawn"
        assert _standing(studio, delivery) is StandsToday.RECALLED
        assert _problems() == []

    def test_is_written_down_by_the_sweep_of_a_worker(self, studio: Studio, delivery: DeliveryCard) -> None:
        quiet = write_down_recalls()
        _withdraw(studio)

        assert (quiet, write_down_recalls(), write_down_recalls()) == (0, 1, 0)
        recall = recall_of(studio.organisation_id, delivery.id)
        assert recall is not None
        assert recall.recorded_at is not None

    def test_of_another_performer_recalls_nothing(self, studio: Studio, delivery: DeliveryCard) -> None:
        other = a_consent(studio.producer, studio.production, studio.other)
        withdraw_consent(other.id, reason=WithdrawalReason.OTHER, actor=studio.producer)

        assert _standing(studio, delivery) is StandsToday.ACTIVE
        assert record_recalls(studio.organisation_id) == 0

    def test_of_a_take_that_nobody_was_given_is_told_to_whoever_verifies_it(
        self, studio: Studio, take: TakeCard
    ) -> None:
        before = _verified(studio, take)
        _withdraw(studio)

        assert before.state.value == "not_delivered"
        assert _verified(studio, take).state.value == "withdrawn"


class TestWhatElseEnds:
    def test_a_strike_suspends_and_its_end_lets_it_stand_again(
        self, studio: Studio, take: TakeCard, delivery: DeliveryCard
    ) -> None:
        begin_strike(Agreement.SAG_TVT_2026, actor=studio.producer)
        during, told = _standing(studio, delivery), _verified(studio, take)
        written = record_recalls(studio.organisation_id)
        end_strike(Agreement.SAG_TVT_2026, actor=studio.producer)

        assert (during, told.state.value, written) == (StandsToday.SUSPENDED, "suspended", 0)
        assert _standing(studio, delivery) is StandsToday.ACTIVE

    def test_a_term_that_is_over_ends_it(self, studio: Studio, take: TakeCard) -> None:
        today = now().date()
        ended = a_delivery(
            studio, take, valid_from=today - timedelta(days=30), valid_until=today - timedelta(days=1)
        )

        assert ended.standing.state is StandsToday.ENDED
        assert _verified(studio, take).state.value == "ended"

    def test_a_consent_that_was_replaced_ends_it_and_recalls_nothing(
        self, studio: Studio, delivery: DeliveryCard
    ) -> None:
        a_consent(studio.producer, studio.production, studio.consenting, supersedes=studio.consent.id)

        assert _standing(studio, delivery) is StandsToday.ENDED
        assert record_recalls(studio.organisation_id) == 0

    def test_a_notice_recalls_when_it_takes_effect(self, studio: Studio, delivery: DeliveryCard) -> None:
        # Without a time of notice in the terms it takes effect at once.
        notice = give_notice(studio.consent.id, actor=studio.producer)

        card = delivery_card(studio.organisation_id, delivery.id)
        assert card.standing.state is StandsToday.RECALLED
        assert card.standing.since is not None
        assert card.standing.since >= notice.effective_at


class TestCallingBack:
    def test_is_of_one_delivery_and_says_nothing_of_the_others(
        self, studio: Studio, take: TakeCard, delivery: DeliveryCard
    ) -> None:
        other = a_delivery(studio, take)

        recall_delivery(delivery.id, reason="The cut was changed.", actor=studio.producer)

        assert _standing(studio, delivery) is StandsToday.RECALLED
        assert _standing(studio, other) is StandsToday.ACTIVE
        assert _verified(studio, take).state.value == "active"
        with pytest.raises(RecallOnRecord):
            recall_delivery(delivery.id, reason="Again.", actor=studio.producer)
        assert _problems() == []


class TestTelling:
    def test_is_recorded_with_its_proof_and_reconciles(self, studio: Studio, delivery: DeliveryCard) -> None:
        _withdraw(studio)

        notice = NewNotice(
            channel=NoticeChannel.REGISTERED_LETTER, sent_at=now(), proof_sha256="ab" * 32, note="Post 7"
        )
        record_notice(delivery.id, notice, actor=studio.producer)
        state_retention(delivery.id, words="One archive copy, sealed.", actor=studio.producer)
        state_retention(delivery.id, words="Nothing.", actor=studio.producer)
        recall = record_acknowledgement(
            delivery.id,
            said_by="Rights desk",
            words="Taken down.",
            acknowledged_at=now(),
            actor=studio.producer,
        )

        assert [(one.channel, one.proof_sha256) for one in recall.notices] == [
            ("registered_letter", "ab" * 32)
        ]
        assert recall.retention is not None
        assert recall.retention.words == "Nothing."
        assert recall.acknowledgement is not None
        assert not recall.acknowledgement.by_link
        assert _acts(studio, delivery)[1:] == [
            "recalled",
            "notice_sent",
            "retention_stated",
            "retention_stated",
            "acknowledged",
        ]
        assert _problems() == []

    def test_is_refused_for_what_cannot_have_happened(self, studio: Studio, delivery: DeliveryCard) -> None:
        early = NewNotice(channel=NoticeChannel.EMAIL, sent_at=now())
        with pytest.raises(NotRecalled):
            record_notice(delivery.id, early, actor=studio.producer)
        _withdraw(studio)
        late = NewNotice(channel=NoticeChannel.EMAIL, sent_at=now() + timedelta(hours=1))

        for wrong in (early, late):
            with pytest.raises(RecallTimeWrong):
                record_notice(delivery.id, wrong, actor=studio.producer)
        with pytest.raises(DigestMalformed):
            record_notice(
                delivery.id,
                NewNotice(channel=NoticeChannel.EMAIL, sent_at=now(), proof_sha256="none"),
                actor=studio.producer,
            )


class TestALink:
    def test_hands_out_the_file_of_one_delivery_and_every_fetch_is_on_record(
        self, studio: Studio, take: TakeCard, delivery: DeliveryCard
    ) -> None:
        issued = issue_link(delivery.id, lasts=FORTNIGHT, actor=studio.producer)

        shown = handout(issued.token)
        handed = [fetch_file(issued.token) for _ in range(2)]

        assert shown.delivery.id == delivery.id
        assert shown.may_fetch
        assert {one.path for one in handed} == {take_files(studio.organisation_id, take.id).video}
        assert _acts(studio, delivery) == ["delivered", "link_issued", "fetched", "fetched"]
        assert [one.fetches for one in links_of(studio.organisation_id, delivery.id)] == [2]
        with tenant(studio.organisation_id):
            stored = str(DeliveryLink.objects.values().get())
        assert issued.token not in stored
        assert _problems() == []

    def test_that_was_revoked_or_never_was_opens_nothing(
        self, studio: Studio, delivery: DeliveryCard
    ) -> None:
        issued = issue_link(delivery.id, lasts=FORTNIGHT, actor=studio.producer)
        revoke_link(issued.card.id, actor=studio.producer)
        revoke_link(issued.card.id, actor=studio.producer)

        for token in (issued.token, "guessed", "", "x" * 5000):
            with pytest.raises(NoSuchLink):
                fetch_file(token)
            with pytest.raises(NoSuchLink):
                handout(token)
        assert _acts(studio, delivery).count("link_revoked") == 1
        assert _problems() == []

    def test_whose_time_is_over_hands_out_nothing_and_still_takes_note_of_a_recall(
        self, studio: Studio, delivery: DeliveryCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_links, "SHORTEST", timedelta(0))
        issued = issue_link(delivery.id, lasts=timedelta(milliseconds=1), actor=studio.producer)
        _withdraw(studio)

        with pytest.raises(LinkExpired):
            fetch_file(issued.token)
        recall = acknowledge_by_link(issued.token, said_by="Rights desk", words="")

        assert recall.acknowledgement is not None
        assert recall.acknowledgement.by_link
        with pytest.raises(AcknowledgementOnRecord):
            acknowledge_by_link(issued.token, said_by="Rights desk", words="")
        assert _problems() == []

    @pytest.mark.parametrize("lasts", [timedelta(minutes=59), timedelta(days=91)])
    def test_lasts_neither_too_short_nor_too_long(
        self, studio: Studio, delivery: DeliveryCard, lasts: timedelta
    ) -> None:
        with pytest.raises(LinkTermWrong):
            issue_link(delivery.id, lasts=lasts, actor=studio.producer)

    def test_of_a_recalled_delivery_refuses_and_that_is_on_record(
        self, studio: Studio, delivery: DeliveryCard
    ) -> None:
        issued = issue_link(delivery.id, lasts=FORTNIGHT, actor=studio.producer)
        _withdraw(studio)

        with pytest.raises(DeliveryNotStanding) as refused:
            fetch_file(issued.token)

        assert refused.value.state == "recalled"
        assert _acts(studio, delivery)[-1] == "fetch_refused"
        assert not handout(issued.token).may_fetch

    def test_used_very_often_has_to_wait(
        self, studio: Studio, delivery: DeliveryCard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(delivery_links, "_FETCHES", 2)
        issued = issue_link(delivery.id, lasts=FORTNIGHT, actor=studio.producer)
        fetch_file(issued.token)
        fetch_file(issued.token)

        with pytest.raises(TooManyFetches) as refused:
            fetch_file(issued.token)

        assert refused.value.retry_after_s > 0
