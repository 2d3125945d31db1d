"""A log that is longer than what one process reads at once is checked as a whole, whoever reads which part."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from audit.checkpoint import sign_checkpoint
from audit.inspecting.findings import MOST_OF_A_KIND, Problem
from audit.inspecting.stretch import STRETCH
from audit.inspection import inspect_logs
from audit.log_key import PUBLIC_FILE
from bench.log.filling import fill_log
from core.clock import now
from embedded.roles import Role, conninfo
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db", "long_log")

# Two full stretches and a piece, whose last tile is not full either.
ENTRIES = 2 * STRETCH + 1234


@pytest.fixture
def long_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, committed_db: None) -> None:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / PUBLIC_FILE).write_bytes(public)
    monkeypatch.setattr(settings, "KEYS_FOLDER", tmp_path)
    url = conninfo(settings.ENVIRONMENT.database, Role.LOG, settings.DATA_FOLDER)
    fill_log(url, ENTRIES, sign=partial(sign_checkpoint, key=key))


def checked(*, processes: int = 1) -> list[Problem]:
    report = inspect_logs(at=now(), processes=processes)
    return list(report.problems)


ATTACKS = [
    (
        "audit_entry",
        "DELETE FROM audit_entry WHERE index = 20000",
        {"place", "root", "missing_entries", "tile"},
    ),
    (
        "audit_entry",
        "DELETE FROM audit_entry WHERE index = 16383",
        {"place", "root", "counter", "tile"},
    ),
    ("audit_entry", "DELETE FROM audit_entry WHERE index = 16384", {"place", "root", "counter", "tile"}),
    ("audit_entry", "DELETE FROM audit_entry WHERE index >= 16384", {"missing_entries"}),
    (
        "audit_entry",
        "UPDATE audit_entry SET counter = 99999 WHERE index = 16384",
        {"counter", "columns"},
    ),
    (
        "audit_entry",
        "UPDATE audit_entry SET index = 1000000000000 WHERE index = 5",
        {"place", "root", "tile"},
    ),
    ("audit_entry", "UPDATE audit_entry SET actor = 'system' WHERE index = 17000", {"columns"}),
    ("audit_tile", "DELETE FROM audit_tile WHERE level = 0 AND number = 70", {"tile"}),
    ("audit_tile", "DELETE FROM audit_tile WHERE level = 1", {"tile"}),
    ("audit_tile", "UPDATE audit_tile SET level = 2 WHERE level = 1", {"tile"}),
    (
        "audit_checkpoint",
        "UPDATE audit_checkpoint SET size = 1000000000000 WHERE size = 5000",
        {"checkpoint_columns"},
    ),
    ("audit_checkpoint", "DELETE FROM audit_checkpoint WHERE size > 30000", {"unsigned_entries"}),
]


def test_it_is_clean_in_one_process_and_in_two() -> None:
    seen: list[tuple[int, int]] = []

    report = inspect_logs(at=now(), processes=2, progress=lambda done, of: seen.append((done, of)))

    assert report.entries == ENTRIES
    assert report.problems == ()
    assert seen == [(STRETCH, ENTRIES), (2 * STRETCH, ENTRIES), (ENTRIES, ENTRIES)]
    assert checked() == []


def test_the_attacks_are_made_for_stretches_of_this_length() -> None:
    assert STRETCH == 16384


def test_every_attack_is_found(subtests: pytest.Subtests) -> None:
    for table, attack, expected in ATTACKS:
        with subtests.test(attack), tampered(table, attack):
            assert expected <= {problem.kind for problem in checked()}


def test_two_processes_find_what_one_does() -> None:
    with tampered("audit_entry", "DELETE FROM audit_entry WHERE index IN (3, 16383, 16390, 33000)"):
        assert checked(processes=2) == checked()


def test_one_gap_is_not_told_as_a_thousand() -> None:
    with tampered("audit_entry", "DELETE FROM audit_entry WHERE index = 100"):
        assert [problem.kind for problem in checked()].count("place") == 1


def test_what_is_wrong_everywhere_is_told_of_the_first_and_counted() -> None:
    with tampered("audit_entry", "UPDATE audit_entry SET actor = 'system'"):
        problems = checked()

    assert len(problems) == MOST_OF_A_KIND + 1
    assert problems[-1].what == f"and {ENTRIES - MOST_OF_A_KIND} more of this kind"
