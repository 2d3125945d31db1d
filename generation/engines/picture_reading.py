"""A picture read from memory as a model is shown it or trained on it: one decoder, within limits. Without torch.

Whoever looks at one before a model does reads it here too, so that both see the same.
"""

from __future__ import annotations

import io
import struct

from PIL import Image, ImageOps

from generation.engines.given import PICTURE_TYPES, ReferencePicture
from generation.errors import ReferencePictureUnusable

_MOST_PIXELS = 2**24
# Of what an adapter is trained on: a camera's stills, which are made small before a model gets them.
MOST_PIXELS_TRAINED_ON = 2**26
_LEAST_SIDE = 32
# What is longer leaves no pixel of its shorter side, fitted into a small clip.
_MOST_RATIO = 8
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr"})
_WHITE = (255, 255, 255, 255)


def read_picture(picture: ReferencePicture, *, most_pixels: int = _MOST_PIXELS) -> Image.Image:
    """`picture` in RGB and upright. What is transparent is white, as the classes fill what a picture does not cover.

    Raises:
        ReferencePictureUnusable: it cannot be read, or has no size that a model is given.
    """
    try:
        with Image.open(io.BytesIO(picture.content), formats=[PICTURE_TYPES[picture.content_type]]) as opened:
            _check_size(picture.name, opened, most_pixels)
            return _as_rgb(picture.name, ImageOps.exif_transpose(opened))
    except (
        *(OSError, ValueError, SyntaxError, KeyError, IndexError, TypeError, struct.error),
        *(Image.DecompressionBombError, Image.DecompressionBombWarning),
    ) as error:
        raise ReferencePictureUnusable(
            picture.name, f"it cannot be read as what it was handed in as ({type(error).__name__})"
        ) from error


def _check_size(name: str, opened: Image.Image, most_pixels: int) -> None:
    longer, shorter = max(opened.size), min(opened.size)
    if opened.width * opened.height > most_pixels:
        raise ReferencePictureUnusable(name, f"it has more than {most_pixels} pixels")
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
