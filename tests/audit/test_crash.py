"""Killed under load again and again: what was acknowledged is not lost, what was signed is not contradicted."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from django.conf import settings

from audit.merkle import leaf_hash, tree_root
from bench.log.judging import Recorded, Signed, StoredEntry, StoredLog, judged

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
UIDS = [uuid4() for _ in range(6)]
LEAVES = [leaf_hash(uid.bytes) for uid in UIDS]
KIND = ("generation.take.cancelled", None)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_when_sequencer_signer_and_database_are_killed_under_load() -> None:
    """`bench/crash.py` in small: real programs, a durable server of its own, and real kills."""
    asked = {"sequencer": 8, "signer": 2, "database": 1}
    command = [sys.executable, str(settings.PROJECT_FOLDER / "bench" / "crash.py")]
    command += ["--sequencer-kills", "8", "--signer-kills", "2", "--database-stops", "1"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERSIGN_")}
    if "COUNTERSIGN_POSTGRES_BIN" in os.environ:
        environment["COUNTERSIGN_POSTGRES_BIN"] = os.environ["COUNTERSIGN_POSTGRES_BIN"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)

    assert done.returncode in (0, 1), done.stderr
    assert done.stdout, done.stderr
    figures = json.loads(done.stdout.splitlines()[-1])["figures"]
    assert (figures["wrong"], figures["problems"]) == ({}, [])
    assert figures["kills"] == asked
    # It was under load, part of which was rolled back, and the log went on between the kills.
    assert figures["acknowledged"] > 300
    assert figures["rolled_back"] > 10
    assert figures["roots_recomputed"] > 20
    assert done.returncode == 0


def recorded() -> list[Recorded]:
    """One after the other; of the last one nobody knows whether it was committed."""
    return [
        Recorded(uid, STUDIO, began=float(number), ended=number + 0.5 if number < 5 else None)
        for number, uid in enumerate(UIDS)
    ]


def stored() -> StoredLog:
    return StoredLog(
        "countersign/log/a",
        STUDIO,
        [StoredEntry(index, LEAVES[index], uid, KIND, index + 1) for index, uid in enumerate(UIDS)],
        [Signed("countersign/log/a", size, tree_root(LEAVES[:size])) for size in (2, 6)],
    )


def entries(change: Callable[[list[StoredEntry]], list[StoredEntry]]) -> StoredLog:
    """The log with other entries, checkpoints made to fit them."""
    changed = change(list(stored().entries))
    leaves = [entry.leaf for entry in changed]
    return replace(
        stored(),
        entries=changed,
        checkpoints=[Signed("countersign/log/a", len(leaves), tree_root(leaves))],
    )


def moved_up(rows: list[StoredEntry]) -> list[StoredEntry]:
    return [row._replace(place=index, counter=index + 1) for index, row in enumerate(rows)]


class TestTheComparison:
    """What the run above relies on finds each kind of harm."""

    def test_of_a_log_that_holds_everything_finds_nothing(self) -> None:
        found = judged(recorded(), [stored()], {Signed("countersign/log/a", 3, tree_root(LEAVES[:3]))})

        assert found.wrong == {}
        assert (found.acknowledged, found.unknown, found.unknown_in_log) == (5, 1, 1)
        assert (found.entries, found.roots) == (6, 3)

    def test_of_a_commit_without_an_answer_allows_both(self) -> None:
        assert judged(recorded(), [entries(lambda rows: rows[:5])], ()).wrong == {}

    @pytest.mark.parametrize(
        ("harm", "change"),
        [
            ("lost", lambda rows: moved_up(rows[:1] + rows[2:])),
            ("doubled", lambda rows: moved_up([*rows, rows[0]])),
            ("phantom", lambda rows: moved_up([*rows, rows[0]._replace(uid=uuid4())])),
            ("gap", lambda rows: [*rows[:5], rows[5]._replace(place=6)]),
            ("counter", lambda rows: [*rows[:5], rows[5]._replace(counter=7)]),
            ("order", lambda rows: moved_up([rows[1], rows[0], *rows[2:]])),
        ],
    )
    def test_finds_every_harm(
        self, harm: str, change: Callable[[list[StoredEntry]], list[StoredEntry]]
    ) -> None:
        assert harm in judged(recorded(), [entries(change)], ()).wrong

    @pytest.mark.parametrize(
        "signed",
        [
            Signed("countersign/log/a", 3, tree_root(LEAVES[:4])),
            Signed("countersign/log/a", 7, tree_root([*LEAVES, LEAVES[0]])),
            Signed("countersign/log/b", 2, tree_root(LEAVES[:2])),
        ],
        ids=["another tree", "more than there is", "a log that is not there"],
    )
    def test_finds_every_root_that_was_signed_and_is_not_reached(self, signed: Signed) -> None:
        assert judged(recorded(), [stored()], {signed}).wrong == {"root": 1}

    def test_finds_an_entry_in_the_log_of_somebody_else(self) -> None:
        assert judged(recorded(), [replace(stored(), organisation_id=uuid4())], ()).wrong["phantom"] == 6
