"""What the health page is told about those who sign."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from audit.health_values import Line, State
from config.environment import TimeStamping
from core import clock
from provenance.signer_health import authority_lines, signer_lines
from tests.factories.ceremonies import an_installed_signer
from tests.factories.issuing import an_authority
from tests.timestamping import local_authority

NOW = clock.now()
DAY = timedelta(days=1)


def _credentials(days: float) -> Line:
    (line,) = (one for one in signer_lines(None, at=NOW + days * DAY) if one.part == "credentials")
    return line


def test_an_installation_without_a_signer_is_told_apart_by_its_policy(
    keys_folder: Path, settings: Settings
) -> None:
    development = _credentials(0)
    settings.KEY_STORES = replace(settings.KEY_STORES, policy="production")
    production = _credentials(0)

    assert (development.state, production.state) == (State.NOT_CONFIGURED, State.FAILING)
    assert development.to_do
    assert production.to_do


@pytest.mark.parametrize(("days", "state"), [(1, State.WELL), (70, State.LATE), (95, State.FAILING)])
def test_days_left_are_told_before_they_are_over(keys_folder: Path, days: int, state: State) -> None:
    an_installed_signer("pem:claim.pem", an_authority(at=NOW), at=NOW)

    line = _credentials(days)

    assert line.state is state
    assert bool(line.to_do) == (state is not State.WELL)
    assert f"{max(89 - days, 0)} days left" in line.said


def test_a_signer_that_ends_and_has_a_successor_is_no_trouble(keys_folder: Path) -> None:
    authority = an_authority(at=NOW)
    an_installed_signer("pem:old.pem", authority, at=NOW)
    later = NOW + 80 * DAY
    an_installed_signer("pem:new.pem", authority, at=NOW, active_from=later, life=timedelta(days=200))

    line = _credentials(70)

    assert line.state is State.ON_RECORD
    assert f"follows on {later:%Y-%m-%d}" in line.said


def test_a_damaged_roster_is_said(keys_folder: Path) -> None:
    keys_folder.mkdir()
    (keys_folder / "signers.json").write_text("{}")

    assert _credentials(0).state is State.FAILING


def test_each_authority_of_time_is_asked_for_itself(settings: Settings, tmp_path: Path) -> None:
    with local_authority(tmp_path / "good") as good, local_authority(tmp_path / "stranger") as stranger:
        roots = good.folder / "roots.pem"
        settings.TIME_STAMPING = TimeStamping((good.url, stranger.url), roots, 3600, "required")

        working, foreign = authority_lines()

    assert (working.state, foreign.state) == (State.WELL, State.FAILING)
    assert good.asked == stranger.asked == 1
    assert stranger.url in foreign.title


def test_without_authorities_none_is_asked(settings: Settings) -> None:
    settings.TIME_STAMPING = TimeStamping((), None, 3600, "off")

    assert authority_lines() == []
