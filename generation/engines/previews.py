"""A small picture of a clip while it is made.

After a step by Euler from sigma to sigma' the clip that the model has in mind is `x' - sigma' * (x' - x) / (sigma' -
sigma)`, which shows shapes long before the noise is gone. Its first frame is decoded: a small part of what decoding
the clip costs, a few times in a clip. A linear map from channels to colours would cost nothing and was
tried: fitted to plain colours it shows wrong ones, because autoencoders are not linear where they were not trained.
"""

from __future__ import annotations

import io
from typing import Any, TypeAlias

from PIL import Image
from torch import Tensor

from generation.engines.wan_decoding import wan_frames

# diffusers says no types.
Untyped: TypeAlias = Any

_PREVIEWS_PER_CLIP = 4
# With so few steps the clip is there before anybody has looked.
_FEWEST_STEPS = 8
_JPEG_QUALITY = 80
_WIDTH = 320


class Previews:
    """Looks at the latents of one clip as they come."""

    def __init__(self, vae: Untyped, *, steps: int, size: tuple[int, int]) -> None:
        self._vae = vae
        self._steps = steps
        self._at = (
            {round(steps * part / (_PREVIEWS_PER_CLIP + 1)) for part in range(1, _PREVIEWS_PER_CLIP + 1)}
            if steps >= _FEWEST_STEPS
            else set()
        )
        self._size = (_WIDTH, max(1, round(_WIDTH * size[1] / size[0])))
        self._before: Tensor | None = None
        self._picture: bytes | None = None

    def look(self, step: int, latents: Tensor, goes_on: Tensor, *, levels: tuple[float, float]) -> None:
        """After `step` steps of the clip.

        Args:
            step: how many.
            latents: what the step gave, float (1, channels, time, height, width).
            goes_on: what the next step begins with.
            levels: of noise before and after it.
        """
        if self._before is not None and step in self._at:
            # The autoencoder knows a latent frame without one before it only in this place.
            now, then = latents[:, :, :1].float(), self._before[:, :, :1].float()
            before, after = levels
            self._picture = self._jpeg(now - after * (now - then) / (after - before))
        self._before = goes_on.detach()

    def take(self) -> bytes | None:
        """The picture of the last look, once; None where there is none."""
        picture, self._picture = self._picture, None
        return picture

    def _jpeg(self, latents: Tensor) -> bytes:
        """`latents`, float (1, channels, 1, height, width), as a JPEG of the clip's shape."""
        (frame,) = wan_frames(self._vae, latents, on_chunk=lambda _done, _of: None)
        target = io.BytesIO()
        Image.fromarray(frame).resize(self._size, Image.Resampling.BICUBIC).save(
            target, "JPEG", quality=_JPEG_QUALITY
        )
        return target.getvalue()
