"""The settings of the SDK, as every signature and every reading here has them."""

from __future__ import annotations

from collections.abc import Sequence

import c2pa

from provenance import certificates
from provenance.manifest import CREATED_LABELS
from provenance.trust_list import Anchor

# Usages accepted in a claim signer. At the top level of `trust`: per anchor it has no effect in 0.91.
_ACCEPTED_USAGES = "\n".join(
    usage.dotted_string
    for usage in (certificates.CLAIM_SIGNING, certificates.DOCUMENT_SIGNING, certificates.EMAIL_PROTECTION)
)
# How the SDK names the list of time-stamping roots.
_TSA_LIST = "urn:countersign:time-stamping"
_IDENTITY_LIST = "urn:countersign:identities"
# Above this the SDK spools to $TMPDIR. Its default of 512 MB nearly doubles the memory of a large sign.
_SPOOL_THRESHOLD_MB = 16


def opened_context(
    anchors: Sequence[Anchor],
    tsa_roots_pem: str = "",
    identity_roots_pem: str = "",
    signer: c2pa.Signer | None = None,
) -> c2pa.Context:
    """A context of one use: it costs 0.2 ms, and one that a process forked with is no longer valid.

    It takes `signer` for its own. Then the file is out of the SDK's sight when it signs, and its check after signing
    would take a millisecond for the half that our own reading back does again.
    """
    tsa_anchors = [{"trust_kind": "tsa", "trust_uri": _TSA_LIST, "trust_anchors": tsa_roots_pem}]
    identity_anchors = [
        {
            "trust_kind": "cawg",
            "trust_uri": _IDENTITY_LIST,
            "trust_anchors": identity_roots_pem,
            "trust_config": f"{certificates.EMAIL_PROTECTION.dotted_string}\n",
        }
    ]
    return c2pa.Context.from_dict(
        {
            "version": 1,
            "trust": {
                "trust_config": _ACCEPTED_USAGES,
                "anchors": [
                    {
                        "trust_kind": "manifest",
                        "trust_uri": anchor.uri,
                        "trust_anchors": anchor.certificate_pem,
                    }
                    for anchor in anchors
                ]
                + (tsa_anchors if tsa_roots_pem else [])
                + (identity_anchors if identity_roots_pem else []),
            },
            "verify": {
                "verify_after_reading": True,
                "verify_trust": True,
                "verify_after_sign": signer is None,
                "verify_after_sign_hash": signer is None,
                "remote_manifest_fetch": False,
                "ocsp_fetch": False,
            },
            "core": {
                "allowed_network_hosts": [],
                "backing_store_memory_threshold_in_mb": _SPOOL_THRESHOLD_MB,
            },
            "builder": {
                "thumbnail": {"enabled": False},
                "created_assertion_labels": list(CREATED_LABELS),
            },
        },
        signer=signer,
    )
