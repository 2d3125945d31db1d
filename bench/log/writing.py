"""What an entry costs whoever writes it, how much the sequencer takes, and how long an entry waits."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, connections

from audit.entry_types import EntryType
from audit.subjects import key_for
from audit.trail import record
from bench.log.measured import Goal, Measured, median_of, percentile, rounded
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from embedded import services
from embedded.binaries import find_binaries
from embedded.connections import acting_as_owner
from embedded.programs import RunningProgram
from embedded.roles import Role, conninfo

CLIENTS = 16
SECONDS = 3
TURNS = 7
DRAINS = 5
DRAINED = 40_000
RATE_PER_S = 300
RATE_SECONDS = 8
RATE_TURNS = 3
RECORDERS = 4
STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
FILM = UUID("018f0000-0000-7000-8000-0000000000f1")

_JOB = """
\\set job random(1, 100000)
BEGIN;
SELECT set_config('app.organisation', '{studio}', true);
UPDATE bench_job SET runs = runs + 1 WHERE id = :job;
INSERT INTO bench_generation (job_id, facts) VALUES (:job, repeat('x', 300));
{append}
COMMIT;
"""
# No colon may stand before a letter or digit: pgbench would take it for a variable of its own.
_BODY = json.dumps(
    {
        "actor": "system",
        "at": "2026-11-23",
        "fields": {"take": "UID"},
        "organisation": str(STUDIO),
        "production": str(FILM),
        "subject": "take: DIGITS",
        "type": "generation.take.cancelled",
        "uid": "UID",
    }
).replace(": DIGITS", ":' || digits || '")
_APPEND = f"""
SELECT audit_append_v3('{STUDIO}', 'KEY', convert_to(replace('{_BODY}', 'UID', u::text), 'UTF8'))
FROM (
    SELECT u, encode(sha256(u::text::bytea), 'hex') AS digits
    FROM (SELECT uuidv7() AS u FROM generate_series(1, NUMBER)) AS drawn
) AS made;
"""  # noqa: S608 - constants of this file
# As a program sends it that made the body itself: the server makes neither identifier nor digest, and of the body
# only what tells one from another is put together here. On a virtual machine drawing a UUID alone takes the server
# as long as writing a row.
_ONE = """
\\set entry random(1, 281474976710655)
SELECT audit_append_v3('STUDIO', 'KEY', convert_to('BODY', 'UTF8'));
"""
_DRAWN = "018f0000-0000-7000-8000-' || lpad(to_hex(:entry ::bigint), 12, '0') || '"
_ROW = "INSERT INTO bench_row (body) VALUES (repeat('x', 300));"

_SPAN = """
    SELECT count(*), max(size) - min(size), extract(epoch FROM max(signed_at) - min(created_at))
    FROM audit_checkpoint WHERE created_at >= %s AND organisation_id = %s
"""
_LATENCIES = """
    SELECT extract(epoch FROM (
        SELECT min(c.signed_at) FROM audit_checkpoint c WHERE c.origin_id = e.origin_id AND c.size > e.index
    ) - e.recorded_at)
    FROM audit_entry e WHERE recorded_at >= %s
"""


def make_tables() -> None:
    """Tables of a business that has nothing to do with the log."""
    with acting_as_owner(), connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TABLE bench_job (id int PRIMARY KEY, runs int NOT NULL);
            INSERT INTO bench_job SELECT i, 0 FROM generate_series(1, 100000) AS i;
            CREATE TABLE bench_generation (id bigserial PRIMARY KEY, job_id int NOT NULL, facts text NOT NULL);
            CREATE TABLE bench_row (id bigserial PRIMARY KEY, body text NOT NULL);
            """
        )


def business(folder: Path) -> list[Measured]:
    """A transaction of the business with an entry and without one, by turns."""
    scripts = {
        "without": _JOB.format(studio=STUDIO, append=""),
        "with": _JOB.format(studio=STUDIO, append=_one()),
    }
    rates: dict[str, list[float]] = {name: [] for name in scripts}
    for turn in range(TURNS):
        # What one leaves to be written to disk later falls on the other as often.
        for name in sorted(scripts, reverse=bool(turn % 2)):
            rates[name].append(_pgbench(folder / f"{name}.sql", scripts[name]))
            _empty_outbox()
    ratios = [one / other for one, other in zip(rates["with"], rates["without"], strict=True)]
    how = f"pgbench, {CLIENTS} clients, {SECONDS} s, one UPDATE and one INSERT in a transaction"
    return [
        median_of("business_per_s", rates["without"], unit="transactions/s", method=f"{how}, no entry"),
        median_of(
            "business_with_entry_per_s", rates["with"], unit="transactions/s", method=f"{how}, an entry"
        ),
        median_of(
            "business_with_entry_ratio",
            ratios,
            unit="of without",
            method="Ratios of neighbouring runs; no sequencer works meanwhile.",
            goal=Goal(0.75, is_least=True),
        ),
    ]


def capacity(folder: Path) -> list[Measured]:
    """How fast the programs drain what waits, against single rows that are inserted and committed."""
    inserts, drains = [], []
    for _ in range(DRAINS):
        inserts.append(_pgbench(folder / "row.sql", _ROW))
        drains.append(_drained())
    ratios = [drain / insert for drain, insert in zip(drains, inserts, strict=True)]
    return [
        median_of(
            "single_insert_per_s",
            inserts,
            unit="rows/s",
            method=f"pgbench, {CLIENTS} clients, {SECONDS} s, one INSERT in a transaction, as large as an entry",
        ),
        median_of(
            "sequencer_entries_per_s",
            drains,
            unit="entries/s",
            method=f"{DRAINED} waiting entries, sequencer and signer as programs, from the commit of the first batch "
            "to the signature over the last; witnesses none",
        ),
        median_of(
            "sequencer_over_single_insert",
            ratios,
            unit="times",
            method="Ratios of neighbouring runs.",
            goal=Goal(2, is_least=True),
        ),
    ]


