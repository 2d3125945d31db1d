"""Frames in floats to the planes of a codec: BT.709, limited range, computed here.

FFmpeg's own conversion works in fifteen bits, uses BT.601 unless told otherwise and dithers where it likes. A
master's pixels are worth a few lines of arithmetic that anybody can check.

Source: ITU-R BT.709-6, items 3.2 to 3.5 and 5; the chroma of 4:2:0 and 4:2:2 stands where the left one of two luma
samples stands, as H.264, HEVC and ProRes have it by default.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import Interpolation

# float32 (height, width, 3): RGB from 0 to 1, the transfer function still in it.
FloatPicture: TypeAlias = npt.NDArray[np.float32]
_Plane: TypeAlias = npt.NDArray[np.float32]

BT709 = 1
LIMITED_RANGE = 1
_RED, _GREEN, _BLUE = 0.2126, 0.7152, 0.0722
_MOST_16 = 65535


@dataclass(frozen=True, slots=True)
class PixelFormat:
    """A planar format as FFmpeg names it. `halves` say whether chroma has half the width, half the height."""

    name: str
    bits: int
    halves: tuple[bool, bool]


YUV420P = PixelFormat("yuv420p", 8, (True, True))
YUV420P10 = PixelFormat("yuv420p10le", 10, (True, True))
YUV422P10 = PixelFormat("yuv422p10le", 10, (True, False))
YUV444P10 = PixelFormat("yuv444p10le", 10, (False, False))


def scaled(picture: FloatPicture, *, width: int, height: int) -> FloatPicture:
    """`picture` in another size by Lanczos, in 16 bits a channel; itself where it has that size."""
    if picture.shape[:2] == (height, width):
        return picture
    whole = np.rint(picture * _MOST_16).astype(np.uint16)
    frame = av.VideoFrame.from_ndarray(whole, format="gbrp16le").reformat(
        width=width, height=height, interpolation=Interpolation.LANCZOS
    )
    larger: FloatPicture = frame.to_ndarray(format="gbrp16le").astype(np.float32) / np.float32(_MOST_16)
    return larger


def coded_frame(picture: FloatPicture, pixels: PixelFormat) -> av.VideoFrame:
    """`picture` as a frame with its tags: some encoders take them from it and not from their own settings."""
    height, width = picture.shape[:2]
    frame = av.VideoFrame(width, height, pixels.name)
    for place, plane in enumerate(_planes(picture, pixels)):
        _fill(frame.planes[place], plane)
    frame.color_primaries = frame.color_trc = frame.colorspace = BT709
    frame.color_range = LIMITED_RANGE
    return frame


def _planes(picture: FloatPicture, pixels: PixelFormat) -> list[npt.NDArray[np.generic]]:
    red, green, blue = (picture[..., channel] for channel in range(3))
    luma = _RED * red + _GREEN * green + _BLUE * blue
    chroma = ((blue - luma) / (2 * (1 - _BLUE)), (red - luma) / (2 * (1 - _RED)))
    step = 1 << (pixels.bits - 8)
    levels = [(16 + 219 * luma) * step]
    levels += [(128 + 224 * _thinned(one, pixels.halves)) * step for one in chroma]
    kind = np.uint8 if pixels.bits == 8 else np.uint16  # noqa: PLR2004 - bits of a byte
    return [np.rint(one).astype(kind) for one in levels]


def _thinned(whole: _Plane, halves: tuple[bool, bool]) -> _Plane:
    plane: npt.NDArray[np.floating] = whole
    across, down = halves
    if across:
        padded = np.pad(plane, ((0, 0), (1, 1)), mode="edge")
        plane = ((padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]) / 4)[:, ::2]
    if down:
        plane = (plane[::2] + plane[1::2]) / 2
    return plane.astype(np.float32)


def _fill(target: av.video.plane.VideoPlane, content: npt.NDArray[np.generic]) -> None:
    """Put `content` into a plane whose rows may be longer than it."""
    row_bytes = target.line_size
    padded = np.zeros((target.height, row_bytes), np.uint8)
    tight = np.ascontiguousarray(content).view(np.uint8).reshape(content.shape[0], -1)
    padded[:, : tight.shape[1]] = tight
    target.update(padded.tobytes())
