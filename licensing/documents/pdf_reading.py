"""Read a PDF of unknown origin: its signatures, what would act when it is opened, the terms embedded in it.

PDFs come from outside and go through a large parser. `examine_bounded` runs it in a process of its own with limits
on memory, processor time and wall time, without our secrets in its environment and without network: a bomb or a loop
is an answer ("unreadable"), not an outage. Nothing in the file is ever executed: it is parsed and hashed.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from core.digests import sha256_hex
from licensing.documents.pdf_examination import (
    PdfExamination,
    SignatureFinding,
    SignatureState,
    examination_from_json,
    unreadable,
)

if TYPE_CHECKING:
    # The process that asks never loads the parser.
    from pyhanko.pdf_utils.generic import DictionaryObject
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import EmbeddedPdfSignature, PdfSignatureStatus

LARGEST_BYTES = 20 * 2**20
MEMORY_LIMIT_BYTES = 1 * 2**30
TIME_LIMIT_S = 30
# A contract has a few hundred objects; a file with more than this is no contract.
_MOST_OBJECTS = 50_000
_MOST_SIGNATURES = 20
_DEEPEST = 60
_OUR_DEFECT = 1

# Source: PDF 32000-1, 12.6.4 (action types) and table 28 (catalogue).
_ACTIVE_ACTIONS = frozenset(
    {
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/RichMediaExecute",
    }
)
_ACTIVE_KEYS = {
    "/JS": "JavaScript",
    "/AA": "actions on events",
    "/XFA": "XFA form",
    "/RichMedia": "rich media",
}


def examine_bounded(pdf: bytes, *, roots: Sequence[str]) -> PdfExamination:
    """Examine `pdf` in a process of its own. Never raises for what the file holds.

    Args:
        pdf: the file's content.
        roots: PEM certificates under which a signer counts as known.
    """
    if not pdf.startswith(b"%PDF-"):
        return unreadable("It is not a PDF.")
    if len(pdf) > LARGEST_BYTES:
        return unreadable(f"It is larger than {LARGEST_BYTES // 2**20} MB.")
    request = json.dumps(
        {
            "pdf": base64.b64encode(pdf).decode("ascii"),
            "roots": list(roots),
            "memory_limit_bytes": MEMORY_LIMIT_BYTES,
        }
    )
    project = Path(__file__).resolve().parents[2]
    try:
        finished = subprocess.run(
            [sys.executable, "-m", "licensing.documents.pdf_reading"],
            input=request,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME_LIMIT_S,
            check=False,
            cwd=project,
            env=_environment(project),
        )
    except subprocess.TimeoutExpired:
        return unreadable(f"Reading it took longer than {TIME_LIMIT_S} seconds.")
    if finished.returncode == _OUR_DEFECT and "MemoryError" not in finished.stderr:
        raise RuntimeError(f"The reader of PDFs failed: {finished.stderr[-2000:]}")
    if finished.returncode != 0:
        return unreadable("Reading it broke off: it needs more memory or time than allowed.")
    return examination_from_json(finished.stdout)


def examine(pdf: bytes, *, roots: Sequence[str]) -> PdfExamination:
    """Examine `pdf` in this process, without limits."""
    try:
        return _examined(pdf, roots)
    except RecursionError:
        return unreadable("It is nested too deeply.")
    except _TooMuch as error:
        return unreadable(str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the parser meets damage with exceptions of any kind
        return unreadable(f"It is not a sound PDF: {type(error).__name__}.")


def _examined(pdf: bytes, roots: Sequence[str]) -> PdfExamination:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        return unreadable("It is encrypted.")
    active, attached = _content(reader)
    embedded = reader.embedded_regular_signatures
    if len(embedded) > _MOST_SIGNATURES:
        return unreadable("It carries more signatures than any contract does.")
    revision = embedded[0].signed_revision if embedded else reader.total_revisions - 1
    return PdfExamination(
        readable=True,
        detail="",
        pages=int(reader.root["/Pages"]["/Count"]),
        signatures=tuple(_finding(one, roots) for one in embedded),
        active=active,
        attached=attached,
        terms_sha256=_terms(reader, revision),
    )


class _TooMuch(ValueError):
    """More objects than any contract has."""


def _finding(embedded: EmbeddedPdfSignature, roots: Sequence[str]) -> SignatureFinding:
    from asn1crypto import pem, x509
    from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko_certvalidator import ValidationContext

    anchors = [
        x509.Certificate.load(der)
        for text in roots
        for _, _, der in pem.unarmor(text.encode(), multiple=True)
    ]
    field = str(embedded.field_name)
    certificate = embedded.signer_cert
    claimed = embedded.self_reported_timestamp
    known = {
        "field": field,
        "signer": certificate.subject.human_friendly,
        "certificate_sha256": certificate.sha256.hex(),
        "claimed_at": claimed.isoformat() if claimed else None,
    }
    # No fetching: who is asked over the network would learn which contract is read.
    context = ValidationContext(trust_roots=anchors, allow_fetching=False)
    try:
        status = validate_pdf_signature(embedded, signer_validation_context=context)
    except SignatureValidationError as error:
        return SignatureFinding(
            state=SignatureState.INVALID, covers_file=False, detail=f"It cannot be verified: {error}", **known
        )
    covers = status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    state, detail = _state(status)
    return SignatureFinding(state=state, covers_file=covers, detail=detail, **known)


def _state(status: PdfSignatureStatus) -> tuple[SignatureState, str]:
    """Decided by `bottom_line` alone; the rest only says why it is not reached.

    `intact` and `trusted` stay true when text was added after signing, so neither is ever an answer.
    """
    if status.bottom_line:
        return SignatureState.VALID, ""
    if not (status.valid and status.intact):
        return SignatureState.INVALID, "What was signed has been changed, or the signature is false."
    if not status.docmdp_ok or _modified(status):
        return (
            SignatureState.INVALID,
            "The document was changed after this signature in a way it does not allow.",
        )
    if status.trusted:
        return SignatureState.INVALID, "The validator does not accept this signature."
    return _untrusted(getattr(status.trust_problem_indic, "name", ""))


def _untrusted(problem: str) -> tuple[SignatureState, str]:
    """What the validator's word for a broken chain of trust means. Source: ETSI EN 319 102-1, 5.1.3."""
    if problem.startswith("REVOKED"):
        return SignatureState.INVALID, "The signer's certificate was revoked."
    if problem.startswith("OUT_OF_BOUNDS"):
        return (
            SignatureState.UNKNOWN_SIGNER,
            "The signer's certificate is not valid today, and no trusted time stamp shows that it was then.",
        )
    return (
        SignatureState.UNKNOWN_SIGNER,
        "The file is as it was signed; we do not know the signer's certificate.",
    )


