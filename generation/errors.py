"""Refusals of the generation app. Each one names what failed and what would cure it."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import StudioError


class SizeNotPossible(StudioError):
    """A size, frame count or rate that the model cannot make. Sizes are refused, never silently rounded.

    `another`: a cleared model that can; empty where there is none, or none was looked for.
    """

    def __init__(self, *, field: str, given: int, allowed: str, another: str = "") -> None:
        instead = f" {another} can make it: choose that model." if another else ""
        super().__init__(f"{field} {given} is not possible with this model: {allowed}.{instead}")
        self.field = field
        self.given = given
        self.allowed = allowed

    def with_another(self, model: str) -> SizeNotPossible:
        return SizeNotPossible(field=self.field, given=self.given, allowed=self.allowed, another=model)

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


class SourceUnreadable(StudioError):
    """Something that an adapter was to be trained on cannot be read. `number` among the sources, from 1."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Source {number} cannot be read as what it was handed in as ({why}).")
        self.number = number
        self.why = why

    def extensions(self) -> dict[str, object]:
        return {"source": self.number}


class LearnedNothing(StudioError):
    """A training whose loss stopped being a number, or whose adapter changes nothing. The message says what to do."""


class AdapterUnusable(StudioError):
    """An adapter cannot be used: it was made for another model, is no plain LoRA, or is not for whoever asks.

    `adapter` is what it is called here, `why` a few words.
    """

    def __init__(self, adapter: str, why: str) -> None:
        self.adapter = adapter
        self.why = why
        super().__init__(f"The adapter {adapter} cannot be used here: {why}.")


class AdapterOfAnotherModel(AdapterUnusable):
    """The adapter was made for another model than `model`. `another`: a cleared one that it fits, or empty."""

    def __init__(self, adapter: str, *, model: str, another: str = "") -> None:
        self._model = model
        fits = f"; {another} is the one that it fits: choose that model" if another else ""
        super().__init__(adapter, f"it was made for another model than {model}{fits}")

    def with_another(self, model: str) -> AdapterOfAnotherModel:
        return AdapterOfAnotherModel(self.adapter, model=self._model, another=model)


class OutOfDeviceMemory(StudioError):
    """The device cannot hold this render; the engine stays usable."""


class DeviceLost(StudioError):
    """The process at the device ended, or the device itself failed. Another attempt has another process."""


class RenderTooSlow(StudioError):
    """A render took longer than this installation allows one."""


class ReferencePictureUnusable(StudioError):
    """A reference picture cannot be used: it is none, cannot be read, or is not for whoever asks.

    `picture` is what it is called here, `why` a few words.
    """

    def __init__(self, picture: str, why: str) -> None:
        self.picture = picture
        self.why = why
        super().__init__(f"The reference picture {picture} cannot be used here: {why}.")


class CameraMoveUnknown(StudioError):
    """The model has no such move of the camera, or none at all. `known` are those that it has."""

    def __init__(self, *, model: str, move: str, known: Sequence[str]) -> None:
        named = ", ".join(one.replace("_", " ") for one in known)
        cure = f"it has {named}" if known else "it has none; say in the prompt what the camera does"
        super().__init__(f"{model} has no camera move {move[:40].replace('_', ' ')!r}: {cure}.")
        self.move = move
        self.known = tuple(known)

    def extensions(self) -> dict[str, object]:
        return {"camera_move": self.move, "known": list(self.known)}


class NoSuchTake(StudioError):
    """There is no such take, or it is another organisation's."""


class NoApprovedModel(StudioError):
    """No model that this studio has approved can be used: an administrator registers and approves one."""


