"""What anybody is told of a file today: apart from what was agreed then, by a signed list too, and naming nobody."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from accounts.values import Actor, Role
from audit.inspection import inspect_logs
from audit.reconciliation import registered
from core import clock
from core.clock import now
from generation.deliveries.disputing import disputes_of_take
from generation.deliveries.errors import DisputeEnded, DisputeNotYours, RecallFirst
from generation.deliveries.values import DisputeGround, DisputeOutcome
from generation.operations.disputes import end_dispute, open_dispute
from generation.operations.status_lists import publish_status_lists
from generation.queries import TakeCard, take_files
from licensing.agreeing.errors import ActNotCovered
from licensing.errors import DigestMalformed, NamingNotPossible
from licensing.names import WithdrawalReason
from licensing.operations.authorities import NewAuthority, verify_authority
from licensing.operations.consents import withdraw_consent
from licensing.operations.naming import choose_naming
from licensing.operations.strikes import begin_strike
from licensing.values import Agreement, SignerRole
from provenance.errors import SignerUnfit
from provenance.models import StatusList
from provenance.reports import report
from provenance.status_keys import keys_path
from provenance.status_publishing import editions
from provenance.values import Verification
from provenance.verifying import verify_file
from tests.factories.accounts import a_membership, a_user
from tests.factories.audit import integrate_all
from tests.factories.deliveries import a_delivery, a_signed_take
from tests.factories.takes import Studio, a_studio

pytestmark = pytest.mark.usefixtures("committed_db")

PAPER = "ab" * 32


@pytest.fixture
def studio(committed_db: None, pristine_model: Path, settings: Settings, tmp_path: Path) -> Studio:
    settings.MEDIA_FOLDER = tmp_path / "media"
    settings.KEYS_FOLDER = tmp_path / "keys"
    return a_studio(pristine_model)


@pytest.fixture
def take(studio: Studio) -> TakeCard:
    return a_signed_take(studio, studio.consenting)


def _file(studio: Studio, take: TakeCard) -> Path:
    return take_files(studio.organisation_id, take.id).video


def _verified(studio: Studio, take: TakeCard) -> Verification:
    return verify_file(_file(studio, take))


def _today(studio: Studio, take: TakeCard) -> str:
    today = _verified(studio, take).today
    assert today is not None
    return today.state.value


def _by_the_command(studio: Studio, take: TakeCard, folder: Path, *more: str) -> dict[str, object]:
    """What `manage.py verify` says by the newest list, kept as a file."""
    (listed,) = editions()
    (folder / "list.jwt").write_text(listed.token)
    said = StringIO()
    with pytest.raises(SystemExit):
        call_command(
            *("verify", str(_file(studio, take)), "--json", "--status-list", str(folder / "list.jwt"), *more),
            stdout=said,
        )
    found = json.loads(said.getvalue())["authorization"]["listed"]
    assert isinstance(found, dict)
    return found


def _problems() -> list[tuple[str, str]]:
    integrate_all()
    return [(one.kind, one.what) for one in inspect_logs(at=now(), reconcilers=registered()).problems]


class TestTheSignedList:
    def test_says_of_a_file_what_the_records_say(
        self, studio: Studio, take: TakeCard, tmp_path: Path
    ) -> None:
        told = []
        publish_status_lists()
        told.append(_by_the_command(studio, take, tmp_path)["state"])
        a_delivery(studio, take)
        publish_status_lists()
        told.append(_by_the_command(studio, take, tmp_path)["state"])
        begin_strike(Agreement.SAG_TVT_2026, actor=studio.producer)
        publish_status_lists()
        told.append(_by_the_command(studio, take, tmp_path)["state"])
        withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
        publish_status_lists()
        told.append(_by_the_command(studio, take, tmp_path)["state"])

        assert told == ["not_delivered", "active", "suspended", "withdrawn"]

    def test_keeps_apart_what_was_agreed_then_and_what_stands_now(
        self, studio: Studio, take: TakeCard
    ) -> None:
        a_delivery(studio, take)
        before = report(_verified(studio, take))["authorization"]
        withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
        after = report(_verified(studio, take))["authorization"]

        assert isinstance(before, dict)
        assert isinstance(after, dict)
        then = ("decision", "consents", "rule_pack", "rule_pack_sha256", "log_origin", "status_list")
        assert [before[name] for name in then] == [after[name] for name in then]
        assert (before["today"]["state"], after["today"]["state"]) == ("active", "withdrawn")

    def test_is_published_anew_when_something_changed_or_half_its_time_is_over(
        self, studio: Studio, take: TakeCard, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = [publish_status_lists() for _ in range(2)]
        a_delivery(studio, take)
        changed = publish_status_lists()
        later = clock.now() + timedelta(seconds=settings.STATUS_LIST_TTL_SECONDS)
        monkeypatch.setattr(clock, "now", lambda: later)

        assert (first, changed, publish_status_lists()) == ([1, 0], 1, 1)

    def test_that_ended_says_nothing_of_today(
        self, studio: Studio, take: TakeCard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        a_delivery(studio, take)
        publish_status_lists()
        _by_the_command(studio, take, tmp_path)
        late = clock.now() + timedelta(days=2)
        monkeypatch.setattr(clock, "now", lambda: late)
        said = StringIO()
        with pytest.raises(SystemExit):
            call_command(
                *("verify", str(_file(studio, take)), "--json", "--status-list", str(tmp_path / "list.jwt")),
                stdout=said,
            )

        listed = json.loads(said.getvalue())["authorization"]["listed"]
        assert (listed["state"], listed["state_then"]) == (None, "active")
        assert editions() == []

    def test_of_a_stranger_answers_nothing(self, studio: Studio, take: TakeCard, tmp_path: Path) -> None:
        a_delivery(studio, take)
        publish_status_lists()
        (tmp_path / "strangers.json").write_text('{"keys": []}')

        listed = _by_the_command(studio, take, tmp_path, "--status-keys", str(tmp_path / "strangers.json"))

        assert listed["state"] is None
        assert "not relied on" in str(listed["reason"])

    def test_is_fetched_by_anybody_with_its_keys(
        self, studio: Studio, take: TakeCard, client: Client, settings: Settings
    ) -> None:
        publish_status_lists()
        reference = _verified(studio, take).status_reference
        assert reference is not None

        (one,) = client.get("/v1/status-lists").json()
        fetched = client.get(one["address"])
        keys = client.get("/v1/status-lists/keys").json()

        assert one["uri"] == reference.uri
        assert fetched["Content-Type"] == "application/statuslist+jwt"
        assert fetched["Cache-Control"] == f"public, max-age={settings.STATUS_LIST_TTL_SECONDS}"
        assert fetched.content.decode() == editions()[0].token
        assert (
            keys["keys"][0]["kid"]
            == json.loads(keys_path(settings.KEYS_FOLDER).read_text())["keys"][0]["kid"]
        )
        assert client.get(f"/v1/status-lists/{take.id}").status_code == 404

    def test_names_nobody_and_no_two_files_share_an_index(self, studio: Studio, take: TakeCard) -> None:
        other = a_signed_take(studio, studio.consenting)
        publish_status_lists()

        references = {_verified(studio, one).status_reference for one in (take, other)}
        payload = editions()[0].token.split(".")[1]
        assert len(references) == 2
        assert len(payload) < 4000
        assert StatusList.objects.count() == 1

    def test_is_not_signed_without_a_key_of_its_own(
        self, studio: Studio, take: TakeCard, settings: Settings
    ) -> None:
        settings.KEY_STORES = replace(settings.KEY_STORES, policy="production")

        with pytest.raises(SignerUnfit):
            publish_status_lists()
        assert editions() == []

    def test_credentials_name_where_it_is_fetched(self, studio: Studio, settings: Settings) -> None:
        settings.PUBLIC_URL = "https://verify.example"
        take = a_signed_take(studio, studio.consenting)

        reference = _verified(studio, take).status_reference
        assert reference is not None
        assert reference.uri.startswith("https://verify.example/v1/status-lists/")


class TestADispute:
    def _performer(self, studio: Studio) -> Actor:
        return _bound(studio, studio.consenting.id)

    def test_is_told_to_whoever_verifies_until_it_is_settled(self, studio: Studio, take: TakeCard) -> None:
        a_delivery(studio, take)
        performer = self._performer(studio)
        opened = open_dispute(
            take.id, ground=DisputeGround.OUTSIDE_CONSENT, words="Not in this scene.", actor=performer
        )
        during = _verified(studio, take).today
        publish_status_lists()
        end_dispute(opened.id, outcome=DisputeOutcome.NOT_UPHELD, words="It is.", actor=_counsel(studio))

        assert during is not None
        assert during.state.value == "disputed"
        assert "Not in this scene" not in during.reason
        assert not opened.on_word
        assert _today(studio, take) == "active"
        assert _problems() == []

    def test_never_hides_a_withdrawal(self, studio: Studio, take: TakeCard) -> None:
        open_dispute(take.id, ground=DisputeGround.OTHER, words="No.", actor=self._performer(studio))
        withdraw_consent(studio.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

        assert _today(studio, take) == "withdrawn"

    def test_is_opened_by_whom_it_concerns_or_on_their_word(self, studio: Studio, take: TakeCard) -> None:
        stranger = _bound(studio, studio.other.id)
        union = a_membership(a_user(), studio.organisation_id, Role.UNION_REP)

        with pytest.raises(DisputeNotYours):
            open_dispute(take.id, ground=DisputeGround.OTHER, words="No.", actor=stranger)
        with pytest.raises(DisputeNotYours):
            disputes_of_take(take.id, actor=stranger)
        assert open_dispute(take.id, ground=DisputeGround.OTHER, words="No.", actor=union).on_word

    def test_ends_once_by_counsel_who_did_not_open_it(self, studio: Studio, take: TakeCard) -> None:
        performer, counsel = self._performer(studio), _counsel(studio)
        own = open_dispute(take.id, ground=DisputeGround.OTHER, words="No.", actor=counsel)
        theirs = open_dispute(take.id, ground=DisputeGround.NO_CONSENT, words="No.", actor=performer)

        with pytest.raises(DisputeNotYours):
            end_dispute(own.id, outcome=DisputeOutcome.SETTLED, words="Yes.", actor=counsel)
        with pytest.raises(DisputeNotYours):
            end_dispute(theirs.id, outcome=DisputeOutcome.TAKEN_BACK, words="Yes.", actor=counsel)
        with pytest.raises(RecallFirst):
            end_dispute(theirs.id, outcome=DisputeOutcome.UPHELD, words="Yes.", actor=counsel)
        end_dispute(theirs.id, outcome=DisputeOutcome.TAKEN_BACK, words="Spoken about.", actor=performer)
        with pytest.raises(DisputeEnded):
            end_dispute(theirs.id, outcome=DisputeOutcome.SETTLED, words="Yes.", actor=counsel)


class TestTheNameOfAPerformer:
    def test_is_told_to_nobody_unless_they_chose_it(self, studio: Studio, take: TakeCard) -> None:
        performer = _bound(studio, studio.consenting.id)
        where = studio.production.id

        silent = _verified(studio, take).today
        choose_naming(studio.consenting.id, where, named_as="R. Calder", actor=performer)
        named = _verified(studio, take).today
        choose_naming(studio.consenting.id, where, named_as="", actor=performer)
        silent_again = _verified(studio, take).today

        assert silent is not None
        assert named is not None
        assert silent_again is not None
        assert (silent.performers, named.performers, silent_again.performers) == ((), ("R. Calder",), ())
        assert b"R. Calder" not in _file(studio, take).read_bytes()
        assert _problems() == []

    def test_is_the_performers_own_to_choose(self, studio: Studio) -> None:
        other, counsel, where = _bound(studio, studio.other.id), _counsel(studio), studio.production.id

        with pytest.raises(ActNotCovered):
            choose_naming(studio.consenting.id, where, named_as="R. Calder", actor=other)
        with pytest.raises(DigestMalformed):
            choose_naming(studio.consenting.id, where, named_as="R. Calder", actor=counsel)
        with pytest.raises(NamingNotPossible):
            choose_naming(studio.other.id, where, named_as="R. Calder", actor=other)
        with pytest.raises(NamingNotPossible):
            choose_naming(studio.consenting.id, where, named_as="R.\nCalder", actor=counsel)
        card = choose_naming(
            studio.consenting.id, where, named_as="R. Calder", document_sha256=PAPER, actor=counsel
        )
        assert card.named_as == "R. Calder"


def _counsel(studio: Studio) -> Actor:
    return a_membership(a_user(), studio.organisation_id, Role.LEGAL)


def _bound(studio: Studio, performer_id: object) -> Actor:
    """A member who is that performer, by a verified authority."""
    person = a_membership(a_user(), studio.organisation_id, Role.PERFORMER)
    assert person.user_id is not None
    verify_authority(
        NewAuthority(
            performer_id=performer_id,  # type: ignore[arg-type]  # a UUID of a card
            person_id=person.user_id,
            signer_role=SignerRole.PERFORMER,
            document_sha256=PAPER,
            valid_from=now().date() - timedelta(days=1),
        ),
        actor=_counsel(studio),
    )
    return person
