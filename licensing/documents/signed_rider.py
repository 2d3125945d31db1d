"""Whether a PDF is a rider of ours as both sides signed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from core.canonical import Canonical
from core.digests import sha256_hex
from licensing.documents.errors import DocumentAltered
from licensing.documents.pdf_examination import PdfExamination, SignatureState
from licensing.documents.pdf_reading import examine_bounded
from licensing.documents.rider_marks import STUDIO_FIELD
from licensing.documents.stated_terms import terms_digest


@dataclass(frozen=True, slots=True)
class SignedRider:
    """What is on record about the rider. `certificates`: of the signers, by their field in the PDF."""

    terms: Mapping[str, Canonical]
    terms_sha256: str
    unsigned_sha256: str
    unsigned_bytes: int
    certificates: Mapping[str, str]


def require_as_signed(pdf: bytes, rider: SignedRider, *, roots: Sequence[str]) -> None:
    """Raise unless `pdf` is the rider with exactly the signatures on record, all of them valid.

    Raises:
        DocumentAltered: with every complaint, not the first.
    """
    complaints = tuple(_complaints(pdf, examine_bounded(pdf, roots=roots), rider))
    if complaints:
        raise DocumentAltered(complaints)


def _complaints(pdf: bytes, found: PdfExamination, rider: SignedRider) -> Iterator[str]:
    if not found.readable:
        yield found.detail
        return
    if sha256_hex(pdf[: rider.unsigned_bytes]) != rider.unsigned_sha256:
        yield "It does not begin with the document that was offered."
    if terms_digest(rider.terms) != rider.terms_sha256:
        yield "The terms on record are not those whose digest is on record."
    if found.terms_sha256 != rider.terms_sha256:
        yield "The terms inside the document are not those on record."
    if {one.field: one.certificate_sha256 for one in found.signatures} != dict(rider.certificates):
        yield "It does not carry the signatures on record."
    for one in found.signatures:
        if one.state is not SignatureState.VALID:
            side = "studio's" if one.field == STUDIO_FIELD else "performer's"
            yield f"The {side} signature does not hold: {one.detail}"
    if not any(one.covers_file for one in found.signatures):
        yield "Something was added to the file after the last signature."
    if found.active:
        yield f"It carries {', '.join(found.active)}."
