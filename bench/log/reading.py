"""What a long log costs whoever proves an entry of it or checks all of it, and a bundle whoever checks that."""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.db import connections

from audit.checkpoint import sign_checkpoint
from audit.inspection import inspect_logs
from audit.log_key import PUBLIC_FILE
from audit.models import Entry
from audit.proving import proof_of
from audit.queries import entry_with_proof
from bench.log.filling import FilledLog, fill_log
from bench.log.measured import Goal, Measured, median_of, percentile, rounded
from core.clock import now
from core.tenancy import tenant
from embedded.connections import acting_as_owner
from embedded.roles import Role, conninfo

ENTRIES = 1_000_000
PROOFS = 3000
CHECKS = 5
BUNDLE_CHECKS = 9


def large_log(entries: int = ENTRIES) -> FilledLog:
    """A log of a million entries, its statistics gathered as autovacuum would have by then."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (settings.KEYS_FOLDER / PUBLIC_FILE).write_bytes(public)
    url = conninfo(settings.ENVIRONMENT.database, Role.LOG, settings.DATA_FOLDER)
    filled = fill_log(url, entries, sign=partial(sign_checkpoint, key=key))
    with acting_as_owner(), connections["default"].cursor() as cursor:
        for table in ("audit_entry", "audit_tile", "audit_checkpoint"):
            cursor.execute(f"VACUUM ANALYZE {table}")
    return filled


def proofs(log: FilledLog) -> list[Measured]:
    """Entries drawn at random, each read with its proof."""
    chance = random.Random(20261123)  # noqa: S311 - a repeatable measurement
    with tenant(log.organisation_id):
        places = [chance.randrange(log.size) for _ in range(PROOFS + 100)]
        uids = dict(Entry.objects.filter(index__in=places).values_list("index", "uid"))
    spent = []
    for number, place in enumerate(places):
        began = time.perf_counter()
        proved = entry_with_proof(log.organisation_id, uids[place])
        seconds = time.perf_counter() - began
        if proved is None or proof_of(proved).broken:
            raise SystemExit("An entry could not be proved.")
        if number >= 100:
            spent.append(seconds * 1000)
    fifths = [percentile(spent[start::5], 0.99) for start in range(5)]
    how = (
        f"entry, checkpoint and inclusion proof by the product's query at {log.size} entries, random places, one "
        "process, each proof computed again outside the measured time; extremes of "
    )
    return [
        median_of("proof_p50", spent, unit="ms", method=how + "single ones"),
        Measured(
            "proof_p99",
            rounded(percentile(spent, 0.99)),
            "ms",
            len(spent),
            rounded(min(fifths)),
            rounded(max(fifths)),
            how + "fifths of them",
            Goal(10, is_least=False),
        ),
    ]


def checks(log: FilledLog) -> list[Measured]:
    """Every byte of the log recomputed, by one process and by one for each core, by turns."""
    cores = len(os.sched_getaffinity(0))
    alone, shared, busy = [], [], []
    for _ in range(CHECKS):
        alone.append(_checked(log, processes=1)[0])
        seconds, processor = _checked(log, processes=None)
        shared.append(seconds)
        busy.append(processor / cores)
    million = 1_000_000 / log.size
    how = f"audit check without the tables of other apps, {log.size} entries of {log.bytes_each} bytes"
    return [
        median_of("check_alone", [one * million for one in alone], unit="s", method=f"{how}, one process"),
        median_of(
            "check",
            [one * million for one in shared],
            unit="s",
            method=f"{how}, {cores} cores with a process each; wall time for a million entries, so at most this much "
            "of every core",
            goal=Goal(5, is_least=False),
        ),
        median_of(
            "check_gain",
            [one / other for one, other in zip(alone, shared, strict=True)],
            unit="times",
            method=f"What {cores} processes gain over one; the database's own processes work in both.",
            goal=Goal(1.2, is_least=True),
        ),
        median_of(
            "check_processor_per_core",
            [one * million for one in busy],
            unit="s",
            method="processor time of our processes divided by cores; that of the database comes on top",
        ),
    ]


def _checked(log: FilledLog, *, processes: int | None) -> tuple[float, float]:
    before, began = _processor_s(), time.perf_counter()
    report = inspect_logs(at=now(), processes=processes)
    seconds, after = time.perf_counter() - began, _processor_s()
    if (report.entries, report.problems) != (log.size, ()):
        raise SystemExit(f"The check found {report.entries} entries and {report.problems[:3]}.")
    return seconds, after - before


def _processor_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def bundles(folder: Path) -> list[Measured]:
    """The bundle of the demo's take, checked by the tool that experts use."""
    done = subprocess.run(
        [sys.executable, str(settings.PROJECT_FOLDER / "manage.py"), "demo", "--json"],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    told = json.loads(done.stdout.splitlines()[-1])
    # Named from the project's folder where they lie in it.
    bundle, trust = (settings.PROJECT_FOLDER / told[name] for name in ("bundle", "trust"))
    tool = settings.PROJECT_FOLDER / "tools" / "verify_evidence.py"
    command = [sys.executable, "-I", str(tool), str(bundle), "--trust", str(trust), "--json"]
    spent, lines = [], 0
    for _ in range(BUNDLE_CHECKS):
        began = time.perf_counter()
        checked = subprocess.run(command, check=False, capture_output=True, text=True)
        spent.append(time.perf_counter() - began)
        if checked.returncode != 0:
            raise SystemExit(f"The bundle does not hold:\n{checked.stdout}{checked.stderr}")
        lines = len(json.loads(checked.stdout)["checks"])
    return [
        median_of(
            "bundle_check",
            spent,
            unit="s",
            method=f"tools/verify_evidence.py from start to exit on the demo's bundle with its video, "
            f"{bundle.stat().st_size} bytes, {lines} lines",
            goal=Goal(2, is_least=False),
        )
    ]
