"""What an examination of a PDF found: plain values that travel between processes."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum


class SignatureState(StrEnum):
    """Of one signature, or of a document by its worst one. `UNSIGNED` and `UNREADABLE` are said of documents only."""

    VALID = "valid"
    UNKNOWN_SIGNER = "unknown_signer"
    INVALID = "invalid"
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class SignatureFinding:
    """One signature.

    Attributes:
        state: valid only when the validator's overall verdict is: intact, trusted, and nothing changed afterwards
            that the signature does not allow. An intact file with text added later is `invalid`.
        covers_file: nothing at all was appended after this signature.
        signer: the certificate's subject, as it says itself.
        certificate_sha256: of the certificate's DER.
        claimed_at: the time the signer claims, RFC 3339; no trusted time stamp stands behind it.
        detail: why it is not valid, in a sentence; empty when it is.
    """

    field: str
    state: SignatureState
    covers_file: bool
    signer: str
    certificate_sha256: str
    claimed_at: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class PdfExamination:
    """A whole document.

    Attributes:
        readable: whether it is a PDF that can be read at all; `detail` says why not.
        active: kinds of content that would act when the file is opened, such as `JavaScript`.
        attached: whether files are embedded in it.
        terms_sha256: digest of the terms embedded in the first signed revision (or in the whole file when it is
            unsigned), if it is a rider of ours; None otherwise.
    """

    readable: bool
    detail: str
    pages: int
    signatures: tuple[SignatureFinding, ...]
    active: tuple[str, ...]
    attached: bool
    terms_sha256: str | None

    @property
    def state(self) -> SignatureState:
        """The worst of the signatures."""
        if not self.readable:
            return SignatureState.UNREADABLE
        states = {one.state for one in self.signatures}
        for state in (SignatureState.INVALID, SignatureState.UNKNOWN_SIGNER, SignatureState.VALID):
            if state in states:
                return state
        return SignatureState.UNSIGNED

    def to_json(self) -> str:
        return json.dumps(asdict(self))


def unreadable(detail: str) -> PdfExamination:
    return PdfExamination(False, detail, 0, (), (), attached=False, terms_sha256=None)


def examination_from_json(text: str) -> PdfExamination:
    fields = json.loads(text)
    signatures = [
        SignatureFinding(**one | {"state": SignatureState(one["state"])}) for one in fields["signatures"]
    ]
    return PdfExamination(**fields | {"signatures": tuple(signatures), "active": tuple(fields["active"])})
