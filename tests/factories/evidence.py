"""Real takes, and what outsiders say about the log that holds them, for evidence bundles."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from audit.cosignature import WitnessKey, cosign
from audit.platform_log import append_checkpoints
from audit.sequencer import LOG
from audit.timestamping import Authorities, stamp
from core.ids import new_id
from generation.evidence import write_take_bundle
from generation.operations.takes import request_take
from generation.trust import trust_document
from tests.evidence.bundles import Evidence
from tests.factories.signer import publish_all
from tests.factories.takes import Studio, an_order_for, rendered
from tests.timestamping import local_authority

WITNESS = "union.example/witness"


def take_of(studio: Studio) -> str:
    """A signed take with the consenting performer, its last word covered by the log."""
    order = an_order_for(studio, studio.consenting)
    card = rendered(request_take(order, actor=studio.producer, idempotency_key=str(new_id())), studio)
    assert card.state == "signed", card.failure_message
    return str(card.id)


def bundle_of(studio: Studio, take: str) -> bytes:
    target = io.BytesIO()
    write_take_bundle(studio.organisation_id, UUID(take), target, everybody=True)
    return target.getvalue()


def two_takes(studio: Studio, folder: Path) -> Evidence:
    takes = [take_of(studio), take_of(studio)]
    append_checkpoints()
    publish_all()
    key = Ed25519PrivateKey.generate()
    with local_authority(folder) as authority:
        _vouch(studio, key, Authorities(urls=(authority.url,), roots=(authority.root,)))
        root_pem = authority.root_pem
    trust = json.loads(trust_document()) | {
        "witnesses": [WitnessKey.of(WITNESS, key).vkey()],
        "witness_quorum": 1,
        "tsa_anchors": [root_pem],
    }
    return Evidence(bundle_of(studio, takes[0]), bundle_of(studio, takes[1]), trust)


def _vouch(studio: Studio, key: Ed25519PrivateKey, authorities: Authorities) -> None:
    """A witness cosigns the newest checkpoint, an authority stamps it; both are stored as the sequencer does it."""
    with connections[LOG].cursor() as cursor:
        cursor.execute(
            "SELECT origin_id, size, note FROM audit_checkpoint WHERE organisation_id = %s AND note IS NOT NULL"
            " ORDER BY size DESC LIMIT 1",
            [studio.organisation_id],
        )
        origin_id, size, note = cursor.fetchone()
        at = datetime.now(UTC)
        line = cosign(note.rpartition("\n\n")[0] + "\n", name=WITNESS, key=key, at=at)
        cursor.execute(
            "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [studio.organisation_id, origin_id, size, WITNESS, line, at],
        )
        given = stamp(note.encode(), authorities)
        cursor.execute(
            "INSERT INTO audit_timestamp (organisation_id, origin_id, size, tsa, token, stated_at)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            [studio.organisation_id, origin_id, size, given.tsa, given.reply, given.stated_at],
        )
