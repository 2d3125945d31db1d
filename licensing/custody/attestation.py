"""What is said, under signature, when an asset is destroyed: what, when, why and which copies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.checkpoint import NoteError, NoteKey, open_note, sign_note
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from licensing.custody.keys import attestation_key, attestation_key_name

_KIND = "countersign/custody-destruction"
_VERSION = 1
_LIMITS = (
    "The key was the only one. Backups of the database hold it, wrapped, until they expire, and the disk until "
    "PostgreSQL has vacuumed the table. What a job held in memory went with the job. Copies outside this house are "
    "named here as they were recorded; nobody here can destroy them."
)


class AttestationInvalid(ValueError):
    """The note is no attestation of a key that is trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """What an attestation tells. `performer` is a commitment; names and labels never stand in one."""

    asset_id: UUID
    kind: str
    performer: str
    consent_id: UUID
    built_from: Sequence[UUID]
    built_into: Sequence[UUID]
    plain_sha256: str
    sealed_sha256: str
    sealed_bytes: int
    region: str
    retention_until: date
    received_at: datetime
    releases: int
    copies_outside: Sequence[str]
    reason: str
    destroyed_at: datetime


def attestation_note(destroyed: Destroyed, keys_folder: Path) -> str:
    """The signed note: one line of canonical JSON, then the signature."""
    content: dict[str, Canonical] = {
        "kind": _KIND,
        "v": _VERSION,
        "asset": str(destroyed.asset_id),
        "asset_kind": destroyed.kind,
        "performer": destroyed.performer,
        "consent": str(destroyed.consent_id),
        "built_from": [str(one) for one in destroyed.built_from],
        "built_into": [str(one) for one in destroyed.built_into],
        "plain_sha256": destroyed.plain_sha256,
        "received_at": rfc3339(destroyed.received_at),
        "retention_until": destroyed.retention_until.isoformat(),
        "released_to_jobs": destroyed.releases,
        "reason": destroyed.reason,
        "destroyed_at": rfc3339(destroyed.destroyed_at),
        "method": "deletion of the only key of an AES-256-GCM sealed file, then removal of the file",
        "copies": [
            {
                "what": "sealed file in the media store",
                "region": destroyed.region,
                "sealed_sha256": destroyed.sealed_sha256,
                "sealed_bytes": destroyed.sealed_bytes,
                "fate": "unreadable from destroyed_at on; removed after it",
            },
            *(
                {"what": "copy outside this house", "recorded_as": one, "fate": "not ours to destroy"}
                for one in destroyed.copies_outside
            ),
        ],
        "limits": _LIMITS,
    }
    key = attestation_key(keys_folder)
    return sign_note(canonical_bytes(content).decode("utf-8") + "\n", name=attestation_key_name(key), key=key)


def read_attestation(note: str, *, vkey: str) -> Mapping[str, Any]:
    """What an attestation says, after its signature was checked.

    Raises:
        AttestationInvalid: the key did not sign it, or it is something else.
    """
    try:
        text = open_note(note, keys=[NoteKey.from_vkey(vkey)])
        content = json.loads(text)
    except (NoteError, ValueError) as error:
        raise AttestationInvalid("No trusted key signed this attestation.") from error
    if not isinstance(content, dict) or content.get("kind") != _KIND:
        raise AttestationInvalid("The signed text is no attestation of destruction.")
    return content
