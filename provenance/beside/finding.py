"""Where a credential lies beside a file, and what to say of the files that its list names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from provenance.beside.digest_list import SUFFIX, BadDigestList, differences, from_text
from provenance.values import CredentialState, Verification

CREDENTIAL_SUFFIX = ".c2pa"
_LONGEST_LIST_BYTES = 256 * 2**20
_MOST_TOLD = 3


def credential_path(path: Path) -> Path:
    """Where the credential of the file at `path` is laid: after its whole name, so that no two share one."""
    return path.with_name(f"{path.name}{CREDENTIAL_SUFFIX}")


def credential_beside(path: Path) -> Path | None:
    """The credential that lies beside the file at `path`: after its whole name, or in place of its ending."""
    for beside in (credential_path(path), path.with_suffix(CREDENTIAL_SUFFIX)):
        if beside != path and beside.is_file():
            return beside
    return None


def list_path(folder: Path) -> Path:
    """Where the list of the folder's files is laid: beside it, under its name."""
    return folder.with_name(f"{folder.name}{SUFFIX}")


def with_folder(verification: Verification, folder: Path) -> Verification:
    """The answer about a folder whose list was verified with `verification`."""
    if verification.state not in (
        CredentialState.TRUSTED,
        CredentialState.RETIRED_SIGNER,
        CredentialState.UNKNOWN_SIGNER,
    ):
        return verification
    path = list_path(folder)
    if path.stat().st_size > _LONGEST_LIST_BYTES:
        return _altered(verification, ("The list of the folder's files is too long.",))
    try:
        found = differences(from_text(path.read_text(encoding="utf-8")), folder)
    except (BadDigestList, UnicodeDecodeError, OSError) as error:
        return _altered(verification, (f"The folder is not what was signed: {error}.",))
    if not found:
        note = "Every file of the folder is as the signed list says, and no other lies there."
        return replace(verification, reasons=(*verification.reasons, note))
    more = len(found) - _MOST_TOLD
    told = "; ".join(found[:_MOST_TOLD]) + (f"; and {more} more" if more > 0 else "")
    return _altered(verification, (f"The folder is not what was signed: {told}.",))


def _altered(verification: Verification, reasons: tuple[str, ...]) -> Verification:
    return replace(
        verification,
        state=CredentialState.ALTERED,
        reasons=reasons,
        authorization=None,
        claims=None,
        log_place=None,
        today=None,
    )
