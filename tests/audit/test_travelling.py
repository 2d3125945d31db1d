"""The proof of an entry that leaves the house with a file."""

from __future__ import annotations

from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as django_settings
from django.db import connections
from pytest_django import Settings

from audit.checkpoint import NoteKey, text_of
from audit.cosignature import WitnessKey, cosign
from audit.listening import parse_address
from audit.log_key import public_key
from audit.queries import log_summary
from audit.sequencer import integrate_pending
from audit.tlog_proof import cosigned_by, proved_checkpoint, read_proof
from audit.travelling import travelling_proof
from audit.witness.client import Witness
from core import clock
from tests.factories.accounts import an_organisation
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import publish_all

WITNESS = Ed25519PrivateKey.generate()
WITNESS_KEY = WitnessKey.of("union.example", WITNESS)


@pytest.fixture(scope="module")
def sequenced() -> bool:
    return False


@pytest.fixture
def studio(committed_db: None) -> UUID:
    return an_organisation().id


def _cosign_newest(studio: UUID) -> None:
    summary = log_summary(studio)
    assert summary.checkpoint is not None
    line = cosign(text_of(summary.checkpoint), name="union.example", key=WITNESS, at=clock.now())
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
            " SELECT organisation_id, id, %s, 'union.example', %s, now() FROM audit_logorigin WHERE origin = %s",
            [summary.size, line, summary.origin],
        )


def test_an_entry_is_proved_under_the_newest_signed_checkpoint(studio: UUID) -> None:
    recorded(studio)
    uid = recorded(studio)
    recorded(studio)
    assert travelling_proof(studio, uid) is None
    integrate_pending()
    assert travelling_proof(studio, uid) is None
    publish_all()

    proved = travelling_proof(studio, uid)

    assert proved is not None
    key, origin = public_key(django_settings.KEYS_FOLDER), log_summary(studio).origin
    assert key is not None
    assert origin is not None
    signed = proved_checkpoint(
        read_proof(proved.proof.to_text()),
        leaf_hash=bytes.fromhex(proved.leaf_hash_hex),
        key=NoteKey.of(origin, key),
    )
    assert (proved.proof.index, signed.size) == (1, 3)


def test_another_organisation_gets_no_proof_of_it(studio: UUID) -> None:
    uid = recorded(studio)
    integrate_all()

    assert travelling_proof(an_organisation().id, uid) is None


def test_where_witnesses_are_asked_for_the_proof_waits_for_them_and_carries_their_lines(
    studio: UUID, settings: Settings
) -> None:
    settings.WITNESSES = (Witness(WITNESS_KEY, parse_address("http://127.0.0.1:1")),)
    settings.WITNESS_QUORUM = 1
    uid = recorded(studio)
    integrate_all()
    assert travelling_proof(studio, uid) is None

    _cosign_newest(studio)
    # A later checkpoint that nobody has cosigned yet is passed over.
    recorded(studio)
    integrate_all()

    proved = travelling_proof(studio, uid)
    assert proved is not None
    assert cosigned_by(proved.proof, [WITNESS_KEY]) == ("union.example",)
    assert text_of(proved.proof.checkpoint).splitlines()[1] == "1"
