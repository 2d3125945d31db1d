"""What exactly is to be rendered."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderSpec:
    """One clip, complete: the same spec, weights and environment give the same latents.

    `width`, `height`, `num_frames` and `fps` are what the model generates; nothing rounds them afterwards.
    `delivered_width` and `delivered_height` are what the file shows: the generated size times one whole number.
    """

    prompt: str
    negative_prompt: str
    width: int
    height: int
    num_frames: int
    fps: Fraction
    steps: int
    guidance_scale: float
    seed: int
    delivered_width: int
    delivered_height: int

    @property
    def duration_ms(self) -> int:
        return round(1000 * self.num_frames / self.fps)


def delivered_size(width: int, height: int, *, least_side: int = 480) -> tuple[int, int]:
    """The size a clip of `width` x `height` is delivered in.

    The smallest whole multiple whose shorter side has `least_side` pixels, so that small pictures can be watched
    and nobody mistakes interpolation for detail: both sizes are recorded.
    """
    factor = max(1, -(-least_side // min(width, height)))
    return width * factor, height * factor
