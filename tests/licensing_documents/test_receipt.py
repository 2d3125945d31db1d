from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import NoteKey, signature_line
from licensing.documents.receipt import (
    ConsentMoment,
    ReceiptFacts,
    ReceiptInvalid,
    signed_receipt,
    verify_receipt,
)
from tests.factories.licensing import terms

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
NAME = "countersign/consent-receipts/test"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = NoteKey.of(NAME, KEY)
FACTS = ReceiptFacts(
    receipt_id="0190a1b2-0000-7000-8000-000000000001",
    consent_id="0190a1b2-0000-7000-8000-000000000002",
    principal="ab" * 32,
    studio="Night Ferry Pictures",
    jurisdiction="US-CA",
    production="The Night Ferry",
    replica_type="ebdr_scan",
    terms=terms(),
    terms_sha256="cd" * 32,
    document_sha256="ef" * 32,
    moments=[ConsentMoment("recorded", NOON)],
    issued_at=NOON,
)
# The members that Kantara's receipt requires.
KANTARA = {
    *("version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "language"),
    *("piiPrincipalId", "piiControllers", "policyUrl", "services", "sensitive"),
}


def _note(facts: ReceiptFacts = FACTS) -> str:
    return signed_receipt(facts, name=NAME, key=KEY)


def test_it_says_what_both_standards_ask() -> None:
    content = verify_receipt(_note(), key=PUBLIC)

    assert set(content["kantara"]) >= KANTARA
    assert content["kantara"]["consentTimestamp"] == int(
        datetime.fromisoformat(terms()["separately_signed_at"]).timestamp()
    )
    assert content["kantara"]["sensitive"] is False
    assert content["iso_27560"]["events"] == [
        {"event_time": "2026-09-01T12:00:00.000000Z", "event_type": "explicit", "event_state": "given"}
    ]
    assert content["countersign"]["terms"] == terms()


def test_it_names_nobody_but_the_studio() -> None:
    note = _note()

    assert "Night Ferry Pictures" in note
    assert "Ana" not in note
    assert "@" not in note


def test_unknown_sensitivity_counts_as_sensitive() -> None:
    content = verify_receipt(_note(replace(FACTS, terms=terms(sensitive=None))), key=PUBLIC)

    assert content["kantara"]["sensitive"] is True


def test_very_long_terms_are_named_by_their_digest() -> None:
    content = verify_receipt(_note(replace(FACTS, terms=terms(description="x" * 200_000))), key=PUBLIC)

    assert content["countersign"]["terms"] is None
    assert content["countersign"]["terms_sha256"] == "cd" * 32


@pytest.mark.parametrize("part", ["Night Ferry Pictures", "scene 42", "ebdr_scan", '"sensitive":false'])
def test_a_changed_word_is_found(part: str) -> None:
    note = _note()
    assert part in note

    with pytest.raises(ReceiptInvalid):
        verify_receipt(note.replace(part, part.swapcase(), 1), key=PUBLIC)


@pytest.mark.parametrize(
    "text",
    [
        "{}\n",
        '{"schema_version":"other"}\n',
        '{"b":1, "a":2}\n',
        "[1]\n",
        "no json\n",
        '{"schema_version":"countersign-consent-receipt-1" }\n',
        '{"schema_version":"countersign-consent-receipt-1","x":1.5}\n',
    ],
)
def test_our_signature_alone_makes_no_receipt(text: str) -> None:
    with pytest.raises(ReceiptInvalid):
        verify_receipt(f"{text}\n{signature_line(text, name=NAME, key=KEY)}", key=PUBLIC)


def test_another_key_is_no_witness() -> None:
    other = NoteKey.of(NAME, Ed25519PrivateKey.generate())

    with pytest.raises(ReceiptInvalid):
        verify_receipt(_note(), key=other)


def test_what_is_no_note_is_refused() -> None:
    with pytest.raises(ReceiptInvalid):
        verify_receipt("hello", key=PUBLIC)