class ModelNotCleared(StudioError):
    """Legal has not cleared the model for the production, or has taken that back.

    `lacking` names the facts about it that nobody has stated.
    """

    def __init__(self, message: str, *, lacking: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.lacking = lacking

    def extensions(self) -> dict[str, object]:
        return {"lacking": list(self.lacking)}


class ClearanceNotPossible(StudioError):
    """A model cannot be cleared, or a clearance taken back, so: a field is out of its bounds, or something lacks."""

    def __init__(self, path: str, must_be: str) -> None:
        super().__init__(f"{path} must be {must_be}.")
        self.path = path

    def extensions(self) -> dict[str, object]:
        return {"path": self.path}


class ModelVersionTaken(StudioError):
    """This name and version stand for other weights already, and takes were made under them: give a new version."""

    def __init__(self, *, name: str, version: str) -> None:
        super().__init__(f"{name} {version} stands for other weights already. Give these a new version.")


class NoSuchModel(StudioError):
    """The studio has approved no model of this id."""


class ModelFactUnusable(StudioError):
    """Something that is said of a model cannot be put on record: the message names the field and its bounds."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(f"{field}: {allowed}.")
        self.field = field
        self.allowed = allowed

    def extensions(self) -> dict[str, object]:
        return {"field": self.field, "allowed": self.allowed}


class RequestNotPossible(StudioError):
    """One field of the request is outside what any model may be asked for."""

    def __init__(self, *, field: str, allowed: str) -> None:
        super().__init__(f"{field} must be {allowed}.")
        self.field = field
        self.allowed = allowed

    def extensions(self) -> dict[str, object]:
        return {"field": self.field, "allowed": self.allowed}


class IdempotencyKeyMissing(StudioError):
    """The `Idempotency-Key` header is missing, empty or too long."""


class IdempotencyConflict(StudioError):
    """The key was used before for another request: use a new key for a new request."""

    def __init__(self, take_id: object) -> None:
        super().__init__("This Idempotency-Key belongs to another request. Use a new key for a new request.")
        self.take_id = take_id

    def extensions(self) -> dict[str, object]:
        return {"take": str(self.take_id)}


class FileNotReviewable(StudioError):
    """Only a signed take has a finished file."""


class OwnTakeReviewed(StudioError):
    """Whoever asked for a take does not judge its file."""


class TakeNotCancellable(StudioError):
    """The take is finished: signed takes are withdrawn, not cancelled."""


class TakeNotInReview(StudioError):
    """Only a take that waits for legal review is asked for again."""


class TakeNotRetryable(StudioError):
    """Only a failed take can be tried again."""


class TakeNotWaiting(StudioError):
    """Only a take that waits to be made, or for review, becomes more or less urgent."""


class TooManyTakes(StudioError):
    """Whoever asks has as many takes waiting or in work as one person may; some must end first.

    `production`: whose own cap it is; empty for that of the installation.
    """

    def __init__(self, *, waiting: int, most: int, production: str = "") -> None:
        whose = f"for {production}" if production else "in this installation"
        super().__init__(
            f"You have {waiting} takes waiting or in work {whose}, and one person may have {most} there. Wait until "
            f"some are made, or cancel some.{' Its producers can raise this cap.' if production else ''}"
        )
        self.waiting = waiting
        self.most = most
        self.production = production

    def extensions(self) -> dict[str, object]:
        return {
            "waiting": self.waiting,
            "most": self.most,
            "cap": "production" if self.production else "installation",
        }


class TakeCapNotPossible(StudioError):
    """What was said is no number of takes."""


class EventStreamsTaken(StudioError):
    """As many takes are looked at as this server lets be looked at; the same is told page by page."""

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__(
            "As many streams of events are open here as may be. Come again in a few seconds, or ask for the events "
            "as JSON with `after`, which has no such limit."
        )
        self.retry_after_s = retry_after_s


class PauseNotPossible(StudioError):
    """The queue cannot be paused or resumed so; the message says why."""


class NoSuchWorker(StudioError):
    """No worker of this name or identifier is known; those that are gone for an hour are forgotten."""


class VideoNotReady(StudioError):
    """The take has no finished file yet, or never will have one."""


class UseRefused(StudioError):
    """The rules do not permit this use. Every reason is told with its rule and its cure."""

    def __init__(self, take_id: object, reasons: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{reason['rule']}: {reason['message']}" for reason in reasons))
        self.take_id = take_id
        self.reasons = reasons

    def extensions(self) -> dict[str, object]:
        return {"take": str(self.take_id), "reasons": self.reasons}


class EvidenceInTwoLogs(StudioError):
    """The entries of a take stand in two logs, because the first could not be continued."""


class EvidenceForLegal(StudioError):
    """The evidence names somebody whom only legal may know."""


class WhatIfUnfit(StudioError):
    """An event that cannot be supposed as it was put. `field` names what is wrong with it."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"{field}: {why}.")
        self.field = field

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class WhatIfTooLarge(StudioError):
    """More different questions than one answer weighs."""

    def __init__(self, *, questions: int, most: int) -> None:
        super().__init__(
            f"This concerns {questions} different questions, and one answer weighs {most}. Ask of one production."
        )
        self.questions = questions
        self.most = most

    def extensions(self) -> dict[str, object]:
        return {"questions": self.questions, "most": self.most}
