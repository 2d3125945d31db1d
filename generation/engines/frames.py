"""What a decoder gives, as frames."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.engines.base import AnyFrame


def as_frames(pixels: Tensor, *, unrounded: bool = False) -> AnyFrame:
    """`pixels`, float (channels, frames, height, width) from -1 to 1, as (frames, height, width, channels).

    Levels from 0 to 255: uint8, or float32 where they are `unrounded`.
    """
    levels = pixels.float().clamp(-1.0, 1.0).add(1.0).mul(127.5)
    if not unrounded:
        levels = levels.round().to(torch.uint8)
    frames: AnyFrame = levels.permute(1, 2, 3, 0).contiguous().cpu().numpy()
    return frames
