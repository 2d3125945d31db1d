"""Why a file could not be signed or verified, in words for people."""

from __future__ import annotations

from core.errors import StudioError


class SourceUnusable(StudioError):
    """The video to be signed does not decode, is not what was stated, or already carries a credential."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def extensions(self) -> dict[str, object]:
        return {"reason": self.reason}


class SignerUnfit(StudioError):
    """The claim-signing certificate is missing, expired or outside its profile."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems

    def extensions(self) -> dict[str, object]:
        return {"problems": list(self.problems)}


class SigningFailed(StudioError):
    """The signature was not made, or the signed file did not read back as trusted. No file is left."""


class NoTimeStamp(StudioError):
    """Files are signed only with a time stamp here, and no authority gave one. No file is left."""

    def __init__(self, failures: tuple[tuple[str, str], ...]) -> None:
        told = "; ".join(f"{url}: {reason}" for url, reason in failures)
        super().__init__(f"No authority stamped the time, so nothing was signed. {told}")
        self.failures = failures

    def extensions(self) -> dict[str, object]:
        return {"authorities": [{"url": url, "reason": reason} for url, reason in self.failures]}


class AssetMissing(StudioError):
    """No signed file under that id."""


class UploadTooLarge(StudioError):
    """The file is larger than this service verifies."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"This service verifies files of at most {limit_bytes // 2**20} MB.")
        self.limit_bytes = limit_bytes

    def extensions(self) -> dict[str, object]:
        return {"limit_bytes": self.limit_bytes}


class UploadMissing(StudioError):
    """The request carries no file."""


class VerifierBusy(StudioError):
    """Every place for a verification is taken. Try again in a moment."""
