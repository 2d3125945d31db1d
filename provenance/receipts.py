"""Receipts of the repository: that a manifest was taken in here, with the proof of the log.

Our repository takes in what is signed here, and the act is an entry of the log. So the proof is the place of that
entry under a signed checkpoint, in the form of C2SP tlog-proof; the entry itself stays here.

Source: C2PA Soft Binding API 2.4 (OpenAPI document 2.3.0), `c2pa.manifestReceipt` and `c2pa.verifiedManifestReceipt`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from audit.checkpoint import NoteKey
from audit.log_key import public_key
from audit.tlog_proof import ProofRefused, names_key, proved_checkpoint, read_proof
from audit.travelling import ProvedLeaf, travelling_proof
from provenance.errors import ReceiptMissing
from provenance.resolution import visible

RECEIPT_TYPE = "org.c2pa.manifest-receipt"
_CONTEXT = {"c2pa": "https://c2pa.org/ns/", "receipt": "https://c2pa.org/ns/manifest-receipt#"}
_PROOF_KIND = "tlog-proof"
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


def receipt_of(manifest_id: str, *, base: str, organisation_id: UUID | None = None) -> dict[str, Any]:
    """The receipt of a manifest, checked as anybody would check it.

    Args:
        manifest_id: `urn:c2pa:` and a UUID, in upper or lower case.
        base: address of this installation, without a slash at its end.
        organisation_id: of a member who asks; None for a stranger.

    Raises:
        ManifestMissing: as `resolution.manifest_store`.
        ReceiptMissing: the log does not cover its entry yet, or it was signed before entries were named.
    """
    urn = visible(manifest_id, organisation_id=organisation_id)
    proved = _proved(urn)
    receipt = {
        "@context": dict(_CONTEXT),
        "@type": RECEIPT_TYPE,
        "repository": {"uri": f"{base}/v1", "manifestId": urn},
        "anchor": {
            "uri": f"{base}/v1/manifests/{urn}/receipts",
            "proof": {
                "alg": _PROOF_KIND,
                "leaf_hash": proved.leaf_hash_hex,
                "proof": proved.proof.to_text(),
            },
        },
    }
    return _answer(receipt, _fault(receipt, urn, proved))


def checked_receipt(
    manifest_id: str, receipt: Mapping[str, Any], *, organisation_id: UUID | None = None
) -> dict[str, Any]:
    """The receipt that somebody handed in, with whether it proves that `manifest_id` was taken in here.

    Args:
        manifest_id: as `receipt_of`.
        receipt: of the form `c2pa.manifestReceipt`.
        organisation_id: as `receipt_of`.

    Raises:
        ManifestMissing, ReceiptMissing: as `receipt_of`.
    """
    urn = visible(manifest_id, organisation_id=organisation_id)
    return _answer(receipt, _fault(receipt, urn, _proved(urn)))


def _answer(receipt: Mapping[str, Any], fault: str | None) -> dict[str, Any]:
    return {**receipt, "verified": fault is None, **({} if fault is None else {"error": fault})}


def _proved(urn: str) -> ProvedLeaf:
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, entry_uid FROM provenance_entry_of_manifest_v1(%s)", [urn])
        row = cursor.fetchone()
    proved = None if row is None else travelling_proof(row[0], row[1])
    if proved is None:
        raise ReceiptMissing("The log does not cover the record of this manifest yet. Come back in a moment.")
    return proved


def _fault(receipt: Mapping[str, Any], urn: str, own: ProvedLeaf) -> str | None:
    """Why the receipt proves nothing of this manifest; None where it does."""
    repository, stated = receipt["repository"], receipt["anchor"]["proof"]
    if str(repository["manifestId"]).lower() != urn:
        return "The receipt is of another manifest."
    if settings.PUBLIC_URL is not None and repository["uri"] != f"{settings.PUBLIC_URL}/v1":
        return "The receipt is of another repository."
    leaf, text = stated.get("leaf_hash"), stated.get("proof")
    if stated.get("alg") != _PROOF_KIND or not isinstance(text, str) or not isinstance(leaf, str):
        return "The proof is not of the kind that this repository gives."
    if not _SHA256_HEX.fullmatch(leaf) or leaf != own.leaf_hash_hex:
        return "The proof is of another entry than the one that records this manifest."
    try:
        proof = read_proof(text)
        public = public_key(settings.KEYS_FOLDER)
        key = NoteKey.of(proof.checkpoint.partition("\n")[0], public) if public else None
        if key is None or not names_key(proof, key):
            return "The checkpoint in the proof is not signed by the log of this repository."
        proved_checkpoint(proof, leaf_hash=bytes.fromhex(leaf), key=key)
    except ProofRefused as error:
        return str(error)
    return None
