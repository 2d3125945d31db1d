"""Reference pictures for one render: read from memory, given to the class, and overwritten when it ends.

A picture of a person is a likeness, so none may outlive its job. They come from outside, and are read in the process
at the device, which holds no key and may be killed: only by the decoder that their media type names, so that nothing
in them leads to another file.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from PIL import Image, ImageOps

from generation.engines.given import PICTURE_TYPES, ReferencePicture
from generation.errors import ReferencePictureUnusable

_MOST_PIXELS = 2**24
_LEAST_SIDE = 32
# What is longer leaves no pixel of its shorter side, fitted into a small clip.
_MOST_RATIO = 8
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})
_WHITE = (255, 255, 255, 255)


@contextmanager
def shown(pipeline: Any, pictures: Sequence[ReferencePicture]) -> Iterator[list[Image.Image]]:  # noqa: ANN401 - diffusers is untyped
    """`pictures` in RGB, upright, for the length of the block; their contents are overwritten once read.

    What is transparent is white, as the classes fill what a picture does not cover. After the block nothing of them
    is left in the images themselves or in what the encoder of `pipeline` remembers.

    Raises:
        ReferencePictureUnusable: one of them cannot be read, or has no size that a model is given.
    """
    images: list[Image.Image] = []
    try:
        try:
            images.extend(_read(one) for one in pictures)
        finally:
            for one in pictures:
                one.wipe()
        yield images
    finally:
        for image in images:
            _overwrite(image)
        if images:
            forget(pipeline)


def forget(pipeline: Any) -> None:  # noqa: ANN401 - as above
    """Have the encoder forget what it saw last.

    Raises:
        RuntimeError: it did not. Whoever renders next would get somebody's likeness.
    """
    vae = pipeline.vae
    if hasattr(vae, "clear_cache"):
        vae.clear_cache()
    left = [one for one in getattr(vae, "_enc_feat_map", None) or () if isinstance(one, torch.Tensor)]
    if left:
        raise RuntimeError(
            f"{len(left)} parts of a picture are still in the encoder. It must not render again."
        )


def _read(picture: ReferencePicture) -> Image.Image:
    try:
        with Image.open(io.BytesIO(picture.content), formats=[PICTURE_TYPES[picture.content_type]]) as opened:
            _check_size(picture.name, opened)
            return _as_rgb(picture.name, ImageOps.exif_transpose(opened))
    except (
        *(OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, struct.error),
        *(Image.DecompressionBombError, Image.DecompressionBombWarning),
    ) as error:
        raise ReferencePictureUnusable(
            picture.name, f"it cannot be read as what it was handed in as ({type(error).__name__})"
        ) from error


def _check_size(name: str, opened: Image.Image) -> None:
    longer, shorter = max(opened.size), min(opened.size)
    if opened.width * opened.height > _MOST_PIXELS:
        raise ReferencePictureUnusable(name, f"it has more than {_MOST_PIXELS} pixels")
    if shorter < _LEAST_SIDE or longer > _MOST_RATIO * shorter:
        raise ReferencePictureUnusable(
            name,
            f"it has {opened.width}x{opened.height} pixels; a side has at least {_LEAST_SIDE}, and at most "
            f"{_MOST_RATIO} times as many as the other",
        )


def _as_rgb(name: str, image: Image.Image) -> Image.Image:
    if image.mode not in _MODES:
        raise ReferencePictureUnusable(name, "it has more than eight bits a channel")
    if not image.has_transparency_data:
        # A copy also where it is RGB already: it is overwritten, and is ours alone.
        return image.copy() if image.mode == "RGB" else image.convert("RGB")
    backed = Image.new("RGBA", image.size, _WHITE)
    backed.alpha_composite(image.convert("RGBA"))
    return backed.convert("RGB")


def _overwrite(image: Image.Image) -> None:
    image.paste((0, 0, 0), (0, 0, *image.size))
    if image.getbbox() is not None:
        raise RuntimeError("A reference picture is still in memory. This process must not render again.")
