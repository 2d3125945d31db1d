"""A key made before two people, and the request for its certificate.

The key comes into being in its store. Both people compare its fingerprint as it is read aloud; only then is it
registered, for one purpose, with a record signed by the key itself.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from asn1crypto import csr, keys, x509
from cryptography import x509 as certificate_names
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import NameOID
from django.conf import settings

from core.clock import rfc3339
from core.digests import sha256_hex
from core.key_files import alone_among_writers, replace_file
from provenance.ceremony_records import CeremonyRecord, keep_record
from provenance.claim_signers import load_roster, roster_path
from provenance.errors import CeremonyBroken, KeyExtractable, KeyOfAnotherPurpose
from provenance.keys import claim_folder
from provenance.providers.addresses import KeyPurpose, parse_key_address
from provenance.providers.signing_key import SigningKey, der_signature
from provenance.providers.stores import generated_key, opened_key
from provenance.roster import RegisteredKey, to_json

# What a person reads aloud at once.
_GROUP = 4
_OURS = (KeyPurpose.CLAIM, KeyPurpose.IDENTITY, KeyPurpose.STATUS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the ceremony is held for.

    Attributes:
        address: where the key is to lie, or lies already with `existing`.
        organisation_id: whose identity it signs; None for claims.
        people: the two who are there.
        country: two letters, in the request's subject like the two names after it.
    """

    address: str
    purpose: KeyPurpose
    organisation_id: UUID | None
    people: tuple[str, str]
    country: str
    organisation: str
    common_name: str
    existing: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What came of it: the request for a certificate (PEM), and the record."""

    key: SigningKey
    request_pem: str
    record: CeremonyRecord


def fingerprint(public_key_sha256: str) -> str:
    """In groups of four, to be read aloud."""
    return " ".join(public_key_sha256[at : at + _GROUP] for at in range(0, len(public_key_sha256), _GROUP))


def _unrecorded(_registered: RegisteredKey) -> AbstractContextManager[None]:
    return nullcontext()


def hold_ceremony(
    plan: Plan,
    *,
    compared: Callable[[str, str], str],
    at: datetime,
    recorded: Callable[[RegisteredKey], AbstractContextManager[None]] = _unrecorded,
) -> Made:
    """Make the key, have both people compare its fingerprint, register it.

    Args:
        plan: what for, and before whom.
        compared: asks the person (first argument) to type the first and the last group of the fingerprint (second
            argument) that was read aloud, and gives what they typed.
        at: now.
        recorded: entered around the registration; where it raises the key is not registered.

    Raises:
        CeremonyBroken: the people are not two, or one of them read something else. The key is not registered, so it
            signs nothing.
        KeyOfAnotherPurpose: this is no purpose of a key of ours, or the key has another one.
        KeyExtractable: the policy of the installation refuses the key.
        KeyUnavailable: its store does not make or open it.
    """
    _require_two(plan)
    address = parse_key_address(plan.address)
    key = opened_key(address) if plan.existing else generated_key(address)
    if key.extractable and settings.KEY_STORES.policy == "production":
        raise KeyExtractable(f"The key at {key.address} can leave its store, or came from elsewhere.")
    groups = fingerprint(key.public_key_sha256).split()
    for person in plan.people:
        typed = compared(person, " ".join(groups)).lower().split()
        if typed != [groups[0], groups[-1]]:
            raise CeremonyBroken(
                f"{person} read another fingerprint than that of the key at {key.address}. It is not registered. "
                "Find out why before it is used."
            )
    request = certificate_request(
        key, country=plan.country, organisation=plan.organisation, common_name=plan.common_name
    )
    return Made(key, request, _registered(plan, key, request, at=at, recorded=recorded))


def certificate_request(key: SigningKey, *, country: str, organisation: str, common_name: str) -> str:
    """A request for a certificate (PKCS #10, PEM), signed by the key in its store."""
    name = certificate_names.Name(
        [
            certificate_names.NameAttribute(NameOID.COUNTRY_NAME, country),
            certificate_names.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            certificate_names.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    public_key = key.public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    asked = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": x509.Name.load(name.public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(public_key),
            "attributes": csr.CRIAttributes([]),
        }
    )
    request = csr.CertificationRequest(
        {
            "certification_request_info": asked,
            "signature_algorithm": {"algorithm": "sha256_ecdsa"},
            "signature": der_signature(key.sign(asked.dump())),
        }
    )
    signed = certificate_names.load_der_x509_csr(request.dump())
    return signed.public_bytes(serialization.Encoding.PEM).decode("ascii")


def _require_two(plan: Plan) -> None:
    first, second = (" ".join(person.split()).casefold() for person in plan.people)
    if not first or not second or first == second:
        raise CeremonyBroken("A ceremony is held before two people, each named.")
    if plan.purpose not in _OURS:
        raise KeyOfAnotherPurpose(
            f"Keys for a {plan.purpose} are the log's: its signer makes and holds them (manage.py audit signer)."
        )
    if (plan.purpose is KeyPurpose.IDENTITY) != (plan.organisation_id is not None):
        raise KeyOfAnotherPurpose(
            "A key for an identity is one organisation's, and a key for claims or lists nobody's alone."
        )


def _registered(
    plan: Plan,
    key: SigningKey,
    request_pem: str,
    *,
    at: datetime,
    recorded: Callable[[RegisteredKey], AbstractContextManager[None]],
) -> CeremonyRecord:
    folder = settings.KEYS_FOLDER
    with alone_among_writers(claim_folder(folder)):
        entries = load_roster(folder)
        registered = RegisteredKey(
            public_key_sha256=key.public_key_sha256,
            purpose=plan.purpose,
            organisation_id=plan.organisation_id,
            address=key.address,
            registered_at=at,
        )
        # Before anything is written: a key has one purpose for life.
        entries.with_key(registered)
        record = keep_record(
            folder,
            {
                "act": "key registered" if plan.existing else "key made",
                "at": rfc3339(at),
                "purpose": plan.purpose.value,
                "organisation": str(plan.organisation_id) if plan.organisation_id else None,
                "people": list(plan.people),
                "fingerprint_compared_by": list(plan.people),
                "extractable": key.extractable,
                "policy": settings.KEY_STORES.policy,
                "request_sha256": sha256_hex(request_pem.encode("ascii")),
            },
            key,
        )
        vouched = replace(registered, ceremony_sha256=record.sha256_hex)
        with recorded(vouched):
            replace_file(roster_path(folder), to_json(entries.with_key(vouched)))
    return record
