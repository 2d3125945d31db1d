"""The frames of a film by a stranger, one after the other, decoded in a process of its own as `examining` does."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import IO, Any

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace

from provenance import decoding
from provenance.errors import SourceUnusable
from provenance.examining import limit_s_of, limit_this_process, reader_environment

# How long one frame may take. The whole may take as long as whoever reads needs for what is made of it.
_LONGEST_FRAME_S = 60
_LONGEST_HEADER = 4096
# ITU-T H.273: BT.470BG and SMPTE 170M, the matrix of standard definition.
_SD_MATRICES = frozenset({5, 6})
_FULL_RANGE = 2


@dataclass(frozen=True, slots=True)
class Film:
    """`frames`: each uint8 (height, width, 3), RGB by BT.709, full range. `fps` as the file declares it."""

    width: int
    height: int
    fps: Fraction
    frames: Iterator[npt.NDArray[np.uint8]]


@contextmanager
def opened_film(path: Path) -> Iterator[Film]:
    """The first picture stream of the file at `path`, which is closed at the end of the block.

    Raises:
        SourceUnusable: it does not open or holds no pictures; while frames are taken, one does not decode, has
            another size, or takes too long.
    """
    project = Path(__file__).resolve().parents[1]
    reader = subprocess.Popen(
        [sys.executable, "-m", "provenance.film_reading"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # What is buffered is not seen by `select`.
        bufsize=0,
        cwd=project,
        env=reader_environment(project),
    )
    if reader.stdin is None or reader.stdout is None:
        raise RuntimeError("Pipes were asked for.")
    try:
        said = {"path": str(path.resolve()), "cpu_limit_s": limit_s_of(path.stat().st_size)}
        with reader.stdin as asking:
            asking.write(json.dumps(said).encode())
        header = _header(reader.stdout)
        width, height = header["width"], header["height"]
        yield Film(
            width,
            height,
            Fraction(header["fps"][0], header["fps"][1] or 1),
            _frames(reader, reader.stdout, (height, width, 3)),
        )
    finally:
        reader.kill()
        reader.wait()
        reader.stdout.close()


def _header(stream: IO[bytes]) -> dict[str, Any]:
    _wait(stream)
    line = stream.readline(_LONGEST_HEADER)
    if not line:
        raise SourceUnusable("It is no film that can be opened.")
    header: dict[str, Any] = json.loads(line)
    return header


def _frames(
    reader: subprocess.Popen[bytes], stream: IO[bytes], shape: tuple[int, int, int]
) -> Iterator[npt.NDArray[np.uint8]]:
    size = shape[0] * shape[1] * shape[2]
    while True:
        content = bytearray()
        while len(content) < size:
            _wait(stream)
            block = stream.read(size - len(content))
            if not block:
                break
            content += block
        if not content:
            break
        if len(content) < size:
            raise SourceUnusable("A frame of the film is cut short.")
        yield np.frombuffer(bytes(content), np.uint8).reshape(shape)
    if reader.wait(_LONGEST_FRAME_S) != 0:
        raise SourceUnusable(
            "A frame of the film does not decode, or needs more memory or time than allowed."
        )


def _wait(stream: IO[bytes]) -> None:
    if not select.select([stream], [], [], _LONGEST_FRAME_S)[0]:
        raise SourceUnusable(f"A frame of the film took longer than {_LONGEST_FRAME_S} seconds.")


def _told(path: Path, out: IO[bytes]) -> None:
    with decoding.opened(path) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        rate = stream.average_rate or Fraction(0)
        frames = container.decode(stream)
        first = next(frames)
        header = {
            "width": first.width,
            "height": first.height,
            "fps": [rate.numerator, rate.denominator],
        }
        out.write(json.dumps(header).encode() + b"\n")
        for frame in chain((first,), frames):
            if (frame.width, frame.height) != (first.width, first.height):
                raise SourceUnusable("The pictures change their size.")
            out.write(_as_rgb(frame).tobytes())
    out.flush()


def _as_rgb(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    # What is untagged is taken for BT.709, as players do of high definition; FFmpeg's own choice is BT.601.
    matrix = Colorspace.ITU601 if int(frame.colorspace) in _SD_MATRICES else Colorspace.ITU709
    full = int(frame.color_range) == _FULL_RANGE
    picture = frame.reformat(
        format="rgb24",
        src_colorspace=matrix,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.JPEG,
    )
    return np.asarray(picture.to_ndarray(), dtype=np.uint8)


def main() -> None:
    said = json.load(sys.stdin)
    limit_this_process(said["cpu_limit_s"])
    _told(Path(said["path"]), sys.stdout.buffer)


if __name__ == "__main__":
    main()
