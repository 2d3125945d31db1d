from __future__ import annotations

from collections.abc import Sequence

from core.errors import StudioError


class NoSuchCase(StudioError):
    """There is no such review case, or it is another organisation's."""


class CaseNotOpen(StudioError):
    """The case has gone on: this is done to a case at another point of its way."""

    def __init__(self, *, state: str, message: str) -> None:
        self.state = state
        super().__init__(message)

    def extensions(self) -> dict[str, object]:
        return {"state": self.state}


class CaseMovedOn(StudioError):
    """The same was asked again meanwhile, on other facts perhaps: read the newer decision first."""


class NobodyMayLift(StudioError):
    """Some of the reasons are not for a person to lift; their cure is a fact."""

    def __init__(self, rules: Sequence[str]) -> None:
        self.rules = tuple(rules)
        super().__init__(
            f"Nobody may approve this away: {', '.join(self.rules)}. Cure what they ask for, or refuse the case."
        )

    def extensions(self) -> dict[str, object]:
        return {"rules": list(self.rules)}


class LimitsTooWide(StudioError):
    """A limit gives more than was asked, or nothing at all."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class PaperMissing(StudioError):
    """The approval rests on a paper, such as the buyer's written approval, and names none."""


class NotYourCase(StudioError):
    """Four eyes: whoever asked, approved or acted in a case does not turn its next key, nor does anybody for them."""


class NotOfThePerformersSide(StudioError):
    """The second key is turned by a union's representative, or by who may sign for every performer concerned."""


class DelegationNotPossible(StudioError):
    """Nobody can stand in so: the same person, no member, a time that is over, or somebody who asked for the use."""


class NoSuchDelegation(StudioError):
    """There is no such delegation of yours, or it has ended."""


class HoldOnRecord(StudioError):
    """The same is held for the same matter already."""


class NoSuchHold(StudioError):
    """There is no such hold here, or it was lifted before."""


class NothingToHold(StudioError):
    """There is no such production, performer or take here."""


class HeldForLitigation(StudioError):
    """A litigation hold keeps this; it is erased when legal has lifted the hold."""
