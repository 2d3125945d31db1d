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


class MarkUnread(SourceUnusable):
    """A watermark that must be in the film cannot be read in it, so a copy of it could be told from no other."""


class SignerUnfit(StudioError):
    """The claim-signing certificate is missing, expired or outside its profile."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems

    def extensions(self) -> dict[str, object]:
        return {"problems": list(self.problems)}


class CertificateEnded(SignerUnfit):
    """The signer's certificate, or one above it, is past its last day or before its first."""


class ChainIncomplete(SignerUnfit):
    """No root on the trust list issued the end of the chain: most often an intermediate is missing."""


class OrganisationUnknown(StudioError):
    """There is no such organisation in this installation, so no key can be its own."""


class CeremonyBroken(StudioError):
    """The ceremony did not go as it must: not two people, or not one fingerprint. The key signs nothing."""


class KeyUnavailable(SignerUnfit):
    """The key cannot be used. Each kind below says who can do something about it."""

    def __init__(self, said: str) -> None:
        super().__init__((said,))


class PinWrong(KeyUnavailable):
    """The token does not take the PIN, or is locked after too many wrong ones."""


class TokenAbsent(KeyUnavailable):
    """No token of that label is in any slot."""


class KeyMissing(KeyUnavailable):
    """The store answers and holds no such key."""


class KeyTaken(KeyUnavailable):
    """A key lies already where one was to be made."""


class KeyExtractable(KeyUnavailable):
    """The private half can leave its store, which the policy of this installation refuses."""


class KeyOfAnotherPurpose(KeyUnavailable):
    """The key is registered for something else, or for nothing. A key has one purpose for life."""


class KeyServiceDown(KeyUnavailable):
    """The key service does not answer, or answers with nothing that can be used. Try again later."""


class KeyAccessDenied(KeyUnavailable):
    """The key service knows neither these credentials nor gives them this right."""


class KeyStoreUnusable(KeyUnavailable):
    """The store is not set up for this: a module, a file, a kind of key or a setting is missing or wrong."""


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


class IngredientUnusable(StudioError):
    """A file cannot go into another one's credential: it is missing, unreadable, or bears no credential."""

    def __init__(self, title: str, reason: str) -> None:
        super().__init__(f"{title} cannot be used: {reason}")
        self.title, self.reason = title, reason

    def extensions(self) -> dict[str, object]:
        return {"ingredient": self.title, "reason": self.reason}


class IngredientAltered(StudioError):
    """A file was changed after it was signed, so nothing is made from it. The findings are C2PA's codes."""

    def __init__(self, title: str, findings: tuple[str, ...]) -> None:
        super().__init__(f"{title} was changed after it was signed, so it cannot be used.")
        self.title, self.findings = title, findings

    def extensions(self) -> dict[str, object]:
        return {"ingredient": self.title, "findings": list(self.findings)}


class ProcessRecordMissing(StudioError):
    """No record under that digest."""


class ReferenceMissing(StudioError):
    """No reference of that id, or none of that production."""


class FileNotOurs(StudioError):
    """The file that was to be updated is not, or no longer, the one we signed. Nothing was signed."""


class AlgorithmUnknown(StudioError):
    """The soft binding is of an algorithm that this service does not resolve."""


class BindingMalformed(StudioError):
    """The value is not one of its algorithm."""


class ReceiptMissing(StudioError):
    """There is no receipt of this manifest yet: the log does not cover its record."""


class SidecarMissing(StudioError):
    """There is no such credential beside a file, or it is another organisation's."""


class FilmUnreadable(StudioError):
    """What was handed in is of no kind that we can open."""


class ManifestMissing(StudioError):
    """No manifest under that identifier, or none for whoever asks."""


class ReferencesOff(StudioError):
    """This installation fetches nothing from addresses that others name."""


class ReferenceRefused(StudioError):
    """The address is not one we go to, or what it holds is not what was said."""


class RepositoryClosed(StudioError):
    """Manifests come into this repository by being signed here, and never leave it."""


class NotFingerprinted(StudioError):
    """The signed file is not in the fingerprint index."""


class DigestListMalformed(StudioError):
    """It is not a list of digests as `sha256sum` writes it. The message names the line."""


class UploadTooLarge(StudioError):
    """The file is larger than this service verifies."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"This service verifies files of at most {limit_bytes // 2**20} MB.")
        self.limit_bytes = limit_bytes

    def extensions(self) -> dict[str, object]:
        return {"limit_bytes": self.limit_bytes}


class UploadMissing(StudioError):
    """The request carries no file."""


class TooManyVerifications(StudioError):
    """One address handed in more files than a minute allows."""

    def __init__(self, *, per_minute: int, retry_after_s: int) -> None:
        super().__init__(
            f"{per_minute} files a minute are verified for one address. Wait {retry_after_s} seconds."
        )
        self.retry_after_s = retry_after_s

    def extensions(self) -> dict[str, object]:
        return {"retry_after_s": self.retry_after_s}


class VerifierBusy(StudioError):
    """Every place for a verification is taken. Try again in a moment."""


class StatusListMissing(StudioError):
    """There is no such list of what stands today, or none that still says something."""
