from __future__ import annotations

from core.errors import StudioError


class PackRefused(StudioError):
    """A pack of rules that is not taken. `line` is where in its text, from 1; 0: the whole."""

    def __init__(self, line: int, complaint: str) -> None:
        self.line = line
        super().__init__(f"Line {line}: {complaint}" if line else complaint)

    def extensions(self) -> dict[str, object]:
        return {"line": self.line}


class PackSignatureFalse(PackRefused):
    """Nobody whose packs are taken here signed it, or it was changed since."""


class PackMalformed(PackRefused):
    """It has no form of a pack."""


class PackFieldMissing(PackRefused):
    """A rule or the head does not say something it must say, or says it in no form that counts."""


class PackFieldUnknown(PackRefused):
    """It says something that no pack says; left out silently it might be meant."""


class PackRuleTaken(PackRefused):
    """A rule has the identifier of another one."""


class PackFunctionUnknown(PackRefused):
    """A condition names a function the rulebook does not have, or asks it what it cannot answer."""


class PackFactUnknown(PackRefused):
    """A condition names a fact the vocabulary does not have."""


class PackDatesWrong(PackRefused):
    """A day that is none, or a last day before the first."""


class PackLooser(PackRefused):
    """A rule of a layer that is not the organisation's own, or an outcome that adds nothing."""


class PackExampleFails(PackRefused):
    """A worked example is not answered as it says."""


class PackEditionLower(PackRefused):
    """An edition that is not higher than one that is here already."""


class NoSuchPack(StudioError):
    """There is no pack of this identifier here."""


class PackNotReplayed(StudioError):
    """What the pack would have changed was not looked at yet."""


class PackStagedByYou(StudioError):
    """A second person activates what one person staged."""


class PackActiveAlready(StudioError):
    """The pack is the one in force."""
