"""What a decoder gives, as frames."""

from __future__ import annotations

import torch
from torch import Tensor

from generation.engines.base import Frame


def as_frames(pixels: Tensor) -> Frame:
    """`pixels`, float (channels, frames, height, width) from -1 to 1, as uint8 (frames, height, width, channels)."""
    levels = pixels.float().clamp(-1.0, 1.0).add(1.0).mul(127.5).round()
    frames: Frame = levels.to(torch.uint8).permute(1, 2, 3, 0).contiguous().cpu().numpy()
    return frames
