"""Pictures of somebody who is nobody: noise, as files and in custody."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from licensing.custody.cards import AssetCard
from tests.factories.custody import an_asset
from tests.factories.takes import Studio


def a_picture(*, seed: int = 3, width: int = 96, height: int = 64) -> Image.Image:
    """Noise, which no coder makes smaller and no render draws by chance."""
    drawn = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(drawn)


def picture_file(picture: Image.Image | None = None, kind: str = "PNG", **saving: Any) -> bytes:  # noqa: ANN401 - Pillow's
    written = io.BytesIO()
    (picture or a_picture()).save(written, kind, **saving)
    return written.getvalue()


def a_kept_picture(studio: Studio, content: bytes | None = None, **fields: Any) -> AssetCard:  # noqa: ANN401 - any field
    """A picture of the studio's consenting performer in custody, which the producer may use."""
    return an_asset(
        studio.producer,
        studio.consent.id,
        **{
            "label": "Ana, from the left",
            "content": picture_file() if content is None else content,
            **fields,
        },
    )
