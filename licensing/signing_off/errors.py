"""Refusals about bases that counsel signs off and approvals that a buyer gave in writing."""

from __future__ import annotations

from core.errors import StudioError


class SignOffNotPossible(StudioError):
    """Something of it cannot be put on record as it is: the message names the field and its bounds."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(f"{field}: {allowed}.")
        self.field = field
        self.allowed = allowed

    def extensions(self) -> dict[str, object]:
        return {"field": self.field, "allowed": self.allowed}


class NoSuchSignOff(StudioError):
    """There is no such sign-off or written approval, or it is another organisation's."""


class SignOffNotStanding(StudioError):
    """It was taken back, or a later one has taken its place."""


class OwnClaim(StudioError):
    """Whoever claims a basis does not sign it off: another one of counsel does."""
