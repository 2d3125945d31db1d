"""Clips for training out of sources in memory: images held still, and stretches of clips. Without torch.

Sources come from outside, and are read in the process at the device, which holds no key and may be killed: only by
the decoders that their media type names, from memory alone, so that nothing in them leads to another file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from generation.engines.given import CLIP_TYPES, PICTURE_TYPES, ReferencePicture
from generation.engines.picture_reading import MOST_PIXELS_TRAINED_ON, read_picture
from generation.errors import ReferencePictureUnusable, SourceUnreadable
from generation.training_spec import TrainingPicture, TrainingSpec

Clip = npt.NDArray[np.uint8]

_MOST_PIXELS = 64 * 2**20
# Of each clip among the sources, one after the other.
_MOST_STRETCHES = 8
_CODECS = frozenset({"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "prores", "mjpeg", "ffv1"})


def training_clips(pictures: Sequence[TrainingPicture], spec: TrainingSpec) -> list[Clip]:
    """Clips of uint8 (frames, height, width, 3), sRGB, as long and as large as `spec` says; the sources are wiped.

    What is not of the clip's proportions is cut at its longer sides, in the middle.

    Raises:
        SourceUnreadable: one of them cannot be read, naming which.
    """
    clips: list[Clip] = []
    try:
        for number, picture in enumerate(pictures, 1):
            try:
                found = list(_clips_of(picture, spec))
            except ReferencePictureUnusable as refusal:
                raise SourceUnreadable(number, refusal.why) from refusal
            except (OSError, ValueError, av.FFmpegError) as error:
                raise SourceUnreadable(number, type(error).__name__) from error
            if not found:
                raise SourceUnreadable(number, "it has no pictures")
            clips += found
    finally:
        for picture in pictures:
            picture.wipe()
    return clips


def _clips_of(picture: TrainingPicture, spec: TrainingSpec) -> Iterator[Clip]:
    if picture.content_type in PICTURE_TYPES:
        # Read as whoever looks at it before reads it: neither sees what the other does not.
        still = ReferencePicture("", picture.content_type, picture.content)
        fitted = _fitted(read_picture(still, most_pixels=MOST_PIXELS_TRAINED_ON), spec)
        yield np.repeat(fitted[None], spec.frames, axis=0)
    elif picture.content_type in CLIP_TYPES:
        yield from _stretches(io.BytesIO(picture.content), CLIP_TYPES[picture.content_type], spec)
    else:
        raise ValueError(picture.content_type)


def _stretches(content: io.BytesIO, container: str, spec: TrainingSpec) -> Iterator[Clip]:
    """The clip at the rate of the model, in stretches; one that is too short holds its last picture."""
    frames: list[Clip] = []
    # PyAV says few types.
    film: Any
    with av.open(content, mode="r", format=container) as film:
        stream = film.streams.video[0] if film.streams.video else None
        if stream is None or stream.codec_context.name not in _CODECS:
            return
        stream.thread_type = "NONE"
        for frame in film.decode(stream):
            if frame.width * frame.height > _MOST_PIXELS:
                raise ValueError("too many pixels")
            # A rate lower than the model's repeats none: what is there is taken as it comes.
            if frame.time is not None and frame.time * spec.fps + 1e-3 < len(frames):
                continue
            frames.append(_fitted(frame.to_image(), spec))
            if len(frames) == spec.frames * _MOST_STRETCHES:
                break
    if frames and len(frames) < spec.frames:
        frames += [frames[-1]] * (spec.frames - len(frames))
    for start in range(0, len(frames) - spec.frames + 1, spec.frames):
        yield np.stack(frames[start : start + spec.frames])


def _fitted(image: Image.Image, spec: TrainingSpec) -> Clip:
    return np.asarray(ImageOps.fit(image, (spec.width, spec.height), Image.Resampling.LANCZOS))
