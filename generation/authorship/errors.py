"""Refusals of the record of human authorship. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchContribution(StudioError):
    """There is no such act on the record, or it is another organisation's."""


class ContributionSuperseded(StudioError):
    """A later act has taken its place already: look at the record again and act on the one that stands."""


class ContributionNotTakenBack(StudioError):
    """The order of a cut is changed by saving another one, and what was taken back by doing it again."""


class TakeNotJudged(StudioError):
    """Only a finished, signed take is selected or rejected: nobody has seen the others."""


class ContributionNotPossible(StudioError):
    """Something of the statement cannot be put on record as it is: the message names the field and its bounds."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(f"{field}: {allowed}.")
        self.field = field
        self.allowed = allowed

    def extensions(self) -> dict[str, object]:
        return {"field": self.field, "allowed": self.allowed}


class CutNotPossible(StudioError):
    """An item of the cut is not there, not finished, of another sequence or rate, or shorter than its stretch."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"Place {position} of the cut: {why}.")
        self.position = position

    def extensions(self) -> dict[str, object]:
        return {"position": self.position}


class CutChangedMeanwhile(StudioError):
    """Somebody saved another order since this one was looked at: look again, then change it."""

    def __init__(self, number: int) -> None:
        super().__init__(
            f"Somebody saved order {number} of this cut since you looked. Look at it, then change that one."
        )
        self.number = number

    def extensions(self) -> dict[str, object]:
        return {"number": self.number}
