"""What the audit log costs a business transaction, and how fast the sequencer keeps up.

Method: an embedded server of its own, durable as in production (fsync on), in a folder that is thrown away.
`pgbench` with 16 clients runs these by turns, five times each: a business transaction (one UPDATE, one INSERT)
without and with an entry appended; and, for scale, a single INSERT per transaction. The ratio is the median of those
of neighbouring runs; absolute numbers depend on machine and load. Then `integrate_pending` drains what was appended
(capacity, no other load); last, entries are recorded at 300 a second beside a sequencer process, and the latency is
the time from an entry's insert to its signed checkpoint, by the database's clock.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

ROOT = Path(__file__).resolve().parents[1]
CLIENTS = 16
SECONDS = 3
TURNS = 5
RATE_PER_S = 300
RATE_SECONDS = 8
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
SELECT audit_append_v2('{STUDIO}', 'KEY', convert_to(replace('{_BODY}', 'UID', u::text), 'UTF8'))
FROM (
    SELECT u, encode(sha256(u::text::bytea), 'hex') AS digits FROM (SELECT gen_random_uuid() AS u) AS drawn
) AS made;
"""  # noqa: S608 - constants of this file
_ROW = "INSERT INTO bench_row (body) VALUES (repeat('x', 300));"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        os.environ.update(COUNTERSIGN_DATA=folder, DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from embedded.session import database_ready

        with database_ready(prepare=True):
            _make_tables()
            figures = _throughput(Path(folder)) | _capacity() | _latency()
    ratio, capacity = (
        figures["with_audit_ratio"],
        figures["sequencer_rows_per_s"] / figures["single_insert_tps"],
    )
    figures["sequencer_over_single_insert"] = round(capacity, 2)
    print(
        f"Business transaction with audit: {ratio} of without. Sequencer: {capacity:.1f} x the single-row insert."
    )
    print(json.dumps({"bench": "audit_append", "figures": figures}))


def _make_tables() -> None:
    from django.db import connection

    from embedded.connections import acting_as_owner

    with acting_as_owner(), connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TABLE bench_job (id int PRIMARY KEY, runs int NOT NULL);
            INSERT INTO bench_job SELECT i, 0 FROM generate_series(1, 100000) AS i;
            CREATE TABLE bench_generation (id bigserial PRIMARY KEY, job_id int NOT NULL, facts text NOT NULL);
            CREATE TABLE bench_row (id bigserial PRIMARY KEY, body text NOT NULL);
            """
        )


def _throughput(folder: Path) -> dict[str, float]:
    from audit.subjects import key_for

    append = _APPEND.replace("KEY", str(key_for(STUDIO, None).id))
    scripts = {
        "without": _JOB.format(studio=STUDIO, append=""),
        "with": _JOB.format(studio=STUDIO, append=append),
        "row": _ROW,
    }
    measured: dict[str, list[float]] = {name: [] for name in scripts}
    for _ in range(TURNS):
        for name, script in scripts.items():
            measured[name].append(_pgbench(folder / f"{name}.sql", script))
    for name, values in measured.items():
        print(f"{name}: {[round(value) for value in values]} transactions/s, n={TURNS} x {SECONDS} s")
    middle = {name: statistics.median(values) for name, values in measured.items()}
    ratios = sorted(
        with_audit / without
        for with_audit, without in zip(measured["with"], measured["without"], strict=True)
    )
    print(f"with / without: {[round(ratio, 2) for ratio in ratios]}")
    return {
        "business_tps": round(middle["without"]),
        "business_with_audit_tps": round(middle["with"]),
        "with_audit_ratio": round(statistics.median(ratios), 2),
        "single_insert_tps": round(middle["row"]),
    }


def _pgbench(path: Path, script: str) -> float:
    from django.conf import settings

    from embedded.binaries import find_binaries
    from embedded.roles import Role, conninfo

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


def _capacity() -> dict[str, float]:
    from audit.sequencer import integrate_pending

    rates: list[float] = []
    started = time.perf_counter()
    total = 0
    while integrated := _timed(integrate_pending, rates):
        total += integrated
    elapsed = time.perf_counter() - started
    print(f"sequencer: {total} entries in {elapsed:.2f} s, batches of up to 5000, n={len(rates)}")
    print(f"  median {statistics.median(rates):.0f} rows/s, from {min(rates):.0f} to {max(rates):.0f}")
    return {"sequencer_rows_per_s": round(total / elapsed), "sequencer_rows": total}


def _timed(integrate: Callable[[], int], rates: list[float]) -> int:
    started = time.perf_counter()
    integrated = integrate()
    if integrated == 5000:
        rates.append(integrated / (time.perf_counter() - started))
    return integrated


def _latency() -> dict[str, float]:
    from audit.entry_types import EntryType
    from audit.trail import record
    from core.clock import now
    from core.ids import new_id
    from core.tenancy import tenant

    programs = [
        subprocess.Popen([sys.executable, str(ROOT / "manage.py"), "audit", verb])
        for verb in ("signer", "sequence")
    ]
    try:
        time.sleep(4)  # they are up
        began = time.perf_counter()
        since = now()
        for number in range(RATE_PER_S * RATE_SECONDS):
            time.sleep(max(0.0, began + number / RATE_PER_S - time.perf_counter()))
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
        reached = RATE_PER_S * RATE_SECONDS / (time.perf_counter() - began)
        time.sleep(1)
    finally:
        for program in reversed(programs):
            program.terminate()
            program.wait(10)
    from django.db import connections

    with connections["log"].cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*), percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM (
                SELECT min(c.signed_at) FROM audit_checkpoint c WHERE c.origin_id = e.origin_id AND c.size > e.index
            ) - e.recorded_at))
            FROM audit_entry e WHERE recorded_at >= %s
            """,
            [since],
        )
        number, (middle, high) = cursor.fetchone()
    print(
        f"integration at {reached:.0f} entries/s: p50 {middle * 1000:.0f} ms, p99 {high * 1000:.0f} ms, n={number}"
    )
    return {
        "integration_p50_ms": round(middle * 1000, 1),
        "integration_p99_ms": round(high * 1000, 1),
        "integration_entries_per_s": round(reached),
    }


if __name__ == "__main__":
    main()
