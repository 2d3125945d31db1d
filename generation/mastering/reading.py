"""The pictures of a master's source, decoded in a process of its own that has limits.

The product made these files, and a disk is where somebody may have put another one. So the native decoders run where
a crash, a loop or a picture of a million rows costs a master and not the worker: limits on memory, processor time and
files, none of our secrets, one named container and one named codec, and no picture larger than the record says.
Pictures come one by one through a pipe, so that a clip is never in memory.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace

from generation.mastering.picture import FloatPicture
from generation.mastering.values import MasterSource
from provenance import decoding
from provenance.examining import limit_s_of, limit_this_process, reader_environment

# Of the reader's silence, while it is waited for.
_LONGEST_SILENCE_S = 60
# What the slowest decoder measured does in a second, with room: FFV1 of 16 bits, one thread.
_SLOWEST_PIXELS_PER_S = 2_000_000
# A codec works in blocks, so it holds a little more than is shown.
_BLOCK = 64
_UNFIT = 3


class SourceUnreadable(Exception):
    """The file that a master is made from holds something else than its record says, or does not decode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceClip:
    """What a source holds by its record. Sizes in pixels."""

    source: MasterSource
    width: int
    height: int
    frames: int


@dataclass(frozen=True, slots=True)
class _Coding:
    """How a source is coded. `levels` is the highest level of its pictures."""

    container: str
    codec: str
    pixels: str
    levels: int

    @property
    def dtype(self) -> np.dtype[np.unsignedinteger]:
        return np.dtype("<u2" if self.levels > 255 else "u1")  # noqa: PLR2004 - a byte's


_CODINGS = {
    MasterSource.KEPT_FRAMES: _Coding("matroska", "ffv1", "gbrp16le", 65535),
    MasterSource.SIGNED_FILE: _Coding("mov", "h264", "rgb24", 255),
}


