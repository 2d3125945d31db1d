"""What people do with signing keys, in the logs of those whose files the keys sign.

A key for claims or for lists signs for every organisation of the installation, and whoever audits one of them holds
that one's log and no other. So each organisation's log says it: that of an identity its own organisation's alone, all
else every one's. An organisation that is made later knows its signers by the digests in its intents to sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from provenance.errors import OrganisationUnknown
from provenance.providers.addresses import KeyPurpose
from provenance.roster import InstalledSigner, RegisteredKey, Roster


def require_organisation(organisation_id: UUID | None) -> None:
    """Refuse a key for an organisation that is not there; None is nobody's alone.

    Raises:
        OrganisationUnknown: there is none of this id.
    """
    if organisation_id is not None and organisation_id not in _organisations():
        raise OrganisationUnknown(
            f"There is no organisation {organisation_id} here, so nobody would stand behind what the key signs."
        )


@contextmanager
def registered_in_log(registered: RegisteredKey) -> Iterator[None]:
    """Around the writing of the roster: the entries commit when it is written, and where they cannot, it is not.

    Raises:
        OrganisationUnknown: the key is to be that of an organisation that is not there.
    """
    fields: dict[str, Canonical] = {
        "key_sha256": registered.public_key_sha256,
        "kind": registered.purpose.value,
        "record_sha256": registered.ceremony_sha256,
    }
    with _recorded(registered.organisation_id, EntryType.KEY_REGISTERED, fields):
        yield


@contextmanager
def installed_in_log(added: InstalledSigner, registered: RegisteredKey) -> Iterator[None]:
    """As above, around putting a certificate to a key.

    Raises:
        OrganisationUnknown: as above.
    """
    if registered.purpose is KeyPurpose.IDENTITY:
        entry_type, fields = EntryType.IDENTITY_INSTALLED, _of_certificate(added.certificate_sha256)
    else:
        entry_type = EntryType.SIGNER_INSTALLED
        fields = {**_of_certificate(added.certificate_sha256), "kind": registered.purpose.value}
    with _recorded(registered.organisation_id, entry_type, fields):
        yield


@contextmanager
def retired_in_log(entries: Roster, serial: str, *, reason_code: str) -> Iterator[None]:
    """As above, around taking a certificate off. Of one that no ceremony knew the log tells no digest."""
    added = next((one for one in entries.signers if one.serial == serial), None)
    registered = entries.key(added.public_key_sha256) if added else None
    fields = {**_of_certificate(added.certificate_sha256 if added else None), "reason_code": reason_code}
    if registered is not None and registered.purpose is KeyPurpose.IDENTITY:
        entry_type = EntryType.IDENTITY_RETIRED
    else:
        entry_type = EntryType.SIGNER_RETIRED
        fields["kind"] = (registered.purpose if registered else KeyPurpose.CLAIM).value
    with _recorded(registered.organisation_id if registered else None, entry_type, fields):
        yield


@contextmanager
def root_removed_in_log(root_sha256: str, *, reason_code: str) -> Iterator[None]:
    """As above, around taking a root off the trust list, and with it every signer under it."""
    fields = {**_of_certificate(root_sha256), "reason_code": reason_code}
    with _recorded(None, EntryType.ROOT_REMOVED, fields):
        yield


def _of_certificate(certificate_sha256: str | None) -> dict[str, Canonical]:
    return {"certificate_sha256": certificate_sha256}


@contextmanager
def _recorded(
    organisation_id: UUID | None, entry_type: EntryType, fields: dict[str, Canonical]
) -> Iterator[None]:
    """One entry in each log concerned, all in one transaction around the block."""
    require_organisation(organisation_id)
    at = clock.now()
    with transaction.atomic(durable=True):
        for one in _organisations() if organisation_id is None else (organisation_id,):
            with tenant(one):
                trail.record(
                    organisation_id=one,
                    entry_type=entry_type,
                    actor="system",
                    subject=f"organisation:{one}",
                    fields=fields,
                    at=at,
                )
        yield


def _organisations() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_organisation_ids_v1() AS id ORDER BY id")
        return [one for (one,) in cursor.fetchall()]
