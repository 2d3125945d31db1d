"""The model's own frames kept without loss, for masters.

FFV1 version 3 in Matroska, 16 bits a channel: an archive's format, each slice with a checksum, read by every FFmpeg.
Sixteen bits are more than any decoder of a model gives, so nothing of a frame is lost that a master could show.

Source: RFC 9043 (FFV1), RFC 9559 (Matroska).
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np

from core.media_store import disk_errors
from generation.engines.base import AnyFrame
from generation.spec import RenderSpec

_LEVELS_PER_8_BIT = 257
_FORMAT = "gbrp16le"
SUFFIX = ".mkv"


class FramesKeeper:
    """Writes the frames of one clip as they come. Use as a context manager; `finish` closes the file."""

    def __init__(self, path: Path, spec: RenderSpec) -> None:
        self._path, self._size, self._fps = path, (spec.width, spec.height), spec.fps
        self._count = 0

    def __enter__(self) -> Self:
        with disk_errors():
            self._container = av.open(
                str(self._path), "w", format="matroska", options={"fflags": "+bitexact"}
            )
        stream = self._container.add_stream("ffv1", rate=self._fps)
        stream.width, stream.height = self._size
        stream.pix_fmt = _FORMAT
        stream.options = {"level": "3", "slicecrc": "1", "flags": "+bitexact"}
        self._stream = stream
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def write(self, frame: AnyFrame) -> None:
        """Add the next frame, in levels from 0 to 255 that need not be whole.

        Raises:
            DiskFull: it could not be written.
        """
        levels = np.rint(frame.astype(np.float64) * _LEVELS_PER_8_BIT).astype(np.uint16)
        coded = av.VideoFrame.from_ndarray(levels, format=_FORMAT)
        coded.pts, coded.time_base = self._count, 1 / self._fps
        self._count += 1
        with disk_errors():
            self._container.mux(self._stream.encode(coded))

    def finish(self) -> int:
        """Write what is left; how many frames there are."""
        with disk_errors():
            self._container.mux(self._stream.encode(None))
            self._container.close()
        return self._count