@contextmanager
def pictures_in(path: Path, clip: SourceClip) -> Iterator[Iterator[FloatPicture]]:
    """The pictures of the file at `path`, in order, for the length of the block; its reader ends with it.

    Asking for the next picture raises what is wrong:

    Raises:
        SourceUnreadable: see there; also where it holds more or fewer pictures than `clip` says.
    """
    project = Path(__file__).resolve().parents[2]
    said = {"path": str(path.resolve()), "cpu_limit_s": _limit_s(path, clip), **asdict(clip)}
    with TemporaryFile() as complaints:
        reader = subprocess.Popen(
            [sys.executable, "-m", "generation.mastering.reading"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=complaints,
            cwd=project,
            env=reader_environment(project),
        )
        try:
            yield _received(reader, clip, said, complaints)
        finally:
            reader.kill()
            for pipe in (reader.stdin, reader.stdout):
                if pipe is not None:
                    pipe.close()
            reader.wait()


def _limit_s(path: Path, clip: SourceClip) -> int:
    pixels = clip.width * clip.height * clip.frames
    return limit_s_of(path.stat().st_size) + pixels // _SLOWEST_PIXELS_PER_S


def _received(
    reader: subprocess.Popen[bytes], clip: SourceClip, said: dict[str, object], complaints: IO[bytes]
) -> Iterator[FloatPicture]:
    if reader.stdin is None or reader.stdout is None:
        raise RuntimeError("The reader was started without its pipes.")
    try:
        reader.stdin.write(json.dumps(said).encode())
        reader.stdin.close()
    except BrokenPipeError:
        pass  # it ended before it was asked; what it said is told below
    coding = _CODINGS[clip.source]
    size = clip.width * clip.height * 3 * coding.dtype.itemsize
    descriptor = reader.stdout.fileno()
    with selectors.DefaultSelector() as waiting:
        waiting.register(descriptor, selectors.EVENT_READ)
        for _ in range(clip.frames):
            content = _exactly(descriptor, size, waiting)
            if len(content) < size:
                raise SourceUnreadable(_told(reader, complaints))
            levels = np.frombuffer(content, coding.dtype).reshape(clip.height, clip.width, 3)
            yield levels.astype(np.float32) / np.float32(coding.levels)
        rest = _exactly(descriptor, 1, waiting)
    if rest or reader.wait(_LONGEST_SILENCE_S) != 0:
        raise SourceUnreadable(_told(reader, complaints))


def _exactly(descriptor: int, size: int, waiting: selectors.BaseSelector) -> bytes:
    """So many bytes; fewer where the reader has ended."""
    content = bytearray()
    while len(content) < size:
        if not waiting.select(_LONGEST_SILENCE_S):
            raise SourceUnreadable(f"Reading it gave nothing for {_LONGEST_SILENCE_S} seconds.")
        block = os.read(descriptor, min(size - len(content), 2**20))
        if not block:
            break
        content += block
    return bytes(content)


def _told(reader: subprocess.Popen[bytes], complaints: IO[bytes]) -> str:
    code = reader.wait(_LONGEST_SILENCE_S)
    if code != _UNFIT:
        return "The file that the master is made from does not decode within the memory and time that it may take."
    complaints.seek(0)
    lines = complaints.read()[-500:].decode(errors="replace").strip().splitlines()
    return f"The file that the master is made from is not what its record says: {lines[-1] if lines else ''}."


def _write(path: Path, clip: SourceClip, target: BinaryIO) -> None:
    """Decode in this process.

    Raises:
        SourceUnreadable: see there.
        av.FFmpegError, OSError, ValueError: it does not open or decode.
    """
    coding, shown = _CODINGS[clip.source], (clip.width, clip.height)
    with decoding.opened(path) as container:
        if coding.container not in container.format.name.split(","):
            raise SourceUnreadable(f"it is {container.format.name}")
        if not container.streams.video:
            raise SourceUnreadable("it holds no video")
        stream = container.streams.video[0]
        context = stream.codec_context
        if stream.codec.canonical_name != coding.codec:
            raise SourceUnreadable(f"it is coded as {stream.codec.canonical_name}")
        if (context.width, context.height) != shown:
            raise SourceUnreadable(f"its pictures are {context.width}x{context.height}")
        context.thread_count = 1
        # What stands inside the stream may be larger than what the container says of it.
        context.options = {"max_pixels": str((clip.width + _BLOCK) * (clip.height + _BLOCK))}
        count = 0
        for count, frame in enumerate(container.decode(stream), start=1):
            if count > clip.frames:
                raise SourceUnreadable(f"more than {clip.frames} pictures are in it")
            if (frame.width, frame.height) != shown:
                raise SourceUnreadable(f"picture {count} is {frame.width}x{frame.height}")
            target.write(_levels(frame, coding).tobytes())
        if count < clip.frames:
            raise SourceUnreadable(f"{count} of {clip.frames} pictures are in it")


def _levels(frame: av.VideoFrame, coding: _Coding) -> npt.NDArray[np.unsignedinteger]:
    if coding.codec == "h264":
        # Both matrices are named: FFmpeg converts by BT.601 unless told otherwise.
        frame = frame.reformat(
            format=coding.pixels,
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
    return np.ascontiguousarray(frame.to_ndarray(format=coding.pixels), coding.dtype)


def main() -> None:
    said = json.load(sys.stdin)
    path, limit_s = Path(said.pop("path")), said.pop("cpu_limit_s")
    limit_this_process(limit_s)
    clip = SourceClip(**said | {"source": MasterSource(said["source"])})
    try:
        _write(path, clip, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    except SourceUnreadable as unfit:
        _give_up(str(unfit))
    except (av.FFmpegError, OSError, ValueError) as failure:
        _give_up(f"it does not open and decode to its end ({failure})")


def _give_up(why: str) -> None:
    print(why, file=sys.stderr)  # noqa: T201 - the parent reads it
    sys.exit(_UNFIT)


if __name__ == "__main__":
    main()
