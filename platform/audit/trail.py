"""How every other app writes to the log."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.transaction import TransactionManagementError

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
) -> UUID:
    """Log an act in the transaction that does it, and give the entry's identifier.

    The entry commits or vanishes with the act. It has no place in the log yet: the sequencer gives it one soon
    after the commit. To keep a refusal on record, call this in a durable transaction of its own.

    Args:
        organisation_id: whose log; must be the organisation of the enclosing `core.tenancy.tenant` block.
        entry_type: says which fields there are, see `audit.entry_types.FIELDS`.
        actor: `user:<uuid>`, `worker:<name>` or `system`.
        subject: `<kind>:<uuid>` or `<kind>:<64 hex digits>`; what `audit.queries.entries_about` finds it by.
        fields: a value of None leaves an optional field out.
        at: when it happened, by the clock of the caller. In law the order is that of the log.

    Raises:
        audit.entry_types.EntryRefused: something in it must not be logged.
        TransactionManagementError: no transaction is open, so entry and act could part.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("Record an entry inside the transaction of the act it tells of.")
    body = EntryBody(
        uid=new_id(),
        organisation_id=organisation_id,
        entry_type=entry_type,
        at=at,
        actor=actor,
        subject=subject,
        fields=fields,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit_append_v1(%s, %s, %s, %s, %s)",
            [organisation_id, body.uid, str(entry_type), subject, body.to_bytes()],
        )
    return body.uid
