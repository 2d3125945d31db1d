"""What a model is given beside the words: pictures, and adapters for one render. Without torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

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
class LaidOver:
    """An adapter (LoRA) that is laid over the weights for one render. It may be a likeness: see `wipe`.

    Attributes:
        name: what messages call it; nobody's name.
        scale: 1 as it was trained, less for less of it.
        content: the safetensors file.
    """

    name: str
    scale: float
    content: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the content, when it was read or is not needed."""
        self.content[:] = bytes(len(self.content))


# What can be read, each by the decoder of this name and no other.
PICTURE_TYPES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/tiff": "TIFF"}
CLIP_TYPES = {"video/mp4": "mov", "video/matroska": "matroska"}


class InMemory(Protocol):
    """A picture or a clip in clear that is on no disk; its media type is of `PICTURE_TYPES` or `CLIP_TYPES`."""

    @property
    def content_type(self) -> str: ...
    @property
    def content(self) -> bytearray: ...


@dataclass(frozen=True, slots=True)
class ReferencePicture:
    """A picture of what is to be in the clip, without a place in it. It may be a likeness: see `wipe`.

    Attributes:
        name: what messages call it; nobody's name.
        content_type: one of `PICTURE_TYPES`.
        content: the file, as it was handed in.
    """

    name: str
    content_type: str
    content: bytearray = field(repr=False)

    def wipe(self) -> None:
        """Overwrite the content, when it was read or is not needed."""
        self.content[:] = bytes(len(self.content))


@dataclass(frozen=True, slots=True)
class Given:
    """What a model is given beside words."""

    known: tuple[KnownFrames, ...] = ()
    beginning: Beginning | None = None
    adapters: tuple[LaidOver, ...] = ()
    references: tuple[ReferencePicture, ...] = ()

    @property
    def has_pictures(self) -> bool:
        return bool(self.known or self.references) or self.beginning is not None


WORDS_ALONE = Given()
