"""What the log costs and how fast it is, against the goals that were set for it.

Every part runs in a process and on an embedded server of its own, durable as in production (fsync on), in a folder
that is thrown away. Ratios come from runs that take turns; absolute numbers depend on machine and load, which is
told. Each figure is printed with its method, how many measurements it comes from, their extremes, and whether its
goal was met; the last line is JSON.

    python bench/audit.py [business] [capacity] [integration] [proof] [check] [bundle]

| part | measures | goal |
|---|---|---|
| business | a business transaction with an entry, 16 clients | at least 0.75 of one without |
| capacity | entries that sequencer and signer take | at least twice the single rows that are inserted |
| integration | from insert to signed checkpoint at 300 entries a second | p99 at most 250 ms |
| proof | an entry with its inclusion proof among a million | p99 at most 10 ms |
| check | the full check of a million entries | at most 5 s of every core, all at work |
| bundle | the check of one take's evidence bundle | at most 2 s |
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Those of one group share a process, because what they measure is long in the making.
GROUPS = (("business",), ("capacity",), ("integration",), ("proof", "check"), ("bundle",))
PARTS = [part for group in GROUPS for part in group]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    parts = asked.parts or PARTS
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    if asked.here:
        measure(parts)
        return 0
    print(__doc__)
    figures: dict[str, object] = {}
    for group in GROUPS:
        if chosen := [part for part in group if part in parts]:
            figures |= apart(chosen)
    print(json.dumps({"bench": "audit", "figures": figures}))
    return 0


def apart(parts: list[str]) -> dict[str, object]:
    """Measure `parts` in a process of their own; their figures by name."""
    command = [sys.executable, str(Path(__file__)), "--here", *parts]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        told = ""
        for line in process.stdout:
            print(told, end="", flush=True)
            told = line
    if process.returncode != 0:
        raise SystemExit(f"{' and '.join(parts)} could not be measured.")
    figures: dict[str, object] = json.loads(told)
    return figures


def measure(parts: list[str]) -> None:
    """Measure here and now; the last line is JSON."""
    with tempfile.TemporaryDirectory(prefix="countersign-bench-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        os.environ.update(COUNTERSIGN_DATA=f"{folder}/var", DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from bench.log import reading, writing
        from embedded.session import database_ready

        before = os.getloadavg()[0]
        if parts == ["bundle"]:
            measured = reading.bundles(Path(folder))
        else:
            with database_ready(prepare=True):
                if "proof" in parts or "check" in parts:
                    log = reading.large_log()
                    measured = [
                        one
                        for part, act in (("proof", reading.proofs), ("check", reading.checks))
                        if part in parts
                        for one in act(log)
                    ]
                else:
                    writing.make_tables()
                    acts = {
                        "business": lambda: writing.business(Path(folder)),
                        "capacity": lambda: writing.capacity(Path(folder)),
                        "integration": writing.integration,
                    }
                    measured = [one for part in parts for one in acts[part]()]
    load = f"{os.cpu_count()} cores, load {before:.1f} before and {os.getloadavg()[0]:.1f} after"
    print(f"{' and '.join(parts)} ({load})")
    for one in measured:
        print(one.line())
    print(json.dumps({one.name: one.figures() for one in measured}))


if __name__ == "__main__":
    sys.exit(main())
