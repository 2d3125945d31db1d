"""Whether anything is lost, doubled or contradicted when the log's programs are killed under load.

Method: an embedded server of its own, durable as in production (fsync on), in a folder that is thrown away. Six
writers record entries in three organisations, some of which they roll back, while in random order a sequencer is
killed (two work by turns, one is always being started), the signer is killed, and PostgreSQL is stopped at once, as
if the power failed. Afterwards every acknowledged entry is looked for in the logs, and every root that was ever
stored or signed, also those that only the signer's memory knows, is computed again from the stored bytes. Any kind
of `wrong` is a failure: lost, doubled, phantom, gap, counter, order, root (see bench/log/judging.py).

    python bench/crash.py [--sequencer-kills 50] [--signer-kills 10] [--database-stops 3] [--seed N]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("sequencer-kills", 50), ("signer-kills", 10), ("database-stops", 3)):
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--seed", type=int, default=20261123)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="countersign-crash-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        os.environ.update(COUNTERSIGN_DATA=f"{folder}/var", DJANGO_SETTINGS_MODULE="config.settings")
        os.environ.pop("DATABASE_URL", None)
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from bench.log.crashing import Plan, crash_run

        plan = Plan(asked.sequencer_kills, asked.signer_kills, asked.database_stops, seed=asked.seed)
        outcome = crash_run(plan, Path(folder))
    judgement = outcome.judgement
    figures = {
        "kills": outcome.kills,
        "seconds": round(outcome.seconds, 1),
        "acknowledged": judgement.acknowledged,
        "unknown": judgement.unknown,
        "unknown_in_log": judgement.unknown_in_log,
        "rolled_back": outcome.rolled_back,
        "leaves": judgement.entries,
        "roots_recomputed": judgement.roots,
        "wrong": dict(judgement.wrong),
        "problems": outcome.problems,
    }
    print(__doc__)
    print(f"Machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} after.")
    met = not judgement.wrong and not outcome.problems and judgement.acknowledged > 0
    print(f"goal {'met' if met else 'MISSED'}: nothing lost, doubled or contradicted")
    print(json.dumps({"bench": "crash", "figures": figures}))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
