"""TRUST.json: the keys by which an evidence bundle is checked. Handed out by another way than the bundles."""

from __future__ import annotations

import json

from audit.evidence import trust_keys
from provenance.evidence import anchors_pem

VERSION = 1


def trust_document() -> str:
    """The keys of this installation, as `tools/verify_evidence.py` reads them.

    Raises:
        audit.errors.LogNotReady: nothing was ever signed here.
    """
    keys = trust_keys()
    return json.dumps(
        {
            "v": VERSION,
            "c2pa_anchors": list(anchors_pem()),
            "logs": list(keys.logs),
            "platform_log": keys.platform_log,
            "witnesses": list(keys.witnesses),
            "witness_quorum": keys.witness_quorum,
            "tsa_anchors": list(keys.tsa_anchors),
            "statements": list(keys.statements),
        },
        indent=2,
    )
