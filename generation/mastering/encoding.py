"""Pictures to a master's file: exact rate, colours tagged in stream and container.

Every setting stands in the table below. Tags go to the codec and to every frame, because ProRes takes primaries and
transfer from the frame alone; `write_colr` puts them into the container. The file is complete when `encode_master`
returns, its index last: signing puts that first when it makes room for the credential, and nothing may rewrite the
file after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from core.media_store import disk_errors
from generation.mastering.picture import (
    BT709,
    LIMITED_RANGE,
    YUV420P,
    YUV420P10,
    YUV422P10,
    YUV444P10,
    FloatPicture,
    PixelFormat,
    coded_frame,
    scaled,
)
from generation.mastering.values import MasterFormat, MasterSpec

_THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Codec:
    encoder: str
    pixels: PixelFormat
    container: str
    options: dict[str, str] = field(default_factory=dict)
    tag: str | None = None


_TAGGED = "colorprim=bt709:transfer=bt709:colormatrix=bt709:range=limited"
_CODECS = {
    # Quality, not rate, is fixed; the figures are those at which the ramps of the tests stay smooth.
    MasterFormat.H264: _Codec(
        encoder="libx264", pixels=YUV420P, container="mp4", options={"crf": "10", "preset": "medium"}
    ),
    MasterFormat.HEVC_10: _Codec(
        encoder="libx265",
        pixels=YUV420P10,
        container="mp4",
        options={"crf": "10", "preset": "medium", "x265-params": f"log-level=error:{_TAGGED}"},
        # Players of Apple's refuse the other one, hev1.
        tag="hvc1",
    ),
    MasterFormat.PRORES_422_HQ: _Codec(
        encoder="prores_ks", pixels=YUV422P10, container="mov", options={"profile": "3"}
    ),
    MasterFormat.PRORES_4444: _Codec(
        encoder="prores_ks", pixels=YUV444P10, container="mov", options={"profile": "4"}
    ),
    MasterFormat.DNXHR_HQX: _Codec(
        encoder="dnxhd", pixels=YUV422P10, container="mov", options={"profile": "dnxhr_hqx"}
    ),
    MasterFormat.AV1_10: _Codec(
        encoder="libsvtav1",
        pixels=YUV420P10,
        container="mp4",
        options={"crf": "16", "preset": "7", "svtav1-params": "color-primaries=1:transfer-characteristics=1"},
    ),
}


class EncoderFailed(Exception):
    """What was written does not read back as it was meant."""


class FramesMissing(Exception):
    """The source gave fewer or more pictures than it holds by its record."""


def pixels_of(master_format: MasterFormat) -> PixelFormat:
    return _CODECS[master_format].pixels


def encoder_of(master_format: MasterFormat) -> str:
    return _CODECS[master_format].encoder


def encode_master(
    pictures: Iterable[FloatPicture], path: Path, spec: MasterSpec, *, on_frame: Callable[[int], None]
) -> None:
    """Write `pictures` to `path`.

    Args:
        pictures: in order, as many as `spec` says, of one size that scales to it.
        path: of the file to write.
        spec: what it is to be.
        on_frame: called with how many are encoded; an exception from there ends it.

    Raises:
        FramesMissing: see there.
        DiskFull: it could not be written.
        av.FFmpegError: the encoder refused.
    """
    codec = _CODECS[spec.format]
    count = 0
    with disk_errors(), _opened(path, spec, codec) as container:
        stream = _stream(container, spec, codec)
        for count, picture in enumerate(pictures, start=1):
            if count > spec.frames:
                raise FramesMissing(f"More than {spec.frames} frames came.")
            frame = coded_frame(scaled(picture, width=spec.width, height=spec.height), codec.pixels)
            frame.pts, frame.time_base = count - 1, 1 / spec.fps
            container.mux(stream.encode(frame))
            on_frame(count)
        if count != spec.frames:
            raise FramesMissing(f"{count} frames came, and the take has {spec.frames}.")
        for packet in stream.encode(None):
            container.mux(packet)
            on_frame(count)


def _opened(path: Path, spec: MasterSpec, codec: _Codec) -> Any:  # noqa: ANN401 - a container of PyAV's
    return av.open(
        str(path),
        "w",
        format=codec.container,
        options={"movflags": "write_colr", "video_track_timescale": str(spec.fps.numerator)},
    )


def _stream(container: Any, spec: MasterSpec, codec: _Codec) -> Any:  # noqa: ANN401 - PyAV's
    stream = container.add_stream(codec.encoder, rate=spec.fps)
    stream.width, stream.height, stream.pix_fmt = spec.width, spec.height, codec.pixels.name
    stream.time_base = 1 / spec.fps
    stream.options = codec.options
    context = stream.codec_context
    context.time_base = 1 / spec.fps
    context.thread_count = _THREADS
    context.color_primaries = context.color_trc = context.colorspace = BT709
    context.color_range = LIMITED_RANGE
    if codec.tag is not None:
        context.codec_tag = codec.tag
    return stream
