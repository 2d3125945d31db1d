"""Whoever waits for the log has the sequencer look at once, and nothing depends on being heard."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from audit import coverage, nudging, sequencing
from audit.coverage import is_covered, wait_until_covered
from audit.nudging import Ear, Waiter, Waiting
from tests.factories.accounts import an_organisation
from tests.factories.audit import integrate_all, recorded


def nudge() -> None:
    with Waiter() as waiter:
        waiter.nudge()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "run" / "sequencer.sock"
    monkeypatch.setattr(nudging, "_place", lambda: place)
    return place


class TestAnEar:
    def test_hears_a_nudge_and_takes_many_for_one(self, place: Path) -> None:
        with Ear() as ear:
            for _ in range(5):
                nudge()

            assert ear.wait(30)
            assert not ear.wait(0)

    def test_is_for_this_account_alone(self, place: Path) -> None:
        with Ear():
            assert stat.S_IMODE(place.stat().st_mode) == 0o600
            assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700

    def test_takes_the_place_of_one_that_was_killed(self, place: Path) -> None:
        with Ear():
            pass
        assert place.exists()

        with Ear() as ear:
            nudge()
            assert ear.wait(30)

    def test_that_came_later_hears_and_the_earlier_one_looks_by_itself(self, place: Path) -> None:
        with Ear() as earlier, Ear() as later:
            nudge()

            assert later.wait(30)
            assert not earlier.wait(0)


class TestANudge:
    def test_that_nobody_hears_is_no_trouble(self, place: Path) -> None:
        nudge()
        with Ear():
            pass
        nudge()

    def test_never_waits_for_a_sequencer_that_is_busy(self, place: Path) -> None:
        with Ear() as ear:
            # More than the kernel keeps of words that nobody reads.
            for _ in range(10_000):
                nudge()

            assert ear.wait(30)
            assert not ear.wait(0)


class TestWhoeverWaits:
    def test_is_told_once_for_every_nudge(self, place: Path) -> None:
        waiting = Waiting()
        with Ear(waiting) as ear, Waiter() as one, Waiter() as other:
            one.nudge()
            one.nudge()
            assert ear.wait(30)
            waiting.tell()

            assert one.wait(30)
            assert not one.wait(0)
            assert not other.wait(0)

            other.nudge()
            assert ear.wait(30)
            waiting.tell()

            assert other.wait(30)
            assert not one.wait(0)

    def test_may_go_before_they_are_told(self, place: Path) -> None:
        waiting = Waiting()
        with Ear(waiting) as ear:
            nudge()
            with Waiter() as still:
                still.nudge()
                assert ear.wait(30)
                nudge()
                assert ear.wait(30)
                waiting.tell()

                assert still.wait(30)


@pytest.mark.usefixtures("committed_db")
class TestTheSequencer:
    def test_tells_whoever_waits_when_it_is_worth_looking(
        self, place: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Nobody looks by themselves here: they would wait for half a minute."""
        monkeypatch.setattr(coverage, "_LONGEST_PAUSE_S", 30.0)
        told: list[bool] = []
        really = Waiter.wait

        def wait(waiter: Waiter, seconds: float) -> bool:
            told.append(really(waiter, seconds))
            return told[-1]

        monkeypatch.setattr(Waiter, "wait", wait)
        studio = an_organisation().id
        stop = threading.Event()
        thread = threading.Thread(target=sequencing.run_sequencer, args=(stop,))
        thread.start()
        try:
            while not place.exists():
                assert thread.is_alive()
                stop.wait(0.01)
            wait_until_covered(studio, [recorded(studio)], timeout_s=120)
        finally:
            stop.set()
            nudge()
            thread.join(60)
        assert True in told

    def test_looks_as_soon_as_somebody_waits(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sequencing, "_SHORTEST_PAUSE_S", 3600.0)
        monkeypatch.setattr(sequencing, "_LONGEST_PAUSE_S", 3600.0)
        studio = an_organisation().id
        rests = threading.Event()
        really = Ear.wait

        def wait(ear: Ear, seconds: float) -> bool:
            rests.set()
            return really(ear, seconds)

        monkeypatch.setattr(Ear, "wait", wait)
        stop = threading.Event()
        thread = threading.Thread(target=sequencing.run_sequencer, args=(stop,))
        thread.start()
        try:
            assert rests.wait(60)
            uid = recorded(studio)
            wait_until_covered(studio, [uid], timeout_s=60)
            assert is_covered(studio, uid)
        finally:
            stop.set()
            nudge()
            thread.join(60)
        assert not thread.is_alive()

    def test_works_where_no_socket_can_be_made(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(nudging, "_place", lambda: tmp_path / ("x" * 200) / "sequencer.sock")
        studio = an_organisation().id
        stop = threading.Event()
        thread = threading.Thread(target=sequencing.run_sequencer, args=(stop,))
        thread.start()
        try:
            wait_until_covered(studio, [recorded(studio)], timeout_s=60)
        finally:
            stop.set()
            thread.join(60)
        assert not thread.is_alive()

    def test_is_not_nudged_for_what_is_covered(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said: list[Waiter] = []

        def nudge(waiter: Waiter) -> bool:
            said.append(waiter)
            return True

        monkeypatch.setattr(Waiter, "nudge", nudge)
        studio = an_organisation().id
        uid = recorded(studio)
        integrate_all()

        wait_until_covered(studio, [uid])

        assert said == []
