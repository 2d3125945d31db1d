"""What custody refuses."""

from __future__ import annotations

from core.errors import StudioError


class NoSuchAsset(StudioError):
    """There is no such asset in custody, or it is another organisation's."""


class AssetDestroyed(StudioError):
    """The asset's key was destroyed; nobody can read it any more."""


class AssetOnHold(StudioError):
    """A litigation hold keeps the asset: it is neither destroyed nor used until the hold is lifted."""


class AssetRefused(StudioError):
    """What was handed in cannot be taken into custody; the message says why."""


class AssetTooLarge(StudioError):
    def __init__(self, largest: int) -> None:
        self.largest = largest
        super().__init__(f"At most {largest} bytes are taken into custody in one file.")

    def extensions(self) -> dict[str, object]:
        return {"largest_bytes": self.largest}


class RetentionTooLong(StudioError):
    """The asset would be kept longer than the rulebook lets anybody keep it."""


class ReleaseRefused(StudioError):
    """No decision in force lets this job have this asset; the message says what is missing."""


class AlreadyReleased(StudioError):
    """This attempt of the job has had the key; it is released to each attempt once."""


class SealBroken(StudioError):
    """A sealed file is not what was sealed: changed, cut short, renamed, or of another key."""
