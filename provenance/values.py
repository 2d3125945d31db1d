"""Words of the provenance room: credential states and the facts that cross into other rooms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from provenance.fingerprints.values import Match


class CredentialState(StrEnum):
    """What a file's credential proves today. Seven answers, never merged."""

    TRUSTED = "trusted"
    RETIRED_SIGNER = "retired_signer"
    """Intact, by a signer that was on our list and was taken off it later."""
    UNKNOWN_SIGNER = "unknown_signer"
    """Intact, by nobody we know."""
    ALTERED = "altered"
    RECOVERED = "recovered"
    """No credential inside, and it looks like a file of ours."""
    ABSENT = "absent"
    UNREADABLE = "unreadable"


class UpdateReason(StrEnum):
    """Why a file's credential was added to after it was signed."""

    LEGAL_REVIEW = "legal_review"
    DELIVERY = "delivery"
    REPOSITORY_RECEIPT = "repository_receipt"


@dataclass(frozen=True, slots=True)
class ClaimSigner:
    """A key that may sign claims, with its certificates.

    Attributes:
        chain_pem: leaf first, then intermediates, never the root.
        certificate_sha256: of the leaf's DER, hexadecimal.
        serial: of the leaf, decimal, as the SDK spells it when it reads a file back.
        not_after: last instant of the leaf.
        sign: ES256 over the bytes given; returns r and s, 32 bytes each, big-endian (not DER).
    """

    chain_pem: str
    certificate_sha256: str
    serial: str
    not_after: datetime
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Identity:
    """An organisation that says, by its own key, that it stands behind statements of a credential (CAWG).

    Attributes:
        signer: its key, with certificates of its own.
        referenced: labels of the statements it stands behind.
        roles: in which role, in CAWG's words.
        roots_pem: the roots under which identities are accepted here.
    """

    signer: ClaimSigner
    referenced: tuple[str, ...]
    roles: tuple[str, ...]
    roots_pem: str


@dataclass(frozen=True, slots=True)
class SignedFile:
    """A take's file in its final place, signed and read back.

    Attributes:
        manifest_id: `urn:c2pa:` and a UUID.
        key: of the file in the media store.
        sha256_hex: of the whole signed file.
        time_stamped_at: the time that an outside authority put into the credential; None where it has none.
    """

    asset_id: UUID
    manifest_id: str
    key: str
    sha256_hex: str
    size_bytes: int
    state: CredentialState
    signer_certificate_sha256: str
    time_stamped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Authorization:
    """What `org.countersign.authorization` states: digests that only the parties can open."""

    decision_commitment_hex: str
    consent_commitments_hex: tuple[str, ...]
    rule_pack: str
    rule_pack_sha256: str
    log_origin: str


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where an entry stands: at `index`, from 0, of the log named `origin` when that had `size` entries.

    `witnesses` are those we know that cosigned it.
    """

    origin: str
    index: int
    size: int
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReference:
    """Where a credential's state is listed: the name of a signed list, and the index in it."""

    uri: str
    index: int


class PublicState(StrEnum):
    """What anybody is told of a file of ours, beside what its credential proves."""

    ACTIVE = "active"
    ENDED = "ended"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    DISPUTED = "disputed"
    """Somebody concerned says that it was not agreed to, and nobody has settled that yet."""
    NOT_DELIVERED = "not_delivered"
    """Made and kept, and given to nobody by its studio."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What of the permission behind a file stands at the moment of asking; `reason` names nobody.

    `performers`: those in it who chose to be named, as they chose to be; nobody else is told of.
    """

    state: PublicState
    reason: str
    since: datetime | None = None
    performers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Claims:
    """What a signer states about a file. Each is the signer's word; None where nothing is said.

    Attributes:
        signed_by: organisation and common name of the signing certificate.
        signed_at: RFC 3339, only from a time stamp of a trusted authority.
        made_at: RFC 3339, the signer's own word.
    """

    title: str | None
    signed_by: str | None
    certificate_serial: str | None
    signed_at: str | None
    made_at: str | None
    generator: str | None
    model_name: str | None
    model_version: str | None
    ai_generated: bool
    training_allowed: bool | None


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done. `action` is the standard's word or another maker's own; `when` is the signer's."""

    action: str
    words: str
    when: str | None


@dataclass(frozen=True, slots=True)
class MadeFrom:
    """One ingredient. `failures` are codes of what does not hold about it; empty where all does.

    `has_credential`: it brought a credential of its own.
    """

    title: str
    words: str
    has_credential: bool
    failures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """`is_whole`: the signer says that nothing else was done; None where it does not say."""

    done: tuple[Done, ...]
    is_whole: bool | None
    made_from: tuple[MadeFrom, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer about one file.

    Attributes:
        validation_state: the SDK's own word (Trusted, Valid, Invalid) or None when nothing could be read.
        reasons: sentences for people, most important first; never empty.
        recovered: manifest of the file of ours that this one looks like; None in every other state.
        authorization: only where `state` says that a signer of ours stated it.
        claims: None where nothing in the file can be relied on.
        log_place: where the intent to sign stands in a log we know, once the proof in the file is checked.
        today: what stands today, where this installation keeps the record; None where nobody can say.
        match: by what and how much it looks like `recovered`; None in every other state.
        told: what was done to the file and what it was made from; None where no credential could be read.
        status_reference: where a signed list tells that to anybody; None where the credential names none.
        is_part: it is intact and known to be less than what was signed, as some segments of a film are.
    """

    state: CredentialState
    validation_state: str | None
    reasons: tuple[str, ...]
    manifest_id: str | None
    recovered: str | None
    authorization: Authorization | None
    claims: Claims | None
    file_sha256: str | None
    log_place: LogPlace | None = None
    today: Today | None = None
    match: Match | None = None
    status_reference: StatusReference | None = None
    told: Told | None = None
    is_part: bool = False
