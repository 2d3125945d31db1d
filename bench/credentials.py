"""What a credential costs: signing with everything around it, and verifying as a stranger's file is verified.

Method: a development authority in a folder that is thrown away; two seconds of noise at 640 x 360 (the hardest there
is to decode), and the same clip with 64 MB of random bytes in a further `mdat` box. Signing is what `sign_take_file`
does apart from database and log: decode every frame, sign, read back, compare the streams, digest. `sign_alone` is
the SDK's part. Verifying is read in this process, and bounded in a process of its own as page, API and command do it.
For scale: `copy` is a copy flushed to the disk. Median of n runs after one that is not counted; the spread is the
least and the greatest.

    python bench/credentials.py [RUNS]
"""

from __future__ import annotations

import io
import json
import os
import shutil
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from uuid import UUID, uuid4

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "platform")]

import av  # noqa: E402 - after the path
import numpy as np  # noqa: E402
from PIL import Image  # noqa: E402

from core import clock  # noqa: E402
from core.digests import sha256_hex_of_file  # noqa: E402
from provenance import c2pa_gateway, keys, manifest  # noqa: E402
from provenance.examining import examine, examine_bounded  # noqa: E402
from provenance.inspection import Expected, inspected_source, read_back  # noqa: E402
from provenance.sdk.contents import Contents  # noqa: E402
from provenance.statement import AuthorizationStatement, TakeStatement  # noqa: E402
from provenance.trust_list import Anchor  # noqa: E402
from provenance.values import ClaimSigner  # noqa: E402

WIDTH, HEIGHT, FRAMES, FPS = 640, 360, 48, 24
LARGE_BYTES = 64 * 2**20


class Desk:
    """One signer and one source video."""

    def __init__(self, source: Path, folder: Path, signer: ClaimSigner, anchors: tuple[Anchor, ...]) -> None:
        self.source, self.signer, self.anchors = source, signer, anchors
        self.signed = folder / "signed.mp4"
        self.copied = folder / "copied.mp4"
        self.thumbnail = _thumbnail()
        self.statement = _statement()

    def sign_alone(self, unbound_sha256: str = "0" * 64) -> str:
        manifest_id = manifest.manifest_id_for(uuid4())
        definition = manifest.definition(
            self.statement, manifest_id=manifest_id, unbound_sha256=unbound_sha256
        )
        c2pa_gateway.sign(
            source=self.source,
            destination=self.signed,
            contents=Contents(definition.to_json(), self.thumbnail),
            signer=self.signer,
            anchors=self.anchors,
        )
        return manifest_id

    def sign(self) -> None:
        source = inspected_source(self.source, self.statement, anchors=self.anchors)
        manifest_id = self.sign_alone(source.unbound_sha256)
        read_back(
            self.signed,
            source=source,
            expected=Expected(manifest_id=manifest_id, certificate_serial=self.signer.serial),
            anchors=self.anchors,
        )
        sha256_hex_of_file(self.signed)

    def verify(self) -> None:
        examine(self.signed, anchors=self.anchors)

    def verify_bounded(self) -> None:
        examine_bounded(self.signed, anchors=self.anchors)

    def copy(self) -> None:
        shutil.copyfile(self.source, self.copied)
        with self.copied.open("rb") as stream:
            os.fsync(stream.fileno())


def _timed(act: Callable[[], object], runs: int) -> list[float]:
    act()
    seconds = []
    for _ in range(runs):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return seconds


def _clip(path: Path) -> Path:
    noise = np.random.default_rng(1)
    with av.open(str(path), "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for _ in range(FRAMES):
            picture = noise.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    return path


def _enlarged(clip: Path, path: Path) -> Path:
    with path.open("wb") as stream:
        stream.write(clip.read_bytes())
        stream.write(struct.pack(">I4s", 8 + LARGE_BYTES, b"mdat") + os.urandom(LARGE_BYTES))
    return path


def _thumbnail() -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (160, 90)).save(picture, "JPEG")
    return picture.getvalue()


def _statement() -> TakeStatement:
    authorization = AuthorizationStatement("d" * 64, ("c" * 64,), "bench", "e" * 64, "log.example/bench")
    return TakeStatement(
        take_id=UUID(int=1),
        title="Bench",
        width=WIDTH,
        height=HEIGHT,
        frames=FRAMES,
        fps=FPS,
        generated_width=WIDTH,
        generated_height=HEIGHT,
        model_name="bench",
        model_version="1",
        model_sha256="a" * 64,
        seed=1,
        steps=1,
        created_at=clock.now(),
        authorization=authorization,
    )


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    figures: dict[str, object] = {}
    print(__doc__)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at = clock.now()
        keys.ensure_development_authority(folder / "keys", at=at)
        signer = keys.load_signer(folder / "keys", at=at)
        anchors = keys.load_trust_list(folder / "keys").standing_anchors(at=at)
        clip = _clip(folder / "clip.mp4")
        for size, source in (("clip", clip), ("large", _enlarged(clip, folder / "large.mp4"))):
            desk = Desk(source, folder, signer, anchors)
            for act in (desk.copy, desk.sign_alone, desk.sign, desk.verify, desk.verify_bounded):
                seconds = _timed(act, runs)
                figures[f"{size}_{act.__name__}_ms"] = round(statistics.median(seconds) * 1000, 1)
                print(
                    f"{size:6} {source.stat().st_size / 2**20:6.1f} MB  {act.__name__:15} n={runs}  "
                    f"median {statistics.median(seconds) * 1000:8.1f} ms  "
                    f"({min(seconds) * 1000:.1f} to {max(seconds) * 1000:.1f})"
                )
    print(json.dumps({"bench": "credentials", "figures": figures}))


if __name__ == "__main__":
    main()
