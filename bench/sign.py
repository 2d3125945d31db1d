"""What a signature costs, against the digest of the same file, a copy of it, and the SDK used plainly.

Method: a development authority in a folder that is thrown away; two seconds of noise as MP4, grown to each size by
random bytes in a further `mdat` box. Each size is measured in a process of its own, so that the greatest memory is
its own. All of these in turn, n times (20 n below 50 MB), after one round that is not counted:

- `sha256`: `hashlib.file_digest` of the file; the unit.
- `copy`: `shutil.copyfile`.
- `in place`: the file has a reserve (64 KB) and is signed in it: box, hash, box.
- `anew`: the file has none; a new one is written once, with the box in it.
- `plain`: `c2pa.Builder.sign` from file to file with the same manifest, signer and settings made once, without the
  SDK's check after signing and its thumbnails.
- `default`: the same with the settings that the SDK comes with (it then checks what it signed, but not the content).
- `update`: a second manifest is added to what was signed, into a copy of it.
- `updated plainly`: the same by `c2pa.Builder.sign` from file to file.
- `checked`: `in place`, and then all that happens before a file is kept: read back, streams compared, digest.

In-place signing puts the reserve back between rounds, outside the clock. Nothing is flushed to the disk in any of
them. Medians; the spread is the least and the greatest. The rate is files a second in one thread.

    python bench/sign.py [--sizes 1,50,500,2048] [--runs 5]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from uuid import uuid4

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "platform")]

import c2pa  # noqa: E402 - after the path

from bench.signing.desk import Desk, in_turn, peak_mb, runs_for, summary  # noqa: E402
from core import clock  # noqa: E402
from core.digests import sha256_hex_of_file  # noqa: E402
from provenance import c2pa_gateway, certificates, decoding, layout, manifest  # noqa: E402
from provenance.inspection import Expected, Source, read_back  # noqa: E402
from provenance.sdk.contents import Contents, IngredientFile, Intent, Relationship  # noqa: E402
from provenance.updating.definition import (  # noqa: E402
    PARENT_LABEL,
    DeliveryNote,
    UpdatedFile,
    update_definition,
)


class Signing(Desk):
    def __init__(self, folder: Path, size_mb: int) -> None:
        super().__init__(folder, size_mb)
        self.reserved = folder / "reserved.mp4"
        self.place = self._reserve()
        self.folder = folder
        self.plain_signer = c2pa.Signer.from_callback(
            self.signer.sign, c2pa.C2paSigningAlg.ES256, self.signer.chain_pem
        )
        self.plain_context = c2pa.Context.from_dict(
            {
                "version": 1,
                "verify": {"verify_after_sign": False},
                "builder": {"thumbnail": {"enabled": False}},
            }
        )
        self.default_context = c2pa.Context.from_dict(
            {"version": 1, "trust": {"trust_config": f"{certificates.CLAIM_SIGNING.dotted_string}\n"}}
        )
        self.inspected = Source(
            self.reserved,
            decoding.VideoFacts(0, 0, 0, decoding.streams_sha256(self.source)),
            self.unbound_sha256,
        )

    def sha256(self) -> None:
        with self.source.open("rb") as stream:
            hashlib.file_digest(stream, "sha256")

    def copy(self) -> None:
        shutil.copyfile(self.source, self.signed)

    def in_place(self) -> str:
        contents, manifest_id = self.contents()
        c2pa_gateway.sign(
            source=self.reserved,
            destination=self.reserved,
            contents=contents,
            signer=self.signer,
            anchors=self.anchors,
            give_up_source=True,
        )
        return manifest_id

    def anew(self) -> None:
        contents, _ = self.contents()
        c2pa_gateway.sign(
            source=self.source,
            destination=self.signed,
            contents=contents,
            signer=self.signer,
            anchors=self.anchors,
        )

    def plain(self) -> None:
        self._by_the_sdk(self.plain_context)

    def default(self) -> None:
        self._by_the_sdk(self.default_context)

    def _by_the_sdk(self, context: c2pa.Context) -> None:
        contents, _ = self.contents()
        with (
            c2pa.Builder(dict(contents.definition), context=context) as builder,
            self.source.open("rb") as reading,
            self.signed.open("w+b") as writing,
        ):
            builder.set_intent(
                c2pa.C2paBuilderIntent.CREATE, c2pa.C2paDigitalSourceType.TRAINED_ALGORITHMIC_MEDIA
            )
            builder.add_resource("thumbnail.jpg", self.thumbnail_stream())
            builder.sign(self.plain_signer, contents.media_type, reading, writing)

    @cached_property
    def before(self) -> Path:
        """What is updated; made in the round that is not counted, after the acts that need less memory."""
        path = self.folder / "before.mp4"
        contents, _ = self.contents()
        c2pa_gateway.sign(
            source=self.source,
            destination=path,
            contents=contents,
            signer=self.signer,
            anchors=self.anchors,
        )
        return path

    def update(self) -> None:
        c2pa_gateway.sign(
            source=self.before,
            destination=self.signed,
            contents=self._additions(),
            signer=self.signer,
            anchors=self.anchors,
        )

    def update_plainly(self) -> None:
        contents = self._additions()
        with (
            c2pa.Builder(dict(contents.definition), context=self.plain_context) as builder,
            self.before.open("rb") as parent,
            self.before.open("rb") as reading,
            self.signed.open("w+b") as writing,
        ):
            builder.set_intent(c2pa.C2paBuilderIntent.UPDATE)
            builder.add_ingredient(
                {"label": "parent", "relationship": "parentOf"}, contents.media_type, parent
            )
            builder.sign(self.plain_signer, contents.media_type, reading, writing)

    def _additions(self) -> Contents:
        stated = update_definition(
            UpdatedFile("Bench", manifest.MEDIA_TYPE),
            (DeliveryNote("a" * 64, "d" * 64, clock.now()),),
            manifest_id=manifest.manifest_id_for(uuid4()),
            at=clock.now(),
        )
        parent = IngredientFile(
            PARENT_LABEL, self.before, manifest.MEDIA_TYPE, "Bench", Relationship.PARENT_OF
        )
        return Contents(stated.to_json(), intent=Intent.UPDATE, ingredients=(parent,))

    def checked(self) -> None:
        manifest_id = self.in_place()
        expected = Expected(manifest_id=manifest_id, certificate_serial=self.signer.serial)
        read_back(self.reserved, source=self.inspected, expected=expected, anchors=self.anchors)
        sha256_hex_of_file(self.reserved)

    def give_back_reserve(self) -> None:
        with self.reserved.open("r+b") as stream:
            stream.seek(self.place)
            stream.write(layout.reserve_box(RESERVE_BYTES))

    def _reserve(self) -> int:
        with self.source.open("rb") as reading, self.reserved.open("wb") as writing:
            laid = layout.laid_out(reading, RESERVE_BYTES)
            for piece in laid.pieces:
                if isinstance(piece, bytes):
                    writing.write(layout.reserve_box(len(piece)) if piece == bytes(RESERVE_BYTES) else piece)
                else:
                    reading.seek(piece.start)
                    left = len(piece)
                    while left:
                        block = reading.read(min(left, 2**20))
                        writing.write(block)
                        left -= len(block)
        return laid.place


RESERVE_BYTES = 64 * 2**10


def measure(size_mb: int, runs: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        desk = Signing(Path(name), size_mb)
        peaks: dict[str, float] = {}

        def peak(label: str, act: Callable[[], object]) -> Callable[[], None]:
            def acted() -> None:
                act()
                peaks.setdefault(label, peak_mb())

            return acted

        after = {"in place": desk.give_back_reserve, "checked": desk.give_back_reserve}
        acts = {
            # The first round goes from the least memory to the most, so that each peak is the act's own.
            "sha256": peak("sha256", desk.sha256),
            "copy": peak("copy", desk.copy),
            "in place": peak("in place", desk.in_place),
            "anew": peak("anew", desk.anew),
            "checked": peak("checked", desk.checked),
            "update": peak("update", desk.update),
            "updated plainly": peak("updated plainly", desk.update_plainly),
            "plain": peak("plain", desk.plain),
            "default": peak("default", desk.default),
        }
        seconds = in_turn(acts, runs=runs_for(size_mb, runs), after=after)
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
                f"  {label:15} {value['ms']:10.1f} ms  ({value['least']:.1f} to {value['greatest']:.1f})"
                f"  processor {value['cpu_ms']:.1f} ms"
                f"  {value['x_sha256']:6.2f} x sha256  {value['per_s']:7.1f}/s  peak {value['peak_mb']:.0f} MB"
            )
        for ours, theirs in (
            ("in place", "plain"),
            ("anew", "plain"),
            ("anew", "default"),
            ("update", "updated plainly"),
        ):
            wall, busy = (one["acts"][theirs][what] / one["acts"][ours][what] for what in ("ms", "cpu_ms"))
            print(f"  {ours} signs {wall:.2f} x as fast as {theirs}; by processor time {busy:.2f} x")
    print(json.dumps({"bench": "sign", "runs": chosen.runs, "sizes": found}))


if __name__ == "__main__":
    main()
