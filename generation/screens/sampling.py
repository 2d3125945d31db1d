"""Which frames of a film a screen looks at: three a second, and the first of every shot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace

from generation.screens.protocols import Frame
from provenance import decoding

PER_SECOND = 3
LONGEST_SIDE = 1280
# As `provenance.frame_reading`: more than any file that the product makes.
_MOST_PIXELS = 2**26
# Of a picture of 32 columns: mean difference of luma, 0 to 1, from one frame to the next that makes a cut.
_CUT = 0.12
_THUMB = (32, 18)
_STILLS = {"mjpeg", "png", "webp", "tiff", "gif"}


@dataclass(frozen=True, slots=True)
class Sample:
    """One frame, and its time from the start in seconds."""

    frame: Frame
    at_s: float


def samples_of(source: Path | BinaryIO, *, container: str | None = None) -> Iterator[Sample]:
    """The frames of a file that a screen looks at, in order; none where it has no pictures.

    Args:
        source: where it lies, or a file in memory.
        container: read as this one and no other, where whoever uses it reads it so.

    Raises:
        av.FFmpegError, OSError, ValueError: it does not open or decode.
    """
    with decoding.opened(source, container=container) as film:
        if not film.streams.video:
            return
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1
        # Refused before room is made for it, whatever the container says of the size.
        stream.codec_context.options = {"max_pixels": str(_MOST_PIXELS)}
        is_still = stream.codec_context.name in _STILLS
        rate = float(stream.average_rate or 25)
        before: npt.NDArray[np.float32] | None = None
        due = 0.0
        for index, frame in enumerate(film.decode(stream)):
            at_s = index / rate
            thumb = _thumb(frame)
            cut = before is not None and float(np.abs(thumb - before).mean()) > _CUT
            before = thumb
            if at_s + 1e-6 >= due or cut:
                yield Sample(_as_rgb(frame, is_still=is_still), at_s)
                due = at_s + 1 / PER_SECOND


def _thumb(frame: av.VideoFrame) -> npt.NDArray[np.float32]:
    width, height = _THUMB
    small = frame.reformat(width=width, height=height, format="gray")
    return np.asarray(small.to_ndarray(), dtype=np.float32) / np.float32(255)


def _as_rgb(frame: av.VideoFrame, *, is_still: bool) -> Frame:
    factor = min(1.0, LONGEST_SIDE / max(frame.width, frame.height))
    width, height = max(2, round(frame.width * factor)), max(2, round(frame.height * factor))
    if is_still:
        picture = frame.reformat(width=width, height=height, format="rgb24")
    else:
        # Both matrices are named: FFmpeg converts by BT.601 unless told otherwise.
        picture = frame.reformat(
            width=width,
            height=height,
            format="rgb24",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
    return np.asarray(picture.to_ndarray(), dtype=np.uint8)
