"""Which marks a finished file carries: found by reading it back, never typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from core.digests import sha256_hex_of_file
from generation.deliveries.errors import FileUnfit
from licensing.values import DisclosureKind
from provenance.deriving.folders import SUFFIX as FOLDER_SUFFIX
from provenance.deriving.folders import unpacked
from provenance.values import CredentialState, Verification
from provenance.verifying import verify_file, verify_path

# What is put into every file when it is signed. A watermark is not among it.
_PUT_IN = frozenset({DisclosureKind.C2PA})
_INTACT = (CredentialState.TRUSTED, CredentialState.RETIRED_SIGNER)


@dataclass(frozen=True, slots=True)
class MarksFound:
    """`stripped`: one that was put into the file is there no longer."""

    marks: tuple[str, ...]
    stripped: bool


def marks_in(path: Path, *, organisation_id: UUID, file_sha256: str) -> MarksFound:
    """Read the file at `path` back through the independent reader, and say which marks it carries.

    Raises:
        FileUnfit: it is not the file that was signed, or its credential no longer holds.
    """
    found, sha256_hex = _read_back(path, organisation_id)
    if found.state not in _INTACT or sha256_hex != file_sha256:
        raise FileUnfit(
            f"The kept file reads back as {found.state.value.replace('_', ' ')}: {found.reasons[0]} Nothing is "
            "delivered. Restore the file from a backup, or make a new take."
        )
    marks = frozenset({DisclosureKind.C2PA})
    return MarksFound(marks=tuple(sorted(mark.value for mark in marks)), stripped=bool(_PUT_IN - marks))


def _read_back(path: Path, organisation_id: UUID) -> tuple[Verification, str | None]:
    """What the file proves, and its digest; of a packed folder what that proves when it is unpacked."""
    if path.suffix != FOLDER_SUFFIX:
        found = verify_file(path, organisation_id=organisation_id)
        return found, found.file_sha256
    with TemporaryDirectory() as place:
        return verify_path(unpacked(path, Path(place))), sha256_hex_of_file(path)
