"""Refusals of trainings. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchTraining(StudioError):
    """There is no such training, or it is another organisation's."""


class TrainingNotPossible(StudioError):
    """What was asked is no training that can be done here. Nothing was decided or recorded."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class TrainingConflict(StudioError):
    """The key was used before for another training: use a new key for a new one."""

    def __init__(self, training_id: object) -> None:
        super().__init__("This Idempotency-Key belongs to another training. Use a new key for a new one.")
        self.training_id = training_id

    def extensions(self) -> dict[str, object]:
        return {"training": str(self.training_id)}


class TrainingRefused(StudioError):
    """The rules do not permit this training. It is on record, nothing was opened, and every reason is told."""

    def __init__(self, training_id: object, why: str, reasons: list[dict[str, str]]) -> None:
        super().__init__(
            "; ".join(f"{reason['rule']}: {reason['message']}" for reason in reasons)
            or why
            or "The rules do not permit this training."
        )
        self.training_id = training_id
        self.reasons = reasons

    def extensions(self) -> dict[str, object]:
        return {"training": str(self.training_id), "reasons": self.reasons}


class TrainingNotCancellable(StudioError):
    """The training is finished: an adapter in custody is destroyed there, not cancelled."""


class TrainingNotInReview(StudioError):
    """Only a training that waits for legal review is asked for again."""
