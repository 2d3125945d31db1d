"""Refusals about what the audience is told. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchWording(StudioError):
    """There is no such way to disclose on file."""


class NoSuchDisclosure(StudioError):
    """There is no such approved disclosure, or it is another organisation's."""


class DisclosureNotPossible(StudioError):
    """Something of it cannot be put on record as it is: the message names the field and its bounds."""

    def __init__(self, field: str, allowed: str) -> None:
        super().__init__(f"{field}: {allowed}.")
        self.field = field
        self.allowed = allowed

    def extensions(self) -> dict[str, object]:
        return {"field": self.field, "allowed": self.allowed}


class DisclosureNotStanding(StudioError):
    """Counsel has approved another wording since, or taken this one back: use the one that stands."""
