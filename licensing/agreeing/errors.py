"""Refusals on the way of an offer, and of who may see what across studios."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import StudioError
from licensing.names import RepresentedAct


class NoSuchOffer(StudioError):
    """There is no such offer, or it is not yours to see."""


class OfferOutOfTurn(StudioError):
    """The offer is not where this act could follow: it moved on, ended, or waits for the other side."""

    def __init__(self, reason: str, *, state: str) -> None:
        self.state = state
        super().__init__(reason)

    def extensions(self) -> dict[str, object]:
        return {"state": self.state}


class AnswersIncomplete(StudioError):
    """Every term of the offer is answered, each one once, and no other."""

    def __init__(self, *, missing: Sequence[str], unasked: Sequence[str]) -> None:
        self.missing = tuple(missing)
        self.unasked = tuple(unasked)
        parts = [
            f"Not answered: {', '.join(missing)}." if missing else "",
            f"Not asked: {', '.join(unasked)}." if unasked else "",
        ]
        super().__init__(" ".join(part for part in parts if part))

    def extensions(self) -> dict[str, object]:
        return {"missing": list(self.missing), "unasked": list(self.unasked)}


class ActNotCovered(StudioError):
    """Nothing on record lets this person do this for the performer today."""

    def __init__(self, act: RepresentedAct) -> None:
        self.act = act
        super().__init__(
            f"Nothing on record lets you {act.value} for this performer today. The performer does it, or somebody "
            "whose authority for it legal has verified."
        )

    def extensions(self) -> dict[str, object]:
        return {"act": self.act.value}


class PerformerAlone(StudioError):
    """An act that an adult performer does in person; nobody's authority covers it."""


class EventBackdated(StudioError):
    """A time that cannot be: later than now, or before what it follows from."""

    def __init__(self, path: str, complaint: str) -> None:
        self.path = path
        super().__init__(f"{path}: {complaint}")

    def extensions(self) -> dict[str, object]:
        return {"path": self.path}


class NoticeOnRecord(StudioError):
    """Notice for this consent was given already; it ends once."""

    def __init__(self, *, effective_at: str) -> None:
        self.effective_at = effective_at
        super().__init__(f"Notice was given already. The consent ends at {effective_at}.")

    def extensions(self) -> dict[str, object]:
        return {"effective_at": self.effective_at}


class NoSuchGrant(StudioError):
    """There is no such grant of sight, or it ended before."""


class GrantUnusable(StudioError):
    """A grant names one who sees, another organisation or a person, and one thing that is seen."""


class ImportUnreadable(StudioError):
    """The file is no list of performers: neither CSV with our columns nor a JSON object a line."""


class UnknownMoment(StudioError):
    """A moment to ask about is a time with its offset from UTC, not later than now for what was known."""

    def __init__(self, path: str, complaint: str) -> None:
        self.path = path
        super().__init__(f"{path}: {complaint}")

    def extensions(self) -> dict[str, object]:
        return {"path": self.path}
