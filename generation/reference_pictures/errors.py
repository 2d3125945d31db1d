"""Refusals of character sheets. Each one names what failed and what would cure it."""

from __future__ import annotations

from core.errors import StudioError


class SheetEntryUnfit(StudioError):
    """An asset cannot be put on a character sheet: it is no picture or adapter, or not for whoever puts it there.

    `asset` is what it is called here, `why` a few words.
    """

    def __init__(self, asset: str, why: str) -> None:
        self.asset = asset
        self.why = why
        super().__init__(f"The asset {asset} cannot be put on a character sheet: {why}.")


class OnSheetAlready(StudioError):
    """The asset is on this sheet; it is there once."""


class NoSuchSheetEntry(StudioError):
    """Nothing of this id is on the sheet, or it is another organisation's."""


class SheetEntryEnded(StudioError):
    """It was taken off the sheet before."""


class SheetNotUsable(StudioError):
    """A take cannot begin with this sheet: it is of another production, or the take begins with another one."""


class NothingOnSheet(StudioError):
    """Nothing on the sheet can be used by whoever asks with the model of the take."""
