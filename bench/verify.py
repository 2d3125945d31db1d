"""What a verification costs, against the digest of the same file and the SDK used plainly.

Method: films as in `bench/sign.py`, signed once. Each size is measured in a process of its own. All of these in turn,
n times (20 n below 50 MB), after one round that is not counted:

- `sha256`: `hashlib.file_digest` of the file; the unit.
- `copy`: `shutil.copyfile`.
- `verify`: `examine`: the credential, the digest of the whole file beside it, and the digest of the boxes outside the
  hard binding, in this process.
- `bounded`: `examine_bounded`, as page, API and command do it: the same in a process of its own with its limits. Its
  memory is that process's own.
- `plain`: `c2pa.Reader` alone, with trust on, without a digest of the file.

Medians; the spread is the least and the greatest.

    python bench/verify.py [--sizes 1,50,500,2048] [--runs 5]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "platform")]

import c2pa  # noqa: E402 - after the path

from bench.signing.desk import Desk, in_turn, peak_mb, runs_for, summary  # noqa: E402
from provenance import c2pa_gateway  # noqa: E402
from provenance.examining import examine, examine_bounded  # noqa: E402
from provenance.readings import Outcome  # noqa: E402
from provenance.sdk.contexts import opened_context  # noqa: E402


class Verifying(Desk):
    def __init__(self, folder: Path, size_mb: int) -> None:
        super().__init__(folder, size_mb)
        contents, _ = self.contents()
        c2pa_gateway.sign(
            source=self.source,
            destination=self.signed,
            contents=contents,
            signer=self.signer,
            anchors=self.anchors,
        )
        self.copied = folder / "copied.mp4"

    def sha256(self) -> None:
        with self.signed.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")

    def copy(self) -> None:
        shutil.copyfile(self.signed, self.copied)

    def verify(self) -> None:
        self._must_be_trusted(examine(self.signed, anchors=self.anchors).outcome)

    def bounded(self) -> None:
        self._must_be_trusted(examine_bounded(self.signed, anchors=self.anchors).outcome)

    def plain(self) -> None:
        with (
            opened_context(self.anchors) as context,
            self.signed.open("rb") as stream,
            c2pa.Reader("video/mp4", stream, context=context) as reader,
        ):
            reader.json()

    def _must_be_trusted(self, outcome: Outcome) -> None:
        if outcome is not Outcome.READ:
            raise RuntimeError(f"the file reads {outcome}")


def measure(size_mb: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        desk = Verifying(Path(name), size_mb)
        peaks: dict[str, float] = {}

        def peak(label: str, act: Callable[[], object]) -> Callable[[], None]:
            def acted() -> None:
                act()
                peaks.setdefault(label, peak_mb())

            return acted

        acts = {
            "sha256": peak("sha256", desk.sha256),
            "copy": peak("copy", desk.copy),
            "plain": peak("plain", desk.plain),
            "verify": peak("verify", desk.verify),
            "bounded": desk.bounded,
        }
        seconds = in_turn(acts, runs=runs_for(size_mb, runs), after={})
        peaks["bounded"] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        print(json.dumps(summary(size_mb, seconds, peaks)))


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sizes", default="1,50,500,2048", help="MB, with commas")
    arguments.add_argument("--runs", type=int, default=5)
    arguments.add_argument("--one", type=int, help="MB; used by the script itself")
    chosen = arguments.parse_args()
    if chosen.one:
        measure(chosen.one, chosen.runs)
        return
    print((__doc__ or "").partition("\n\n    python")[0])
    found = []
    for size in chosen.sizes.split(","):
        done = subprocess.run(
            [sys.executable, __file__, "--one", size, "--runs", str(chosen.runs)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        one = json.loads(done.stdout)
        found.append(one)
        print(f"\n{size} MB, n = {runs_for(int(size), chosen.runs)}")
        for label, value in one["acts"].items():
            print(
                f"  {label:9} {value['ms']:10.1f} ms  ({value['least']:.1f} to {value['greatest']:.1f})"
                f"  processor {value['cpu_ms']:.1f} ms"
                f"  {value['x_sha256']:6.2f} x sha256  peak {value['peak_mb']:.0f} MB"
            )
    print(json.dumps({"bench": "verify", "runs": chosen.runs, "sizes": found}))


if __name__ == "__main__":
    main()
