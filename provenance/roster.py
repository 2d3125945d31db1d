"""Which keys are registered for what, and which signers are installed from when: one file that only grows. Pure.

    signers.json   below the keys folder

A key is registered once, for one purpose. A signer is a registered key with the certificates issued for it; it signs
from `active_from` on, until a newer one does or it is retired on the trust list.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from core.clock import rfc3339
from provenance.errors import KeyOfAnotherPurpose, KeyTaken
from provenance.providers.addresses import KeyPurpose

FORMAT = "countersign-signers-1"


class BadRoster(ValueError):
    """The file of the signers cannot be read as one. The message says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredKey:
    """A key and what it is for.

    Attributes:
        public_key_sha256: of its SubjectPublicKeyInfo (DER), hexadecimal.
        organisation_id: whose identity it signs; None for claims.
        address: where it lies.
        ceremony_sha256: of the record of the ceremony in which it was made; None where there was none.
    """

    public_key_sha256: str
    purpose: KeyPurpose
    organisation_id: UUID | None
    address: str
    registered_at: datetime
    ceremony_sha256: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledSigner:
    """A registered key with its certificates.

    Attributes:
        serial: of the leaf, decimal.
        chain_pem: leaf first, then intermediates, never the root.
    """

    public_key_sha256: str
    serial: str
    certificate_sha256: str
    chain_pem: str
    active_from: datetime
    installed_at: datetime


@dataclass(frozen=True, slots=True)
class Roster:
    keys: tuple[RegisteredKey, ...] = ()
    signers: tuple[InstalledSigner, ...] = ()

    def key(self, public_key_sha256: str) -> RegisteredKey | None:
        return next((one for one in self.keys if one.public_key_sha256 == public_key_sha256), None)

    def key_for(
        self, public_key_sha256: str, purpose: KeyPurpose, organisation_id: UUID | None = None
    ) -> RegisteredKey:
        """The registration of that key, once it is for that purpose.

        Raises:
            KeyOfAnotherPurpose: it is for another, another organisation's, or not registered.
        """
        found = self.key(public_key_sha256)
        if found is None:
            raise KeyOfAnotherPurpose(f"The key {public_key_sha256[:16]} is not registered for anything.")
        if found.purpose is not purpose:
            raise KeyOfAnotherPurpose(
                f"The key {public_key_sha256[:16]} is registered for {found.purpose}, not for {purpose}."
            )
        if found.organisation_id != organisation_id:
            raise KeyOfAnotherPurpose(f"The key {public_key_sha256[:16]} is another organisation's.")
        return found

    def with_key(self, added: RegisteredKey) -> Self:
        """With one more key.

        Raises:
            KeyTaken: it is registered already, whatever for.
        """
        known = self.key(added.public_key_sha256)
        if known is not None and known.purpose is not added.purpose:
            raise KeyOfAnotherPurpose(
                f"The key {added.public_key_sha256[:16]} is registered for {known.purpose} and cannot be for "
                f"{added.purpose} as well."
            )
        if known is not None:
            raise KeyTaken(f"The key {added.public_key_sha256[:16]} is registered already.")
        return replace(self, keys=(*self.keys, added))

    def with_signer(self, added: InstalledSigner) -> Self:
        """With one more signer.

        Raises:
            KeyTaken: this very certificate is installed.
        """
        if any(one.certificate_sha256 == added.certificate_sha256 for one in self.signers):
            raise KeyTaken(f"The certificate {added.serial} is installed already.")
        return replace(self, signers=(*self.signers, added))

    def signers_for(self, purpose: KeyPurpose, organisation_id: UUID | None = None) -> list[InstalledSigner]:
        """Every signer of that purpose, in the order in which they begin."""
        keys = {
            one.public_key_sha256
            for one in self.keys
            if one.purpose is purpose and one.organisation_id == organisation_id
        }
        return sorted(
            (one for one in self.signers if one.public_key_sha256 in keys),
            key=lambda one: (one.active_from, one.installed_at),
        )

    def signer_in_use(
        self,
        purpose: KeyPurpose,
        organisation_id: UUID | None = None,
        *,
        is_retired: Callable[[str], bool],
        at: datetime,
    ) -> InstalledSigner | None:
        """The signer that began last of those that have begun and are not retired; None where there is none.

        Args:
            purpose: what is to be signed.
            organisation_id: whose identity; None for claims.
            is_retired: tells of a serial (decimal) whether the trust list has taken it off at `at`.
            at: the instant of the signature.
        """
        begun = [
            one
            for one in self.signers_for(purpose, organisation_id)
            if one.active_from <= at and not is_retired(one.serial)
        ]
        return begun[-1] if begun else None


def to_json(roster: Roster) -> str:
    return json.dumps(
        {
            "format": FORMAT,
            "keys": [
                {
                    "public_key_sha256": one.public_key_sha256,
                    "purpose": one.purpose,
                    "organisation": str(one.organisation_id) if one.organisation_id else None,
                    "address": one.address,
                    "registered_at": rfc3339(one.registered_at),
                    "ceremony_sha256": one.ceremony_sha256,
                }
                for one in roster.keys
            ],
            "signers": [
                {
                    "public_key_sha256": one.public_key_sha256,
                    "serial": one.serial,
                    "certificate_sha256": one.certificate_sha256,
                    "chain": one.chain_pem,
                    "active_from": rfc3339(one.active_from),
                    "installed_at": rfc3339(one.installed_at),
                }
                for one in roster.signers
            ],
        },
        indent=2,
    )


def from_json(text: str) -> Roster:
    """The roster that `text` spells.

    Raises:
        BadRoster: another format, or a missing or senseless field.
    """
    try:
        document = json.loads(text)
        _check_format(document["format"])
        return Roster(
            keys=tuple(_key(entry) for entry in document["keys"]),
            signers=tuple(_signer(entry) for entry in document["signers"]),
        )
    except BadRoster:
        raise
    except (KeyError, TypeError, ValueError) as error:
        raise BadRoster(f"the file of the signers is malformed: {error!r}") from error


def _check_format(found: str) -> None:
    if found != FORMAT:
        raise BadRoster(f"format {found!r} is not {FORMAT}")


def _key(entry: Mapping[str, Any]) -> RegisteredKey:
    return RegisteredKey(
        public_key_sha256=entry["public_key_sha256"],
        purpose=KeyPurpose(entry["purpose"]),
        organisation_id=UUID(entry["organisation"]) if entry["organisation"] else None,
        address=entry["address"],
        registered_at=_instant(entry["registered_at"]),
        ceremony_sha256=entry["ceremony_sha256"],
    )


def _signer(entry: Mapping[str, Any]) -> InstalledSigner:
    return InstalledSigner(
        public_key_sha256=entry["public_key_sha256"],
        serial=entry["serial"],
        certificate_sha256=entry["certificate_sha256"],
        chain_pem=entry["chain"],
        active_from=_instant(entry["active_from"]),
        installed_at=_instant(entry["installed_at"]),
    )


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise BadRoster(f"{text!r} is a time without a zone")
    return instant
