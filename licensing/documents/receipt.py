"""The receipt of a consent: what the performer takes away, signed, checkable by anybody who has our public key.

A C2SP signed note: one line of canonical JSON (RFC 8785), a blank line, an Ed25519 signature line. The same form as
the log's checkpoints, so one verifier reads both, and no algorithm can be chosen by whoever writes the receipt.

Sources: Kantara Consent Receipt 1.1 (member names); ISO/IEC TS 27560:2023 by way of second-hand descriptions of its
tables 1 and 2 (grade C: the standard itself was not read; what it calls a thing may differ).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import NoteError, NoteKey, open_note, signature_line
from core.canonical import Canonical, NotCanonical, canonical_bytes
from core.clock import rfc3339

SCHEMA = "countersign-consent-receipt-1"
_KANTARA = "KI-CR-v1.1.0"
_NOT_STATED = "not stated"
# A note of more than 256 KB is no note; longer terms are named by their digest alone.
_LONGEST_TERMS = 150_000


class ReceiptInvalid(ValueError):
    """A text that is no receipt of ours, or was changed since we signed it."""


@dataclass(frozen=True, slots=True)
class ConsentMoment:
    """Something that happened to the record: `recorded`, `superseded`, `withdrawn`."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFacts:
    """What a receipt says. Nobody is named but the studio; the performer is a salted commitment."""

    receipt_id: str
    consent_id: str
    principal: str
    studio: str
    jurisdiction: str | None
    production: str
    replica_type: str
    terms: Mapping[str, Canonical]
    terms_sha256: str
    document_sha256: str
    moments: Sequence[ConsentMoment]
    issued_at: datetime


def receipt(facts: ReceiptFacts) -> dict[str, Canonical]:
    """The receipt's content, in the members of both standards beside our own."""
    return {
        "schema_version": SCHEMA,
        "issued_at": rfc3339(facts.issued_at),
        "kantara": _kantara(facts),
        "iso_27560": _iso(facts),
        "countersign": {
            "consent": facts.consent_id,
            "replica_type": facts.replica_type,
            "terms": facts.terms if len(canonical_bytes(facts.terms)) <= _LONGEST_TERMS else None,
            "terms_sha256": facts.terms_sha256,
            "document_sha256": facts.document_sha256,
        },
    }


def signed_receipt(facts: ReceiptFacts, *, name: str, key: Ed25519PrivateKey) -> str:
    text = canonical_bytes(receipt(facts)).decode("utf-8") + "\n"
    note = f"{text}\n{signature_line(text, name=name, key=key)}"
    verify_receipt(note, key=NoteKey.of(name, key))
    return note


def verify_receipt(note: str, *, key: NoteKey) -> dict[str, Any]:
    """The content of the receipt `note`, once `key` is shown to have signed exactly these bytes.

    Raises:
        ReceiptInvalid: malformed, changed, of another key, or not a receipt.
    """
    try:
        text = open_note(note, keys=[key])
        content = json.loads(text)
        canonical = canonical_bytes(content).decode("utf-8") + "\n"
    except NoteError as error:
        raise ReceiptInvalid(str(error)) from error
    except (ValueError, NotCanonical, RecursionError) as error:
        raise ReceiptInvalid("The signed text is not canonical JSON.") from error
    if text != canonical or not isinstance(content, dict) or content.get("schema_version") != SCHEMA:
        # The key may sign other things one day: a signature alone makes no receipt.
        raise ReceiptInvalid("The signed text is no consent receipt.")
    return content


def _kantara(facts: ReceiptFacts) -> dict[str, Canonical]:
    use = _intended(facts)
    sensitive = use.get("sensitive")
    given_at = _given_at(facts)
    return {
        "version": _KANTARA,
        "jurisdiction": facts.jurisdiction or _NOT_STATED,
        "consentTimestamp": int(given_at.timestamp()),
        "collectionMethod": _words(facts.terms.get("form_kind")),
        "consentReceiptID": facts.receipt_id,
        "language": "en",
        "piiPrincipalId": facts.principal,
        "piiControllers": [{"piiController": facts.studio}],
        "policyUrl": _NOT_STATED,
        "services": [
            {
                "service": facts.production,
                "purposes": [
                    {
                        "purpose": str(purpose),
                        "consentType": "EXPLICIT",
                        "piiCategory": ["likeness and voice", facts.replica_type],
                        "primaryPurpose": purpose == "this_production",
                        "termination": _termination(facts.terms),
                        "thirdPartyDisclosure": "license_for_training" in _listed(use.get("uses")),
                    }
                    for purpose in _listed(use.get("purposes"))
                ],
            }
        ],
        # Unknown is not "no": a likeness that identifies somebody is treated as sensitive unless the terms say none.
        "sensitive": sensitive != [],
        "spiCat": list(_listed(sensitive)),
    }


def _iso(facts: ReceiptFacts) -> dict[str, Canonical]:
    use = _intended(facts)
    return {
        "schema_version": "ISO/IEC TS 27560:2023",
        "record_id": facts.consent_id,
        "pii_principal_id": facts.principal,
        "privacy_notice": {"document_sha256": facts.document_sha256, "terms_sha256": facts.terms_sha256},
        "language": "en",
        "purposes": list(_listed(use.get("purposes"))),
        "lawful_basis": "consent",
        "pii_information": [{"pii_type": "likeness and voice", "replica_type": facts.replica_type}],
        "pii_controllers": [{"party_name": facts.studio, "party_role": "controller"}],
        "collection_method": _words(facts.terms.get("form_kind")),
        "processing_method": list(_listed(use.get("uses"))),
        "storage_locations": _NOT_STATED,
        "retention_period": _termination(facts.terms),
        "events": [
            {
                "event_time": rfc3339(one.at),
                "event_type": "explicit",
                "event_state": {"recorded": "given"}.get(one.kind, one.kind),
            }
            for one in facts.moments
        ],
    }


def _given_at(facts: ReceiptFacts) -> datetime:
    signed = facts.terms.get("separately_signed_at")
    return datetime.fromisoformat(signed.upper()) if isinstance(signed, str) else facts.moments[0].at


def _intended(facts: ReceiptFacts) -> Mapping[str, Canonical]:
    value = facts.terms.get("intended_use")
    return value if isinstance(value, Mapping) else {}


def _listed(value: Canonical) -> Sequence[Canonical]:
    return value if isinstance(value, list | tuple) else ()


def _termination(terms: Mapping[str, Canonical]) -> str:
    until = terms.get("valid_until")
    if until is False:
        return "no last day; ends when withdrawn"
    return f"ends after {until}, or when withdrawn" if until else _NOT_STATED


def _words(value: Canonical) -> str:
    return str(value).replace("_", " ") if value else _NOT_STATED
