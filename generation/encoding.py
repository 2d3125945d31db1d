"""Frames to an MP4 that shows the colours it was given, with a poster and a contact sheet of the same frames.

The file is complete when `finish` returns, its index last: signing puts that first when it makes room for the
credential, and nothing may rewrite the file after.
"""

from __future__ import annotations

import io
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, Interpolation
from PIL import Image

from core.media_store import disk_errors

# ITU-T H.273 code points, as FFmpeg numbers them: BT.709 for primaries, transfer and matrix; 1 is limited range.
_BT709 = 1
_LIMITED_RANGE = 1
# Visually lossless for generated material, which has little noise; measured on delivered clips.
_CRF = 17
# Frames waiting for the encoder. Enough to overlap with decoding, small enough for 4K.
_QUEUE = 8
_ENCODER_THREADS = 2
_SHEET_FRAMES = 5
_SHEET_FRAME_WIDTH = 256
_JPEG_QUALITY = 90
_DIMENSIONS = 3
# Gives a frame of the same kind and size.
Marker: TypeAlias = Callable[[npt.NDArray[np.uint8]], npt.NDArray[np.uint8]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What the file shows. `width` and `height` are whole multiples of the frames' own size."""

    width: int
    height: int
    num_frames: int
    fps: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """A finished file. Sizes in pixels; the JPEGs are of the same frames, unscaled in the poster's case."""

    path: Path
    frames: int
    width: int
    height: int
    generated_width: int
    generated_height: int
    fps: Fraction
    size_bytes: int
    poster_jpeg: bytes
    contact_sheet_jpeg: bytes


class WrongFrames(RuntimeError):
    """The engine gave other frames than it promised: a defect, not a refusal."""


class _Stopped(Exception):
    """The writer's context ended early; the encoder gives up what it has."""


class VideoWriter:
    """Encodes in a thread of its own while the caller is still decoding.

    Use as a context manager; `finish` gives the result. Left by an exception, it stops the encoder and leaves an
    unusable file behind, which its owner removes.
    """

    def __init__(self, path: Path, delivery: Delivery, *, mark: Marker | None = None) -> None:
        """`mark` is put over each frame before anything else sees it."""
        self._path = path
        self._mark = mark
        self._delivery = delivery
        self._frames: queue.Queue[npt.NDArray[np.uint8] | None] = queue.Queue(_QUEUE)
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._encoded: Encoded | None = None
        self._thread = threading.Thread(target=self._run, name="encoder", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def write(self, frame: npt.NDArray[np.uint8]) -> None:
        """Add the next frame, uint8 (height, width, 3) RGB full range; waits while the encoder is behind.

        Raises:
            DiskFull: the encoder could not write.
        """
        self._put(frame)

    def finish(self) -> Encoded:
        """Wait for the encoder and return what it wrote.

        Raises:
            DiskFull: the encoder could not write.
            WrongFrames: fewer or more frames than announced, or of changing size.
        """
        self._put(None)
        self._thread.join()
        self._check()
        if self._encoded is None:
            raise WrongFrames("The encoder ended without a result.")
        return self._encoded

    def _put(self, item: npt.NDArray[np.uint8] | None) -> None:
        while True:
            self._check()
            try:
                self._frames.put(item, timeout=0.5)
            except queue.Full:
                continue
            return

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            with disk_errors():
                self._encoded = _encode(self._arriving(), self._path, self._delivery)
        except _Stopped:
            return
        except BaseException as failure:  # noqa: BLE001 - raised again in the caller's thread
            self._failure = failure

    def _arriving(self) -> Iterator[npt.NDArray[np.uint8]]:
        while True:
            try:
                frame = self._frames.get(timeout=0.5)
            except queue.Empty:
                if self._stop.is_set():
                    raise _Stopped from None
                continue
            if frame is None:
                return
            if self._stop.is_set():
                raise _Stopped
            yield self._mark(frame) if self._mark is not None and _is_picture(frame) else frame


def _encode(frames: Iterator[npt.NDArray[np.uint8]], path: Path, delivery: Delivery) -> Encoded:
    stills = _Stills(delivery)
    count = 0
    shape: tuple[int, ...] | None = None
    with _mp4(path, delivery) as (container, stream):
        for count, frame in enumerate(frames, start=1):
            shape = shape or frame.shape
            _check_frame(frame, shape, count, delivery)
            stills.take(count - 1, frame)
            picture = _to_yuv(frame, delivery)
            picture.pts = count - 1
            picture.time_base = 1 / delivery.fps
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    if shape is None or count != delivery.num_frames:
        raise WrongFrames(f"{count} frames arrived, {delivery.num_frames} were announced.")
    return Encoded(
        path=path,
        frames=count,
        width=delivery.width,
        height=delivery.height,
        generated_width=shape[1],
        generated_height=shape[0],
        fps=delivery.fps,
        size_bytes=path.stat().st_size,
        poster_jpeg=stills.poster(),
        contact_sheet_jpeg=stills.contact_sheet(),
    )


@contextmanager
def _mp4(path: Path, delivery: Delivery) -> Iterator[tuple[Any, Any]]:
    """An open container and its video stream; `write_colr` puts the colour tags into the MP4 itself."""
    options = {"movflags": "write_colr", "video_track_timescale": str(delivery.fps.numerator)}
    with av.open(str(path), "w", format="mp4", options=options) as container:
        stream = container.add_stream("libx264", rate=delivery.fps)
        stream.width, stream.height, stream.pix_fmt = delivery.width, delivery.height, "yuv420p"
        stream.time_base = 1 / delivery.fps
        stream.options = {"crf": str(_CRF), "preset": "medium"}
        context = stream.codec_context
        context.time_base = 1 / delivery.fps
        context.thread_count = _ENCODER_THREADS
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = _LIMITED_RANGE
        yield container, stream


def _to_yuv(frame: npt.NDArray[np.uint8], delivery: Delivery) -> av.VideoFrame:
    """`frame` scaled and converted with the BT.709 matrix.

    Both matrices are named because FFmpeg converts RGB with BT.601 unless told otherwise; tagging that as BT.709
    would shift every colour. Some encoders read the tags from the frame and not from the codec.
    """
    picture = av.VideoFrame.from_ndarray(frame, format="rgb24").reformat(
        width=delivery.width,
        height=delivery.height,
        format="yuv420p",
        interpolation=Interpolation.LANCZOS,
        src_colorspace=Colorspace.ITU709,
        dst_colorspace=Colorspace.ITU709,
        src_color_range=ColorRange.JPEG,
        dst_color_range=ColorRange.MPEG,
    )
    picture.color_primaries = picture.color_trc = picture.colorspace = _BT709
    picture.color_range = _LIMITED_RANGE
    return picture


def _check_frame(
    frame: npt.NDArray[np.uint8], shape: tuple[int, ...], count: int, delivery: Delivery
) -> None:
    if frame.dtype != np.uint8 or frame.shape != shape or frame.shape[2:] != (3,):
        raise WrongFrames(f"Frame {count} is {frame.dtype} {frame.shape}, the first was {shape}.")
    if count > delivery.num_frames:
        raise WrongFrames(f"More than the announced {delivery.num_frames} frames arrived.")
    height, width = shape[:2]
    if delivery.width % width or delivery.height * width != delivery.width * height:
        raise WrongFrames(f"{width}x{height} does not scale to {delivery.width}x{delivery.height}.")


def _is_picture(frame: npt.NDArray[np.uint8]) -> bool:
    """What is none is refused by `_check_frame`, in its own words."""
    return frame.dtype == np.uint8 and frame.ndim == _DIMENSIONS


class _Stills:
    """Keeps the few frames that the poster and the contact sheet show."""

    def __init__(self, delivery: Delivery) -> None:
        last = delivery.num_frames - 1
        self._delivery = delivery
        self._poster_at = last // 2
        self._sheet_at = sorted({round(last * place / (_SHEET_FRAMES - 1)) for place in range(_SHEET_FRAMES)})
        self._kept: dict[int, npt.NDArray[np.uint8]] = {}

    def take(self, index: int, frame: npt.NDArray[np.uint8]) -> None:
        if index == self._poster_at or index in self._sheet_at:
            self._kept[index] = frame.copy()

    def poster(self) -> bytes:
        size = (self._delivery.width, self._delivery.height)
        picture = Image.fromarray(self._kept[self._poster_at])
        return _jpeg(picture.resize(size, Image.Resampling.LANCZOS))

    def contact_sheet(self) -> bytes:
        width = _SHEET_FRAME_WIDTH
        height = max(1, round(width * self._delivery.height / self._delivery.width))
        sheet = Image.new("RGB", (width * len(self._sheet_at), height))
        for place, index in enumerate(self._sheet_at):
            still = Image.fromarray(self._kept[index]).resize((width, height), Image.Resampling.LANCZOS)
            sheet.paste(still, (place * width, 0))
        return _jpeg(sheet)


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
    return target.getvalue()
