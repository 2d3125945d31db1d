"""That an organisation's identity was installed or retired, in that organisation's own log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import Canonical
from core.tenancy import tenant
from provenance.providers.addresses import KeyPurpose
from provenance.roster import InstalledSigner, RegisteredKey, Roster


@contextmanager
def installed_in_log(added: InstalledSigner, registered: RegisteredKey) -> Iterator[None]:
    """Around the writing of the files: the entry commits when they are written, and where it cannot, none is.

    Keys for claims and for lists belong to no organisation and have no entry; their ceremonies are their record.
    """
    if registered.organisation_id is None:
        yield
        return
    with _recorded(
        registered.organisation_id,
        EntryType.IDENTITY_INSTALLED,
        {"certificate_sha256": added.certificate_sha256},
    ):
        yield


@contextmanager
def retired_in_log(entries: Roster, serial: str, *, reason_code: str) -> Iterator[None]:
    """As above, around taking a certificate off: where it is that of an identity, its organisation's log says so."""
    added = next((one for one in entries.signers if one.serial == serial), None)
    registered = entries.key(added.public_key_sha256) if added else None
    if added is None or registered is None or registered.purpose is not KeyPurpose.IDENTITY:
        yield
        return
    if registered.organisation_id is None:
        raise RuntimeError("An identity is an organisation's.")
    with _recorded(
        registered.organisation_id,
        EntryType.IDENTITY_RETIRED,
        {"certificate_sha256": added.certificate_sha256, "reason_code": reason_code},
    ):
        yield


@contextmanager
def _recorded(organisation_id: UUID, entry_type: EntryType, fields: dict[str, Canonical]) -> Iterator[None]:
    with tenant(organisation_id, durable=True):
        trail.record(
            organisation_id=organisation_id,
            entry_type=entry_type,
            actor="system",
            subject=f"organisation:{organisation_id}",
            fields=fields,
            at=clock.now(),
        )
        yield
