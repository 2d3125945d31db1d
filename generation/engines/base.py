"""What every video engine promises."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from generation.engines.given import WORDS_ALONE, Given
from generation.spec import RenderSpec

# uint8 (height, width, 3): RGB, BT.709 primaries, sRGB-like transfer, full range.
Frame: TypeAlias = npt.NDArray[np.uint8]
# float32 (height, width, 3): the same levels from 0 to 255, before they are rounded to whole ones.
UnroundedFrame: TypeAlias = npt.NDArray[np.float32]
AnyFrame: TypeAlias = Frame | UnroundedFrame


class Stage(StrEnum):
    DENOISE = "denoise"
    DECODE = "decode"


@dataclass(frozen=True, slots=True)
class Progress:
    """`step` of `steps` of a stage is done.

    In `decode` a step is one latent frame or a few, or a block of a decoder that takes the clip at once.
    `preview_jpeg`: what the clip looks like so far, every few steps of families that can tell; unsigned, so it is
    for whoever works on the take alone.
    """

    stage: Stage
    step: int
    steps: int
    preview_jpeg: bytes | None = field(default=None, compare=False, repr=False)


# Called after every step. It may raise: the exception ends the render within that step and reaches the caller.
OnProgress: TypeAlias = Callable[[Progress], None]


class VideoEngine(Protocol):
    """Renders specs with one set of weights."""

    def render(
        self,
        spec: RenderSpec,
        *,
        on_progress: OnProgress,
        given: Given = WORDS_ALONE,
        unrounded: bool = False,
        savings: Sequence[str] = (),
    ) -> Generator[AnyFrame, None, None]:
        """Yield exactly `spec.num_frames` frames of `spec.width` x `spec.height` in order.

        `savings` name what it does to need less memory, see `generation.engines.memory`; the size stays as it is.
        With `unrounded` they are what the decoder gave, of which `rounded_frame` makes the same frames as without.

        Frames come while later ones are still being decoded. Whatever ends the iteration early, the caller's own
        exception included, the engine stays usable and its next render is bit-identical to that of a new one.

        Raises:
            SizeNotPossible: naming the field and what is allowed.
            MissingCapability: its family cannot be given pictures.
            OutOfDeviceMemory: the device cannot hold `spec`; the engine stays usable.
        """

    def fingerprint(self) -> Mapping[str, str | int]:
        """Everything besides spec and weights that the bytes depend on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model that is ready to render.

    Attributes:
        frame_step: frames that one step in time of the model stands for.
        device: what it renders on, in words.
        vram_mb: memory of the device in MiB; None where it has none of its own.
        savings: what the engine can do to need less memory, in the order in which it is tried.
    """

    engine: VideoEngine
    lock_sha256: str
    frame_step: int
    device: str = ""
    vram_mb: int | None = None
    savings: tuple[str, ...] = ()


def rounded_frame(frame: AnyFrame) -> Frame:
    """`frame` in whole levels, uint8."""
    if frame.dtype == np.uint8:
        return cast("Frame", frame)
    return np.rint(frame).astype(np.uint8)