def _modified(status: PdfSignatureStatus) -> bool:
    from pyhanko.sign.diff_analysis import ModificationLevel

    level = status.modification_level
    return level is None or level == ModificationLevel.OTHER


def _content(reader: PdfFileReader) -> tuple[tuple[str, ...], bool]:
    """Kinds of active content, and whether files are attached, in every object of every revision.

    Earlier revisions count too: a viewer may show them, and an action there was handed in just the same.
    """
    found: set[str] = set()
    attached = False
    for obj in _objects(reader):
        for part in _parts(obj):
            # Looked up by its name: a value that stands in an object of its own is fetched from there.
            action = str(part["/S"]) if "/S" in part else ""
            if action in _ACTIVE_ACTIONS:
                found.add(action.removeprefix("/"))
            found |= {said for key, said in _ACTIVE_KEYS.items() if key in part}
            attached = attached or "/EmbeddedFiles" in part
    return tuple(sorted(found)), attached


def _objects(reader: PdfFileReader) -> Iterator[object]:
    seen = 0
    for revision in range(reader.total_revisions):
        resolver = reader.get_historical_resolver(revision)
        for reference in resolver.explicit_refs_in_revision():
            seen += 1
            if seen > _MOST_OBJECTS:
                raise _TooMuch("It holds more objects than any contract does.")
            yield resolver.get_object(reference)


def _parts(obj: object, depth: int = 0) -> Iterator[DictionaryObject]:
    """`obj` and what stands directly inside it; references are objects of their own and come by themselves."""
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject

    if depth > _DEEPEST:
        raise _TooMuch("It is nested too deeply.")
    if isinstance(obj, DictionaryObject):
        yield obj
        for key in obj:
            yield from _parts(obj.raw_get(key), depth + 1)
    elif isinstance(obj, ArrayObject):
        for index in range(len(obj)):
            yield from _parts(obj.raw_get(index), depth + 1)


def _terms(reader: PdfFileReader, revision: int) -> str | None:
    """Digest of the terms attached in `revision`; later revisions might hang others in their place."""
    from licensing.documents.rider_marks import TERMS_FILE

    node = reader.get_historical_root(revision)
    for key in ("/Names", "/EmbeddedFiles", "/Names"):
        if key not in node:
            return None
        node = node[key]
    for index in range(0, len(node) - 1, 2):
        if str(node[index]) == TERMS_FILE:
            return sha256_hex(node[index + 1]["/EF"]["/F"].data)
    return None


def _environment(project: Path) -> dict[str, str]:
    kept = {
        name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join((str(project), str(project / "platform"))),
        # Each thread's arena reserves 64 MB of address space, which on a machine of many cores would be all of it.
        "MALLOC_ARENA_MAX": "2",
    }


def _limit_this_process(memory_limit_bytes: int) -> None:
    for kind, limit in (
        (resource.RLIMIT_AS, memory_limit_bytes),
        (resource.RLIMIT_CPU, TIME_LIMIT_S),
        # It answers on its standard output and writes no file.
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(kind, (limit, limit))
        except (ValueError, OSError) as error:
            # A stricter limit is already set, or the platform (macOS) does not know this one; the wall limit stays.
            print(f"limit {kind} not set: {error}", file=sys.stderr)  # noqa: T201 - the parent reads it


def main() -> None:
    # Before the limit: what the parser's own code takes says nothing about the file.
    import pyhanko.sign.validation  # noqa: F401

    request = json.load(sys.stdin)
    _limit_this_process(request["memory_limit_bytes"])
    print(examine(base64.b64decode(request["pdf"]), roots=request["roots"]).to_json())  # noqa: T201 - the answer


if __name__ == "__main__":
    main()
