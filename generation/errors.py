"""Refusals of the generation app. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class SizeNotPossible(StudioError):
    """A size, frame count or rate that the model cannot make. Sizes are refused, never silently rounded."""

    def __init__(self, *, field: str, given: int, allowed: str) -> None:
        super().__init__(f"{field} {given} is not possible with this model: {allowed}.")
        self.field = field
        self.given = given
        self.allowed = allowed

    def extensions(self) -> dict[str, object]:
        return {"field": self.field, "given": self.given, "allowed": self.allowed}


class UnsafeModelFile(StudioError):
    """Root of the refusals that name one file of a model folder."""

    cure = "Replace the folder by one written with safetensors."

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}. {self.cure}")
        self.file = file
        self.why = why

    def extensions(self) -> dict[str, object]:
        return {"file": self.file, "cure": self.cure}


class PickleWeights(UnsafeModelFile):
    """Weights in a format that can run code when read."""


class CodeInModelFolder(UnsafeModelFile):
    """Code, or a pointer to code, among the weights."""

    cure = "Models are data here: use a folder whose classes are part of diffusers."


class UnexpectedModelFile(UnsafeModelFile):
    """A file of a kind that no model folder needs, a link, or a file that cannot be read."""

    cure = "Remove it, or lock the folder again after a person has looked at it."


class WeightsAltered(UnsafeModelFile):
    """The folder is not the one that was locked."""

    cure = "Restore the folder from its source; lock it anew only when the change is wanted and reviewed."


class LockMissing(StudioError):
    """A model folder without `model.lock.json`."""


class UnknownPipeline(StudioError):
    """The folder names a pipeline or component class that is not on the allow-list."""


class MissingCapability(StudioError):
    """The pipeline class cannot do what was asked, such as report steps or take an image."""


class OutOfDeviceMemory(StudioError):
    """The device cannot hold this render; the engine stays usable."""
