"""Checkpoints are time-stamped by a real authority, and where they are not, it shows."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from pytest_django import Settings

from audit.anchoring import anchor_now, anchor_state, anchor_until, stamped_bytes, timestamps_covering
from audit.models import PLATFORM
from audit.platform_log import append_checkpoints
from audit.queries import log_summary
from audit.sequencing import run_sequencer
from audit.timestamping import NotTimestamped
from config.environment import TimeStamping
from core import clock
from tests.factories.accounts import an_organisation
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import publish_all
from tests.timestamping import Behaviour, LocalAuthority, local_authority

NOTE = "countersign/log/4f2a\n7\nsFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=\n\n\u2014 countersign/log/4f2a AAAA\n"


@pytest.fixture(scope="module")
def sequenced() -> bool:
    return False


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[LocalAuthority]:
    with local_authority(tmp_path / "tsa") as running:
        yield running


@pytest.fixture
def stamping(settings: Settings, authority: LocalAuthority) -> TimeStamping:
    """The authority alone, once an hour."""
    found = TimeStamping((authority.url,), authority.folder / "roots.pem", 3600, "off")
    settings.TIME_STAMPING = found
    return found


def _signed(organisation_id: UUID, *, entries: int = 1) -> None:
    for _ in range(entries):
        recorded(organisation_id)
    integrate_all()
    publish_all()


def _unused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/"


def _origin(organisation_id: UUID) -> str:
    origin = log_summary(organisation_id).origin
    assert origin is not None
    return origin


class TestStampedBytes:
    def test_the_note_without_cosignatures_is_stamped(self) -> None:
        cosigned = f"{NOTE}\u2014 witness.example BBBB\n\u2014 countersign/log/4f2a.example CCCC\n"

        assert stamped_bytes(NOTE) == NOTE.encode()
        assert stamped_bytes(cosigned) == NOTE.encode()


class TestAnchorNow:
    def test_a_checkpoint_is_stamped_and_openssl_agrees_on_the_published_bytes(
        self, studio: UUID, stamping: TimeStamping, tmp_path: Path
    ) -> None:
        _signed(studio, entries=3)

        (anchored,) = anchor_now(studio)

        (stored,) = timestamps_covering(studio, origin=anchored.origin, size=3)
        note = log_summary(studio).checkpoint
        assert note is not None
        (tmp_path / "checkpoint").write_text(note, encoding="utf-8")
        (tmp_path / "reply.tsr").write_bytes(stored.reply)
        command = ["openssl", "ts", "-verify", "-in", "reply.tsr", "-data", "checkpoint"]
        checked = subprocess.run(
            [*command, "-CAfile", "tsa/roots.pem"], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "Verification: OK" in checked.stdout + checked.stderr
        assert abs(stored.stated_at - clock.now()) < timedelta(minutes=1)

    def test_it_covers_what_is_under_the_checkpoint_and_nothing_beyond(
        self, studio: UUID, stamping: TimeStamping
    ) -> None:
        _signed(studio, entries=2)
        anchor_now(studio)
        origin = _origin(studio)
        _signed(studio)

        assert len(timestamps_covering(studio, origin=origin, size=1)) == 1
        assert len(timestamps_covering(studio, origin=origin, size=2)) == 1
        assert timestamps_covering(studio, origin=origin, size=3) == ()

    def test_nothing_new_is_not_stamped_again(
        self, studio: UUID, stamping: TimeStamping, authority: LocalAuthority
    ) -> None:
        _signed(studio)
        anchor_now(studio)

        assert anchor_now(studio) == ()
        assert authority.asked == 1

    def test_without_an_organisation_the_platforms_log_comes_first_and_then_every_other(
        self, studio: UUID, stamping: TimeStamping
    ) -> None:
        other = an_organisation().id
        _signed(studio)
        _signed(other)
        append_checkpoints()
        publish_all()

        anchored = anchor_now()

        assert len(anchored) == 3
        assert timestamps_covering(PLATFORM, origin=anchored[0].origin, size=2)
        assert {one.origin for one in anchored[1:]} == {_origin(studio), _origin(other)}

    def test_of_one_organisation_only_its_own_log_is_stamped_and_nobody_else_sees_it(
        self, studio: UUID, stamping: TimeStamping
    ) -> None:
        other = an_organisation().id
        _signed(studio)
        _signed(other)

        (anchored,) = anchor_now(studio)

        assert anchored.origin == _origin(studio)
        assert timestamps_covering(other, origin=anchored.origin, size=1) == ()

    def test_the_second_authority_stamps_when_the_first_is_down(
        self, studio: UUID, stamping: TimeStamping, authority: LocalAuthority, settings: Settings
    ) -> None:
        settings.TIME_STAMPING = replace(stamping, urls=(_unused_address(), authority.url))
        _signed(studio)

        (anchored,) = anchor_now(studio)

        assert anchored.stamp.tsa == authority.url

    @pytest.mark.parametrize(
        "behaviour",
        [
            Behaviour.WRONG_NONCE,
            Behaviour.WRONG_IMPRINT,
            Behaviour.GARBAGE,
            Behaviour.ERROR,
            Behaviour.REFUSES,
        ],
    )
    def test_a_bad_answer_is_not_stored_and_shows_until_a_good_one_comes(
        self, studio: UUID, stamping: TimeStamping, authority: LocalAuthority, behaviour: Behaviour
    ) -> None:
        _signed(studio)
        authority.behaviour = behaviour
        with pytest.raises(NotTimestamped):
            anchor_now(studio)
        first = anchor_state(studio)
        with pytest.raises(NotTimestamped):
            anchor_now(studio)
        second = anchor_state(studio)
        authority.behaviour = Behaviour.GOOD
        anchor_now(studio)
        third = anchor_state(studio)

        assert first.trouble
        assert second.trouble
        assert authority.url in first.trouble.told
        assert second.trouble.since == first.trouble.since < second.trouble.tried_at
        assert first.stamped is None
        assert first.unstamped_since is not None
        assert third.trouble is None
        assert third.stamped is not None


class TestAnchorState:
    def test_before_anything_is_logged_nothing_is_missing(self, studio: UUID, stamping: TimeStamping) -> None:
        state = anchor_state(studio)

        assert (state.configured, state.stamped, state.signed_size) == (True, None, 0)
        assert state.unstamped_since is None

    def test_what_came_after_the_last_time_stamp_is_said_to_be_unstamped(
        self, studio: UUID, stamping: TimeStamping
    ) -> None:
        _signed(studio)
        anchor_now(studio)
        covered = anchor_state(studio)
        _signed(studio, entries=2)
        beyond = anchor_state(studio)

        assert covered.stamped is not None
        assert (covered.stamped.size, covered.signed_size, covered.unstamped_since) == (1, 1, None)
        assert beyond.stamped == covered.stamped
        assert beyond.signed_size == 3
        assert beyond.unstamped_since is not None

    def test_without_authorities_that_is_what_it_says(self, studio: UUID) -> None:
        assert not anchor_state(studio).configured


def _counted() -> int:
    with connections["log"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_timestamp")
        return int(cursor.fetchone()[0])


def _until(condition: object, *, within_s: float = 10.0) -> None:
    assert callable(condition)
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


class TestAnchorUntil:
    @pytest.fixture
    def loop(
        self, stamping: TimeStamping, settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        settings.TIME_STAMPING = replace(stamping, interval_s=1)
        monkeypatch.setattr("audit.anchoring._FIRST_PAUSE_S", 0.1)
        ended = threading.Event()
        thread = threading.Thread(target=anchor_until, args=(ended,))
        thread.start()
        yield
        ended.set()
        thread.join(timeout=10)
        assert not thread.is_alive()

    def test_a_log_is_stamped_when_it_grew_and_left_alone_when_not(
        self, studio: UUID, loop: None, authority: LocalAuthority
    ) -> None:
        _signed(studio)
        _until(lambda: _counted() == 1)
        time.sleep(1.5)
        assert authority.asked == 1
        _signed(studio)
        _until(lambda: _counted() == 2)

    def test_an_authority_that_was_down_is_asked_again(
        self, studio: UUID, loop: None, authority: LocalAuthority
    ) -> None:
        authority.behaviour = Behaviour.ERROR
        _signed(studio)
        _until(lambda: anchor_state(studio).trouble is not None)
        authority.behaviour = Behaviour.GOOD
        _until(lambda: _counted() == 1)
        _until(lambda: anchor_state(studio).trouble is None)

    def test_it_ends_while_an_authority_is_silent_and_blames_nobody(
        self, studio: UUID, stamping: TimeStamping, authority: LocalAuthority, settings: Settings
    ) -> None:
        settings.TIME_STAMPING = replace(stamping, urls=(authority.url, authority.url))
        authority.behaviour = Behaviour.SLOW
        _signed(studio)
        ended = threading.Event()
        thread = threading.Thread(target=anchor_until, args=(ended,))
        thread.start()
        _until(lambda: authority.asked == 1)

        ended.set()
        thread.join(timeout=5)

        assert not thread.is_alive()
        assert authority.asked == 1
        assert anchor_state(studio).trouble is None


def test_the_sequencer_has_its_logs_and_the_platforms_stamped_and_stops_in_time(
    studio: UUID, stamping: TimeStamping, settings: Settings
) -> None:
    settings.TIME_STAMPING = replace(stamping, interval_s=1)
    recorded(studio)
    stop = threading.Event()
    thread = threading.Thread(target=run_sequencer, args=(stop,))
    thread.start()
    try:
        _until(lambda: _counted() >= 2, within_s=20)
    finally:
        stop.set()
        thread.join(timeout=10)

    assert not thread.is_alive()
    assert timestamps_covering(studio, origin=_origin(studio), size=1)


class TestCommand:
    def test_it_says_what_was_stamped(
        self, studio: UUID, stamping: TimeStamping, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _signed(studio, entries=2)

        call_command("audit", "anchor", "--organisation", str(studio))
        call_command("audit", "anchor", "--organisation", str(studio))

        first, second = capsys.readouterr().out.splitlines()
        assert first.startswith(f"{_origin(studio)}: 2 entries, ")
        assert second.startswith("Nothing to stamp")

    def test_it_fails_when_nobody_stamps(
        self, studio: UUID, stamping: TimeStamping, authority: LocalAuthority
    ) -> None:
        authority.behaviour = Behaviour.ERROR
        _signed(studio)

        with pytest.raises(CommandError, match="HTTP status 503") as failure:
            call_command("audit", "anchor", "--organisation", str(studio))

        assert failure.value.returncode == 4

    def test_it_fails_where_no_authority_is_named(self, studio: UUID) -> None:
        with pytest.raises(CommandError, match="COUNTERSIGN_TSA_URLS"):
            call_command("audit", "anchor", "--organisation", str(studio))
