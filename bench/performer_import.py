"""How long a file of 10,000 performers takes to come onto the register, and how often it says how far it is.

Everything runs in a process and on an embedded server of its own, durable as in production, in a folder that is
thrown away. The file has two other names and an ISNI for each performer, and 37 rows without a name, which are named
by line and left out. Beside it, what a bare INSERT of as many rows takes, each in a transaction of its own, so that a
slow disk shows.

    python bench/performer_import.py [--performers N] [--turns N]

| figure | goal |
|---|---|
| seconds for 10,000 performers, median | at most 60 |
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261129
BAD_ROWS = 37
GOAL_S = 60


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--performers", type=int, default=10_000)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    print(__doc__)
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        os.environ.update(COUNTERSIGN_DATA=f"{folder}/var", DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from embedded.session import database_ready

        with database_ready(prepare=True):
            figures = _measured(asked.performers, asked.turns)
    figures["load"] = f"{os.cpu_count()} cores, load average now {os.getloadavg()[0]:.1f}"
    print(json.dumps({"bench": "performer_import", "figures": figures}))
    return 0


def _measured(people: int, turns: int) -> dict[str, Any]:
    imports, inserts, words = [], [], []
    for _ in range(turns):
        seconds, told = _imported(people)
        imports.append(seconds)
        words.append(told)
        inserts.append(_inserted(people))
    median = statistics.median(imports)
    return {
        "performers": people,
        "n": turns,
        "import_s": {
            "median": round(median, 1),
            "min": round(min(imports), 1),
            "max": round(max(imports), 1),
        },
        "bare_inserts_s": round(statistics.median(inserts), 1),
        "import_over_bare_inserts": round(median / statistics.median(inserts), 1),
        "words_of_progress": min(words),
        "goal_at_most_60_s_met": median * 10_000 / people <= GOAL_S,
    }


def _imported(people: int) -> tuple[float, int]:
    """Seconds, and how often the import said how far it was."""
    from accounts.values import Role
    from licensing.agreeing.performer_rows import RowRefused
    from licensing.operations.performer_import import import_performers
    from tests.factories.accounts import a_member

    actor = a_member(Role.LEGAL)
    file = io.BytesIO(_file(people).encode())
    began = time.perf_counter()
    steps = list(import_performers(file, actor=actor))
    seconds = time.perf_counter() - began
    refused = sum(isinstance(step, RowRefused) for step in steps)
    if refused != BAD_ROWS:
        raise SystemExit(f"{refused} rows were refused, not the {BAD_ROWS} bad ones.")
    return seconds, len(steps) - refused


def _file(people: int) -> str:
    from licensing.identifiers import check_character

    bad = set(random.Random(SEED).sample(range(people), BAD_ROWS))  # noqa: S311 - a repeatable measurement
    rows = ["ref,professional_name,state,domicile,visibility,aliases,identifiers"]
    for number in range(people):
        name = "" if number in bad else f"Performer Number {number}"
        isni = f"{number:015}{check_character(f'{number:015}')}"
        rows.append(f"R{number},{name},living_adult,US-CA,,Alias {number}|No. {number},isni={isni}")
    return "\n".join(rows) + "\n"


def _inserted(rows: int) -> float:
    from django.db import connection

    from embedded.connections import acting_as_owner

    with acting_as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_row (id bigserial PRIMARY KEY, body text NOT NULL)")
    began = time.perf_counter()
    with connection.cursor() as cursor:
        for _ in range(rows):
            cursor.execute("INSERT INTO bench_row (body) VALUES (repeat('x', 300))")
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
