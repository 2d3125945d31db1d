"""Some frames of a video file, read in a process of its own as `examining` reads strangers' files."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from core.digests import sha256_hex_of_file
from provenance import decoding
from provenance.errors import SourceUnusable
from provenance.examining import limit_s_of, limit_this_process, reader_environment

# Twice what 8K has: no file that the product made is larger, and a few such pictures fit into a reader's memory.
_MOST_PIXELS = 2**26


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which frames, counted from 0 and without the last, and in what size in pixels."""

    first_frame: int
    end_frame: int
    width: int
    height: int


def frames_of(path: Path, wanted: Wanted, *, file_sha256: str) -> npt.NDArray[np.uint8]:
    """The frames as uint8 (count, height, width, 3): RGB by BT.709, full range.

    Args:
        path: a file that the product signed and kept.
        wanted: which frames of its first video stream.
        file_sha256: of the whole file; another one is not read.

    Raises:
        SourceUnusable: it is not there, is another file, does not decode, or has fewer frames.
    """
    if not path.is_file() or sha256_hex_of_file(path) != file_sha256:
        raise SourceUnusable("The kept file is not there, or is not the one that was signed.")
    limit_s = limit_s_of(path.stat().st_size)
    project = Path(__file__).resolve().parents[1]
    said = {"path": str(path.resolve()), "cpu_limit_s": limit_s, **asdict(wanted)}
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "provenance.frame_reading"],
            input=json.dumps(said).encode(),
            capture_output=True,
            timeout=limit_s,
            check=False,
            cwd=project,
            env=reader_environment(project),
        )
    except subprocess.TimeoutExpired:
        raise SourceUnusable(f"Reading its frames took longer than {limit_s} seconds.") from None
    shape = (wanted.end_frame - wanted.first_frame, wanted.height, wanted.width, 3)
    if finished.returncode != 0 or len(finished.stdout) != np.prod(shape):
        said_last = finished.stderr[-500:].decode(errors="replace").strip().splitlines()[-1:]
        raise SourceUnusable(f"Its frames cannot be read: {''.join(said_last) or 'there are fewer'}")
    return np.frombuffer(finished.stdout, np.uint8).reshape(shape).copy()


def _read(path: Path, wanted: Wanted) -> bytes:
    kept: list[bytes] = []
    with decoding.opened(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        # Refused before room is made for it, whatever the container says of the size.
        stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
        for index, frame in enumerate(container.decode(stream)):
            if index >= wanted.end_frame:
                break
            if index >= wanted.first_frame:
                kept.append(_as_rgb(frame, wanted).tobytes())
    return b"".join(kept)


def _as_rgb(frame: av.VideoFrame, wanted: Wanted) -> npt.NDArray[np.uint8]:
    # Both matrices are named: FFmpeg converts by BT.601 unless told otherwise.
    picture = frame.reformat(
        width=wanted.width,
        height=wanted.height,
        format="rgb24",
        interpolation=Interpolation.AREA,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(picture.to_ndarray(), dtype=np.uint8)


def main() -> None:
    said = json.load(sys.stdin)
    path = Path(said.pop("path"))
    limit_this_process(said.pop("cpu_limit_s"))
    sys.stdout.buffer.write(_read(path, Wanted(**said)))


if __name__ == "__main__":
    main()
