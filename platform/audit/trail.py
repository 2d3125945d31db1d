"""How every other app writes to the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

from audit import subjects
from audit.entry_body import EntryBody
from audit.entry_types import EntryType
from core.canonical import Canonical
from core.ids import new_id


def record(
    *,
    organisation_id: UUID,
    entry_type: EntryType,
    actor: str,
    subject: str,
    fields: Mapping[str, Canonical],
    at: datetime,
    production_id: UUID | None = None,
    person_id: UUID | None = None,
) -> UUID:
    """Log an act in the transaction that does it, and give the entry's identifier.

    The entry commits or vanishes with the act. It has no place in the log yet: the sequencer gives it one soon
    after the commit. To keep a refusal on record, call this in a durable transaction of its own.

    Args:
        organisation_id: whose log; must be the organisation of the enclosing `core.tenancy.tenant` block.
        entry_type: says which fields there are, see `audit.entry_fields.FIELDS`.
        actor: `user:<uuid>`, `worker:<name>` or `system`.
        subject: `<kind>:<uuid>`, what `audit.queries.entries_about` finds it by. The log gets a commitment to it, see
            `audit.subjects`; one that was made already is taken as it is.
        fields: a value of None leaves an optional field out. Never a performer's identifier: `subjects.performers`.
        at: when it happened, by the clock of the caller. In law the order is that of the log.
        production_id: the production it happens in.
        person_id: the performer whom the subject is about, such as that of a consent.

    Raises:
        audit.entry_fields.EntryRefused: something in it must not be logged.
        TransactionManagementError: no transaction is open, so entry and act could part.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Record an entry inside the transaction of the act it tells of.")
    uid = new_id()

    def appended() -> bool:
        key = (
            subjects.remembered_key_for(organisation_id, subjects.person_of(subject, person_id))
            if subjects.is_plain(subject)
            else None
        )
        body = EntryBody(
            uid=uid,
            organisation_id=organisation_id,
            entry_type=entry_type,
            at=at,
            actor=actor,
            subject=key.commitment(subject) if key else subject,
            fields=fields,
            production_id=production_id,
        )
        return _append(organisation_id, key.id if key else None, body.to_bytes())

    if not appended():
        # The key that this process remembers is gone: the database was restored behind it, or emptied.
        subjects.forget(organisation_id)
        if not appended():
            raise RuntimeError("The key of an entry's subject was erased while the entry was recorded.")
    return uid


def _append(organisation_id: UUID, key_id: UUID | None, stated: bytes) -> bool:
    """Whether the entry was taken; False when the key that its subject was committed to with is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_append_v3(%s, %s, %s)", [organisation_id, key_id, stated])
        (taken,) = cursor.fetchone()
    return bool(taken)
