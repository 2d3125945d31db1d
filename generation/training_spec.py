"""What an adapter is trained with, complete. Without torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSpec:
    """How an adapter (LoRA) is trained.

    Attributes:
        trigger: the word under which the model learns the likeness.
        rank: of the matrices.
        steps: one clip each.
        learning_rate: how far a step moves.
        frames: of the clips it is trained on. A still is held for that long: trained on single frames, a model of
            clips learns nothing that its clips show.
        width, height: of the clips, in pixels.
        fps: at which clips among the sources are read.
        seed: of the first matrices, the noise and the order of the clips.
    """

    trigger: str
    rank: int
    steps: int
    learning_rate: float
    frames: int
    width: int
    height: int
    fps: int
    seed: int


@dataclass(frozen=True, slots=True)
class TrainingPicture:
    """One source in clear: an image or a clip, and its media type. It is a likeness: see `wipe`."""

    content_type: str
    content: bytearray

    def wipe(self) -> None:
        """Overwrite the content, when it was read or is not needed."""
        self.content[:] = bytes(len(self.content))


@dataclass(frozen=True, slots=True)
class TrainedAdapter:
    """A finished adapter: a safetensors file, and what was measured of it.

    `loss_before` and `loss_after` are of the same clips with the same noise at the same levels, without the adapter
    and with it.
    """

    content: bytearray
    loss_before: float
    loss_after: float

    def wipe(self) -> None:
        """Overwrite the content, when it is sealed or is not kept."""
        self.content[:] = bytes(len(self.content))
