"""On what a take was made, as a document that its credential refers to by address and digest.

It says what the credential says of its authority, with the proof of the log, and nothing else: salted commitments
that the parties can open, no names. It is kept under its digest, so whoever has the credential has all they need to
fetch it, and nobody else finds it. In C2PA's words it is process evidence of the kind audit log; the standard has
such a reference *gathered*, because its holder vouches for it and not the signer of the claim.

Source: C2PA 2.4, 18.24 (`c2pa.external-reference`, hashed variant).
"""

from __future__ import annotations

import re
from dataclasses import replace

from django.conf import settings

from core.canonical import canonical_bytes
from core.digests import sha256_hex
from core.media_store import MediaStore
from provenance.errors import ProcessRecordMissing
from provenance.manifest import (
    AUTHORIZATION_LABEL,
    EXTERNAL_REFERENCE_LABEL,
    LOG_PROOF_LABEL,
    Assertion,
    Definition,
)

MEDIA_TYPE = "application/json"
_SUFFIX = ".process-record.json"
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")
# What the standard's schema takes for an address: a named host with a domain.
_REFERABLE = re.compile(r"https?://[A-Za-z0-9.-]+\.[a-z]{2,6}(:\d+)?(/.*)?")


def with_process_record(proved: Definition, store: MediaStore) -> Definition:
    """`proved`, with a reference to a record of its authority that is kept in `store`.

    Without an address at which strangers reach this installation there is nothing to refer to, and `proved` is given
    back as it is.

    Args:
        proved: with its authorization and the log's proof.
        store: of media.
    """
    base: str | None = settings.PUBLIC_URL
    if base is None or not _REFERABLE.fullmatch(base):
        return proved
    record = _record(proved)
    digest = sha256_hex(record)
    with store.temporary(_SUFFIX) as draft:
        draft.write_bytes(record)
        store.keep(draft, suffix=_SUFFIX)
    reference = Assertion(
        EXTERNAL_REFERENCE_LABEL,
        {
            "location": {
                "url": f"{base}/v1/process-records/{digest}",
                "alg": "sha256",
                # Bytes, which the SDK takes as numbers.
                "hash": [*bytes.fromhex(digest)],
                "dc:format": MEDIA_TYPE,
                "size": len(record),
                "data_types": [{"type": "c2pa.types.audit-log"}],
            },
            "description": "Commitments to the decision and the consents, and the proof of the log",
        },
    )
    return replace(proved, assertions=(*proved.assertions, reference))


def process_record(digest_hex: str) -> bytes:
    """The record with this digest.

    Raises:
        ProcessRecordMissing: there is none.
    """
    if _SHA256_HEX.fullmatch(digest_hex):
        path = MediaStore(settings.MEDIA_FOLDER).path(f"{digest_hex[:2]}/{digest_hex}{_SUFFIX}")
        if path.is_file():
            return path.read_bytes()
    raise ProcessRecordMissing("There is no such record here.")


def _record(proved: Definition) -> bytes:
    stated = {one.label: one.content for one in proved.assertions}
    return canonical_bytes(
        {
            "manifest": proved.manifest_id,
            "authorization": stated[AUTHORIZATION_LABEL],
            "log_proof": stated[LOG_PROOF_LABEL],
        }
    )
