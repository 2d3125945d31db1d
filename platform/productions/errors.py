from __future__ import annotations

from core.errors import StudioError


class NoSuchProduction(StudioError):
    """There is no such production, or it is another organisation's."""


class NoSuchSequence(StudioError):
    """There is no such sequence, or it is another organisation's."""


class NoSuchShot(StudioError):
    """There is no such shot, or it is another organisation's."""


class NoSuchCharacter(StudioError):
    """There is no such character, or it is another organisation's."""


class NothingToCorrect(StudioError):
    """The production says exactly this already."""


class CorrectionUnfit(StudioError):
    """A correction that cannot be taken: the field, and what is wrong with it."""

    def __init__(self, field: str, complaint: str) -> None:
        self.field = field
        super().__init__(complaint)

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class CodeTaken(StudioError):
    """Another one already carries this code, name or address."""

    def __init__(self, field: str, value: str) -> None:
        self.field = field
        self.value = value
        super().__init__(f"{value!r} is taken: another {field} carries it already.")

    def extensions(self) -> dict[str, object]:
        return {"errors": {self.field: [str(self)]}}
