"""Reference pictures for one render: read from memory, given to the class, and overwritten when it ends.

A picture of a person is a likeness, so none may outlive its job. They come from outside, and are read in the process
at the device, which holds no key and may be killed: only by the decoder that their media type names, so that nothing
in them leads to another file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from PIL import Image

from generation.engines.given import ReferencePicture
from generation.engines.picture_reading import read_picture


@contextmanager
def shown(pipeline: Any, pictures: Sequence[ReferencePicture]) -> Iterator[list[Image.Image]]:  # noqa: ANN401 - diffusers is untyped
    """`pictures` as `read_picture` gives them, for the length of the block; their contents are overwritten once read.

    After the block nothing of them is left in the images themselves or in what the encoder of `pipeline` remembers.

    Raises:
        ReferencePictureUnusable: one of them cannot be read, or has no size that a model is given.
    """
    images: list[Image.Image] = []
    try:
        try:
            images.extend(read_picture(one) for one in pictures)
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


def _overwrite(image: Image.Image) -> None:
    image.paste((0, 0, 0), (0, 0, *image.size))
    if image.getbbox() is not None:
        raise RuntimeError("A reference picture is still in memory. This process must not render again.")
