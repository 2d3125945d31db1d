"""Which fields entries carry about signing keys and about files signed on top of others; see `audit.entry_fields`."""

from __future__ import annotations

from collections.abc import Mapping

from audit.entry_types import EntryType
from audit.field_groups import Fields, fields
from audit.field_kinds import Kind

# A file signed on top of another one; `updates` is the manifest that was active in that.
ON_TOP_OF_A_MANIFEST = {
    "asset": Kind.IDENTIFIER,
    "take": Kind.IDENTIFIER,
    "file_sha256": Kind.SHA256,
    "manifest_id": Kind.MANIFEST,
    "updates": Kind.MANIFEST,
    "intent": Kind.IDENTIFIER,
    "manifest_store_sha256": Kind.SHA256,
    "cause": Kind.IDENTIFIER,
}

FIELDS_OF_KEYS: Mapping[EntryType, Fields] = {
    # `record_sha256` is of the ceremony's record; `kind` what the key signs.
    EntryType.KEY_REGISTERED: fields(
        key_sha256=Kind.SHA256, kind=Kind.CODE, optional={"record_sha256": Kind.SHA256}
    ),
    EntryType.SIGNER_INSTALLED: fields(certificate_sha256=Kind.SHA256, kind=Kind.CODE),
    EntryType.SIGNER_RETIRED: fields(
        kind=Kind.CODE, reason_code=Kind.CODE, optional={"certificate_sha256": Kind.SHA256}
    ),
    EntryType.ROOT_REMOVED: fields(certificate_sha256=Kind.SHA256, reason_code=Kind.CODE),
    # `file_sha256` is of the file, or of the list, that the credential lies beside.
    EntryType.SIDECAR_SIGNED: Fields(
        {name: kind for name, kind in ON_TOP_OF_A_MANIFEST.items() if name != "cause"}, {}
    ),
    EntryType.IDENTITY_INSTALLED: fields(certificate_sha256=Kind.SHA256),
    EntryType.IDENTITY_RETIRED: fields(certificate_sha256=Kind.SHA256, reason_code=Kind.CODE),
}
