"""Seconds of the main job by stage, and the share of it that is not denoising, decoding or encoding.

Method: runs `manage.py demo --json` n times, each with its own worker process, on the data folder in use (the first
run, which makes it, is not counted). A take's seconds go from asking to the signed file; the command's also hold the
start of database, sequencer and worker, demo data, verification and the stop of all of them.

    python bench/demo.py [RUNS]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PICTURE = ("denoise", "decode", "encode")


def one_run() -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), "demo", "--json"],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["state"] != "trusted":
        sys.exit(f"The demo's file is {answer['state']}.")
    seconds: dict[str, float] = answer["seconds"]
    picture = sum(seconds[stage] for stage in PICTURE)
    return seconds | {
        "outside_picture": seconds["take"] - picture,
        "share_outside_picture": (seconds["take"] - picture) / seconds["take"],
    }


def spread(values: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(values), 3),
        "least": round(min(values), 3),
        "most": round(max(values), 3),
    }


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    print(__doc__)
    print(f"Machine: {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before.")
    one_run()
    measured = [one_run() for _ in range(runs)]
    figures = {name: spread([run[name] for run in measured]) for name in sorted(measured[0])}
    for name, values in figures.items():
        print(f"{name:24} median {values['median']:8.3f}  from {values['least']:.3f} to {values['most']:.3f}")
    print(json.dumps({"bench": "demo", "figures": {"runs": runs, **figures}}))


if __name__ == "__main__":
    main()
