"""Pictures that a model is given beside the words. Without torch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class KnownFrames:
    """Pictures that are in the clip as they are.

    Attributes:
        pictures: uint8 (count, height, width, 3), one more than a multiple of the frames that one step in time of
            the model stands for.
        at_frame: of the clip, where the first of them stands; a multiple of that number.
        first_is_free: the first picture only says what comes before the others.
    """

    pictures: npt.NDArray[np.uint8]
    at_frame: int
    first_is_free: bool


@dataclass(frozen=True, slots=True)
class Beginning:
    """Pictures of a whole clip that the clip begins from; a `strength` of 1 leaves nothing of them."""

    pictures: npt.NDArray[np.uint8]
    strength: float


@dataclass(frozen=True, slots=True)
class Given:
    known: tuple[KnownFrames, ...] = ()
    beginning: Beginning | None = None

    def __bool__(self) -> bool:
        return bool(self.known) or self.beginning is not None


WORDS_ALONE = Given()