def integration() -> list[Measured]:
    """From an entry's insert to the signed checkpoint over it, at a steady rate."""
    everything: list[float] = []
    high, rates = [], []
    with the_log_at_work():
        _recorded_steadily(1.0)  # tables and connections are warm
        for _ in range(RATE_TURNS):
            since, rate = _recorded_steadily(RATE_SECONDS)
            _await_settled()
            with connections["log"].cursor() as cursor:
                cursor.execute(_LATENCIES, [since])
                waited = [float(seconds) * 1000 for (seconds,) in cursor.fetchall()]
            everything += waited
            high.append(percentile(waited, 0.99))
            rates.append(rate)
    how = (
        f"{statistics.median(rates):.0f} entries/s, each a transaction of its own, sequencer and signer as programs; "
        "database's clock from the insert to the first signed checkpoint over it; extremes of "
    )
    return [
        median_of(
            "integration_rate",
            rates,
            unit="entries/s",
            method=f"what {RECORDERS} threads reached of {RATE_PER_S}; below it the goal for the latency says less",
            goal=Goal(0.95 * RATE_PER_S, is_least=True),
        ),
        Measured(
            "integration_p50",
            rounded(statistics.median(everything)),
            "ms",
            len(everything),
            rounded(min(everything)),
            rounded(max(everything)),
            how + "single entries",
        ),
        Measured(
            "integration_p99",
            rounded(percentile(everything, 0.99)),
            "ms",
            len(everything),
            rounded(min(high)),
            rounded(max(high)),
            f"{how}{RATE_TURNS} runs of {RATE_SECONDS} s",
            Goal(250, is_least=False),
        ),
    ]


def _one() -> str:
    body = _BODY.replace("' || digits || '", "' || '" + "a" * 64)
    body = body.replace("UID", _DRAWN)
    return (
        _ONE.replace("STUDIO", str(STUDIO))
        .replace("KEY", str(key_for(STUDIO, None).id))
        .replace("BODY", body)
    )


def _append(number: int) -> str:
    return _APPEND.replace("KEY", str(key_for(STUDIO, None).id)).replace("NUMBER", str(number))


def _empty_outbox() -> None:
    """As a sequencer would have, without the work."""
    with connections["log"].cursor() as cursor:
        cursor.execute("DELETE FROM audit_outbox")


def _pgbench(path: Path, script: str) -> float:
    path.write_text(script)
    command = [find_binaries(None).program("pgbench"), "-n", "-M", "prepared", "-f", str(path)]
    command += ["-c", str(CLIENTS), "-j", "2", "-T", str(SECONDS)]
    url = conninfo(settings.ENVIRONMENT.database, Role.APP, settings.DATA_FOLDER)
    # check=True would print the command, which holds a password.
    done = subprocess.run([*command, url], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"pgbench failed:\n{done.stderr}")
    told = next(line for line in done.stdout.splitlines() if line.startswith("tps ="))
    return float(told.split()[2])


def _drained() -> float:
    with tenant(STUDIO), connection.cursor() as cursor:
        cursor.execute(_append(DRAINED))
    since = now()
    with the_log_at_work():
        _await_settled()
    with connections["log"].cursor() as cursor:
        cursor.execute(_SPAN, [since, STUDIO])
        batches, entries, seconds = cursor.fetchone()
    if batches < 3:
        raise SystemExit("There were too few batches to tell how long one takes.")
    return float(entries) / float(seconds)


def _recorded_steadily(seconds: float) -> tuple[datetime, float]:
    """Record for so long at the rate of all goals; when it began, and the rate that was reached."""
    since, began = now(), time.perf_counter()
    each = round(RATE_PER_S * seconds / RECORDERS)

    def recorder(which: int) -> None:
        try:
            for number in range(each):
                due = began + (number * RECORDERS + which) / RATE_PER_S
                time.sleep(max(0.0, due - time.perf_counter()))
                _record_one()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(RECORDERS) as pool:
        list(pool.map(recorder, range(RECORDERS)))
    return since, each * RECORDERS / (time.perf_counter() - began)


def _record_one() -> None:
    take = new_id()
    with tenant(STUDIO):
        record(
            organisation_id=STUDIO,
            entry_type=EntryType.TAKE_CANCELLED,
            actor="worker:bench",
            subject=f"take:{take}",
            fields={"take": str(take)},
            at=now(),
            production_id=FILM,
        )


@contextmanager
def the_log_at_work() -> Iterator[None]:
    programs = [
        RunningProgram(program)
        for program in (services.signer(), services.sequencer(settings.ENVIRONMENT.database))
    ]
    try:
        for program in programs:
            program.start()
        yield
    finally:
        for program in reversed(programs):
            program.stop()


def _await_settled(within_s: float = 120.0) -> None:
    """Nothing waits, and the newest checkpoint is signed."""
    deadline = time.monotonic() + within_s
    while True:
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM audit_outbox),"
                " (SELECT note IS NULL FROM audit_checkpoint WHERE organisation_id = %s ORDER BY id DESC LIMIT 1)",
                [STUDIO],
            )
            waits, is_unsigned = cursor.fetchone()
        if not waits and is_unsigned is False:
            return
        if time.monotonic() > deadline:
            raise SystemExit("The log did not take what was recorded.")
        time.sleep(0.05)
