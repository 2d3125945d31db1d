"""How long a take waits for a free worker, beside a bare message of the same broker, and whether killing loses any.

Method: an embedded server of its own, durable as in production (fsync on), in a folder that is thrown away; four
workers as the product starts them. Jobs are small: claim, heartbeat, a pause of 20 ms, closing, and no picture (see
bench/queueing/working.py). They are sent one by one at a steady rate, in batches that take turns: takes, whose time
goes from the commit to the claim in the take's history, and bare messages, whose time goes from sending to the first
line of their task. Then as many takes again while every second one of the workers that are ready is killed with
SIGKILL and started anew. *Lost* is a take that is not closed in the end, *doubled* one that was closed twice.

    python bench/take_queue.py [--jobs 1000] [--rate 10] [--broker URL]

Without `--broker` the built-in one is measured, and RabbitMQ too where COUNTERSIGN_TEST_BROKER_URL names one.

| figure | goal |
|---|---|
| accepted to claimed, p99 | at most twice the bare broker's |
| lost, doubled, with a worker killed every second | none |
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=10.0, help="jobs a second")
    parser.add_argument("--broker", help="measure this one alone; by default the built-in one and RabbitMQ")
    asked = parser.parse_args()
    print(__doc__)
    outside = os.environ.get("COUNTERSIGN_TEST_BROKER_URL")
    brokers = [asked.broker] if asked.broker else [None, *([outside] if outside else [])]
    figures: dict[str, object] = {}
    met = True
    for broker in brokers:
        name = "pgmq" if broker is None else broker.split(":")[0]
        told = _in_a_process(broker, jobs=asked.jobs, rate=asked.rate) if len(brokers) > 1 else None
        told = told or measured(broker, jobs=asked.jobs, rate=asked.rate)
        met = met and bool(told.pop("met"))
        figures[name] = told
    print(json.dumps({"bench": "queue", "figures": figures}))
    return 0 if met else 1


def _in_a_process(broker: str | None, *, jobs: int, rate: float) -> dict[str, object]:
    """Settings are read once in a process, so each broker has its own."""
    import multiprocessing

    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measured, (broker,), {"jobs": jobs, "rate": rate})


def measured(broker: str | None, *, jobs: int, rate: float) -> dict[str, object]:
    """All figures of one broker."""
    with tempfile.TemporaryDirectory(prefix="countersign-queue-") as folder:
        # The server may run as another account, which passes through.
        Path(folder).chmod(0o711)
        echoes = Path(folder) / "echoes"
        os.environ.update(
            COUNTERSIGN_DATA=f"{folder}/var",
            DJANGO_SETTINGS_MODULE="config.settings",
            BENCH_ECHOES=str(echoes),
            PYTHONPATH=os.pathsep.join((str(ROOT), str(ROOT / "platform"))),
        )
        os.environ.pop("DATABASE_URL", None)
        os.environ.pop("COUNTERSIGN_TEST_BROKER_URL", None)
        if broker is not None:
            os.environ["CELERY_BROKER_URL"] = broker
        sys.path[:0] = [str(ROOT / "platform"), str(ROOT)]
        import django

        django.setup()
        from bench.queueing.sending import run
        from embedded.session import database_ready

        with database_ready(prepare=True):
            outcome = run(jobs=jobs, rate=rate, echoes=echoes)
    ours, bare = _p(outcome.claimed_s), _p(outcome.echoed_s)
    ratio = ours["p99_ms"] / bare["p99_ms"]
    met = ratio <= 2 and not outcome.lost and not outcome.doubled
    print(f"{'accepted to claimed':24}{ours}")
    print(f"{'bare message':24}{bare}")
    print(f"p99 {ratio:.2f} of the bare broker's (goal: at most 2)")
    print(
        f"killed {outcome.kills} workers while {outcome.under_fire} takes were served: lost {outcome.lost}, "
        f"doubled {outcome.doubled}, needed more than one attempt {outcome.repeated}"
    )
    print(
        f"Machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} after. Goals {'met' if met else 'MISSED'}."
    )
    return {
        "jobs": jobs,
        "rate_per_s": rate,
        "claimed": ours,
        "bare": bare,
        "p99_ratio": round(ratio, 2),
        "kills": outcome.kills,
        "under_fire": outcome.under_fire,
        "lost": outcome.lost,
        "doubled": outcome.doubled,
        "repeated": outcome.repeated,
        "load_after": round(os.getloadavg()[0], 1),
        "met": met,
    }


def _p(seconds: list[float]) -> dict[str, float]:
    cut = statistics.quantiles(seconds, n=100)
    return {
        "n": len(seconds),
        "p50_ms": round(1000 * cut[49], 1),
        "p99_ms": round(1000 * cut[98], 1),
        "most_ms": round(1000 * max(seconds), 1),
    }


if __name__ == "__main__":
    sys.exit(main())
