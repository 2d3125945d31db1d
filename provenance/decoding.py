"""Does a video play, and is it what was said? The SDK signs broken pictures without complaint."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import av
import av.container

from provenance.errors import SourceUnusable

# Containers that are opened at all. Left out on purpose: playlists (hls, dash, concat), which name further files to
# read, and the demuxer for terminal art, which finds a video in any text.
_CONTAINERS = (
    "mov,matroska,webm,avi,mpegts,mxf,ogg,flv,wav,flac,mp3,gif,jpeg_pipe,png_pipe,webp_pipe,tiff_pipe"
)
_FIRST_FRAMES = 8
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """Counted by decoding every frame. `streams_sha256` is of all packets of picture and sound, in their order."""

    width: int
    height: int
    frames: int
    streams_sha256: str


def video_facts(path: Path, *, meanwhile: Callable[[], None] | None = None) -> VideoFacts:
    """Decode the whole first video stream of the file at `path`.

    `meanwhile` is called with every packet; what it raises ends it.

    Raises:
        SourceUnusable: it does not open, a frame does not decode, or fewer frames are there than it declares.
    """
    digest = hashlib.sha256()
    frames = 0
    try:
        with opened(path) as container:
            if not container.streams.video:
                raise SourceUnusable("The file holds no video.")
            stream = container.streams.video[0]
            for packet in container.demux():
                if meanwhile is not None:
                    meanwhile()
                digest.update(bytes(packet))
                if packet.stream.index == stream.index:
                    frames += len(packet.decode())
            declared, width, height = stream.frames, stream.width, stream.height
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceUnusable(f"The video does not decode: {error}") from error
    if frames == 0:
        raise SourceUnusable("The video holds no frame that decodes.")
    if declared and declared != frames:
        raise SourceUnusable(f"The video declares {declared} frames and {frames} decode: it is cut short.")
    return VideoFacts(width, height, frames, digest.hexdigest())


def streams_sha256(path: Path) -> str:
    """As in `VideoFacts`, without decoding: equal digests play alike.

    Raises:
        SourceUnusable: it does not open or breaks off.
    """
    digest = hashlib.sha256()
    try:
        with opened(path) as container:
            for packet in container.demux():
                digest.update(bytes(packet))
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceUnusable(f"The video does not open: {error}") from error
    return digest.hexdigest()


def pictures_sha256(path: Path) -> str:
    """SHA-256 of what the first frames of picture and sound decode to: equal for files that begin alike.

    Raises:
        SourceUnusable: nothing of it decodes.
    """
    digest = hashlib.sha256()
    decoded = 0
    try:
        with _unnamed(path) as file, av.open(file, mode="r", options=_OPTIONS) as container:
            for frame in islice(container.decode(), _FIRST_FRAMES):
                digest.update(frame.to_ndarray().tobytes())
                decoded += 1
    except (av.FFmpegError, OSError, ValueError) as error:
        raise SourceUnusable(f"The file does not decode: {error}") from error
    if not decoded:
        raise SourceUnusable("Nothing of the file decodes.")
    return digest.hexdigest()


def opens_as_media(path: Path) -> bool:
    """Whether a first frame of picture or sound comes out of the file at `path`."""
    try:
        with opened(path) as container:
            streams = (*container.streams.video[:1], *container.streams.audio[:1])
            for stream in streams:
                # One frame is wanted, and every thread would cost the bounded reader memory.
                stream.codec_context.thread_count = 1
            return any(True for stream in streams for _ in container.decode(stream))
    except (av.FFmpegError, OSError, ValueError):
        return False


@contextmanager
def opened(source: Path | BinaryIO, *, container: str | None = None) -> Iterator[av.container.InputContainer]:
    """A file, or one in memory, as FFmpeg opens a stranger's: without its name, and only as a container on the list.

    With `container` as that one, whatever it looks like.

    Raises:
        av.FFmpegError, OSError, ValueError: it does not open.
    """
    with (
        _unnamed(source) if isinstance(source, Path) else nullcontext(source) as file,
        av.open(file, mode="r", format=container, options=_OPTIONS) as film,
    ):
        yield film


def _unnamed(path: Path) -> BinaryIO:
    """The file without its name: FFmpeg takes a name for a pattern of further files to open, and for a format."""
    return os.fdopen(os.open(path, os.O_RDONLY), "rb")
