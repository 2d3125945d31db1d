"""Who signs, under which roots, and what ceremonies there were, as the files here tell it; no key is touched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography import x509
from django.conf import settings

from core import clock
from provenance import keys
from provenance.ceremony_records import CeremonyRecord, ceremony_records
from provenance.claim_signers import in_use, load_roster
from provenance.errors import SignerUnfit
from provenance.providers.addresses import KeyPurpose
from provenance.roster import InstalledSigner, RegisteredKey, Roster
from provenance.trust_list import Anchor, Period, TrustList


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerCard:
    """One certificate that signs or did. `state`: in_use, to_come, superseded, compromised, ended or standing_by.

    `days_left`: whole days until its last, 0 once that is over. `is_development`: of the authority made here.
    """

    serial: str
    purpose: str
    certificate_sha256: str
    active_from: datetime
    not_after: datetime
    days_left: int
    state: str
    is_development: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """A registered key. `ceremony_sha256` None: it was made without one."""

    purpose: str
    address: str
    public_key_sha256: str
    registered_at: datetime
    ceremony_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorCard:
    """A root on the trust list. `removed_at` None: it stands. `earlier`: when it stood before it was off the list."""

    name: str
    sha256: str
    valid_from: datetime
    not_after: datetime
    removed_at: datetime | None
    removal: str | None
    earlier: tuple[Period, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CeremonyCard:
    """Who was there stands in the record itself, at the machine."""

    number: int
    act: str
    purpose: str
    at: datetime
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignersPage:
    policy: str
    trust_list_version: int
    trust_list_updated_at: datetime
    signers: tuple[SignerCard, ...]
    keys: tuple[KeyCard, ...]
    anchors: tuple[AnchorCard, ...]
    ceremonies: tuple[CeremonyCard, ...]


def signers_page(organisation_id: UUID) -> SignersPage:
    """What signs for everybody here, and what signs for this organisation; nothing of another one.

    Raises:
        BadRoster, BadTrustList, BadCeremonyRecord: a file that says so does not hold.
    """
    at = clock.now()
    folder = settings.KEYS_FOLDER
    entries, listed = load_roster(folder), keys.load_trust_list(folder, at=at)
    mine = [one for one in entries.keys if one.organisation_id in (None, organisation_id)]
    signers = [_signer(one, key, entries, listed, at) for key in mine for one in _installed(entries, key)]
    return SignersPage(
        policy=settings.KEY_STORES.policy,
        trust_list_version=listed.version,
        trust_list_updated_at=listed.updated_at,
        signers=(*_development(entries, listed, at), *sorted(signers, key=lambda one: one.active_from)),
        keys=tuple(_key(one) for one in mine),
        anchors=tuple(_anchor(one) for one in listed.anchors),
        ceremonies=tuple(
            _ceremony(one)
            for one in ceremony_records(folder)
            if one.stated.get("organisation") in (None, str(organisation_id))
        ),
    )


def _installed(entries: Roster, key: RegisteredKey) -> list[InstalledSigner]:
    return [one for one in entries.signers if one.public_key_sha256 == key.public_key_sha256]


def _signer(
    one: InstalledSigner, key: RegisteredKey, entries: Roster, listed: TrustList, at: datetime
) -> SignerCard:
    leaf = x509.load_pem_x509_certificates(one.chain_pem.encode("ascii"))[0]
    current = in_use(entries, listed, key.purpose, key.organisation_id, at=at)
    retired = listed.retirement(one.serial)
    if retired is not None and retired.retired_at <= at:
        state = retired.removal.value
    elif leaf.not_valid_after_utc <= at:
        state = "ended"
    elif one.active_from > at:
        state = "to_come"
    else:
        state = "in_use" if current == one else "standing_by"
    return SignerCard(
        serial=one.serial,
        purpose=key.purpose.value,
        certificate_sha256=one.certificate_sha256,
        active_from=one.active_from,
        not_after=leaf.not_valid_after_utc,
        days_left=max(0, (leaf.not_valid_after_utc - at).days),
        state=state,
        is_development=False,
    )


def _development(entries: Roster, listed: TrustList, at: datetime) -> tuple[SignerCard, ...]:
    """The signer of the development authority, where that one signs."""
    if settings.KEY_STORES.policy == "production" or in_use(entries, listed, KeyPurpose.CLAIM, at=at):
        return ()
    try:
        signer = keys.load_signer(settings.KEYS_FOLDER, at=at)
    except SignerUnfit:
        # The next signature makes one.
        return ()
    leaf = x509.load_pem_x509_certificates(signer.chain_pem.encode("ascii"))[0]
    return (
        SignerCard(
            serial=signer.serial,
            purpose=KeyPurpose.CLAIM.value,
            certificate_sha256=signer.certificate_sha256,
            active_from=leaf.not_valid_before_utc,
            not_after=signer.not_after,
            days_left=max(0, (signer.not_after - at).days),
            state="in_use",
            is_development=True,
        ),
    )


def _key(one: RegisteredKey) -> KeyCard:
    return KeyCard(
        purpose=one.purpose.value,
        address=one.address,
        public_key_sha256=one.public_key_sha256,
        registered_at=one.registered_at,
        ceremony_sha256=one.ceremony_sha256,
    )


def _anchor(one: Anchor) -> AnchorCard:
    root = x509.load_pem_x509_certificate(one.certificate_pem.encode("ascii"))
    return AnchorCard(
        name=one.name,
        sha256=one.sha256_hex,
        valid_from=one.valid_from,
        not_after=root.not_valid_after_utc,
        removed_at=one.removed_at,
        removal=one.removal.value if one.removal else None,
        earlier=one.earlier,
    )


def _ceremony(one: CeremonyRecord) -> CeremonyCard:
    return CeremonyCard(
        number=one.number,
        act=str(one.stated["act"]),
        purpose=str(one.stated["purpose"]),
        at=datetime.fromisoformat(str(one.stated["at"])),
        sha256=one.sha256_hex,
    )
