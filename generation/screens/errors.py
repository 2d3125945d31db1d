"""Refusals of screens. What a screen cannot do is never taken for a clear answer."""

from __future__ import annotations

from core.errors import StudioError


class ScreenUnusable(StudioError):
    """A screen that is named cannot be used: its code, its library or its weights are missing or altered."""


class NoSuchProtectedPicture(StudioError):
    """There is no such protected picture here, or it is another organisation's."""


class PictureNotProtectable(StudioError):
    """The picture cannot be looked for: it is none, too plain, or one field about it is not possible."""


class ProtectionEnded(StudioError):
    """The picture is not looked for any more; it ended already."""


class ScreenPolicyNotPossible(StudioError):
    """A rule for screens that cannot be kept."""


class ScreensNotClear(StudioError):
    """A rule of the house about screens stands against it; `screens` says which and what would cure it."""

    def __init__(self, message: str, screens: list[dict[str, str]]) -> None:
        super().__init__(message)
        self.screens = screens

    def extensions(self) -> dict[str, object]:
        return {"screens": self.screens}
