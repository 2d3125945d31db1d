"""What the measurements of signing and verifying share: a film of a size, a signer, and rounds of acts in turn."""

from __future__ import annotations

import io
import os
import statistics
import struct
import time
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from uuid import UUID, uuid4

import av
import numpy as np
from PIL import Image

from core import clock
from provenance import boxes, keys, manifest
from provenance.sdk.contents import Contents
from provenance.statement import AuthorizationStatement, TakeStatement

WIDTH, HEIGHT, FRAMES, FPS = 640, 360, 48, 24
_BLOCK_BYTES = 2**20
_LARGE_MB = 50
_RUNS_OF_SMALL = 20


class Desk:
    """One signer and one film of about `size_mb` MB."""

    def __init__(self, folder: Path, size_mb: int) -> None:
        at = clock.now()
        keys.ensure_development_authority(folder / "keys", at=at)
        self.signer = keys.load_signer(folder / "keys", at=at)
        self.anchors = keys.load_trust_list(folder / "keys", at=at).standing_anchors(at=at)
        self.source, self.signed = folder / "source.mp4", folder / "signed.mp4"
        _film(self.source, size_mb * 2**20)
        self.unbound_sha256 = boxes.unbound_sha256(self.source)
        picture = io.BytesIO()
        Image.new("RGB", (160, 90)).save(picture, "JPEG")
        self._thumbnail = picture.getvalue()

    def thumbnail_stream(self) -> io.BytesIO:
        return io.BytesIO(self._thumbnail)

    def contents(self) -> tuple[Contents, str]:
        """A manifest as a take has it, and its name."""
        manifest_id = manifest.manifest_id_for(uuid4())
        stated = manifest.definition(
            _statement(), manifest_id=manifest_id, unbound_sha256=self.unbound_sha256
        )
        return Contents(stated.to_json(), self._thumbnail), manifest_id


def in_turn(
    acts: Mapping[str, Callable[[], object]], *, runs: int, after: Mapping[str, Callable[[], None]]
) -> dict[str, list[tuple[float, float]]]:
    """Seconds of each act, and of processors that this process took for it, after one round that is not counted."""
    seconds: dict[str, list[tuple[float, float]]] = {label: [] for label in acts}
    for round_ in range(runs + 1):
        for label, act in acts.items():
            began, busy = time.perf_counter(), time.process_time()
            act()
            took = (time.perf_counter() - began, time.process_time() - busy)
            if label in after:
                after[label]()
            if round_:
                seconds[label].append(took)
    return seconds


def summary(
    size_mb: int, seconds: Mapping[str, list[tuple[float, float]]], peaks: Mapping[str, float]
) -> dict[str, object]:
    unit = statistics.median(took for took, _ in seconds["sha256"])
    return {
        "mb": size_mb,
        "acts": {
            label: {
                "ms": round(statistics.median(took for took, _ in found) * 1e3, 2),
                "least": round(min(found)[0] * 1e3, 2),
                "greatest": round(max(found)[0] * 1e3, 2),
                "cpu_ms": round(statistics.median(busy for _, busy in found) * 1e3, 2),
                "x_sha256": round(statistics.median(took for took, _ in found) / unit, 3),
                "per_s": round(1 / statistics.median(took for took, _ in found), 2),
                "peak_mb": round(peaks[label]),
            }
            for label, found in seconds.items()
        },
    }


def runs_for(size_mb: int, runs: int) -> int:
    """More of them for small files, where a single one says little."""
    return runs if size_mb >= _LARGE_MB else runs * _RUNS_OF_SMALL


def peak_mb() -> float:
    """The most memory this process has had so far, as Linux counts it."""
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM"))


def _film(path: Path, size_bytes: int) -> None:
    """Noise at a low rate for a small file; a further box of random bytes makes it as large as was asked."""
    noise = np.random.default_rng(1)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as output:
        stream = output.add_stream("libx264", rate=Fraction(FPS))
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 500_000
        for _ in range(FRAMES):
            picture = noise.integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        output.mux(stream.encode())
    more = size_bytes - path.stat().st_size
    if more < 16:
        return
    with path.open("ab") as film:
        film.write(struct.pack(">I4sQ", 1, b"mdat", more))
        more -= 16
        while more:
            block = os.urandom(min(more, _BLOCK_BYTES))
            film.write(block)
            more -= len(block)


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
