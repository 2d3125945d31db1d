"""Entries of the log, recorded the way every app records them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import connections

from audit.entry_types import EntryType
from audit.sequencer import integrate_pending
from audit.trail import record
from core.canonical import Canonical
from core.tenancy import tenant
from tests.factories.signer import publish_all

NOON = datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC)


def recorded(
    organisation_id: UUID,
    *,
    entry_type: EntryType = EntryType.TAKE_CANCELLED,
    subject: str | None = None,
    fields: Mapping[str, Canonical] | None = None,
    at: datetime = NOON,
    production_id: UUID | None = None,
    person_id: UUID | None = None,
) -> UUID:
    """One entry, committed, by default of a take that nobody else speaks of."""
    take = uuid4()
    with tenant(organisation_id):
        return record(
            organisation_id=organisation_id,
            entry_type=entry_type,
            actor="worker:render-1",
            subject=subject or f"take:{take}",
            fields={"take": str(take)} if fields is None else fields,
            at=at,
            production_id=production_id,
            person_id=person_id,
        )


def integrate_all(*, within_s: float = 20.0) -> int:
    """Integrate until nothing waits, and have it signed; give the number of entries that got a place.

    Raises:
        TimeoutError: something still waits.
    """
    deadline = time.monotonic() + within_s
    integrated = 0
    while waiting():
        integrated += integrate_pending()
        if time.monotonic() > deadline:
            raise TimeoutError(f"{waiting()} entries still wait for their place in the log.")
    publish_all()
    return integrated


def waiting() -> int:
    with connections["log"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audit_outbox")
        return int(cursor.fetchone()[0])


def vouched_for(organisation_id: UUID) -> None:
    """Rows of a witness and of a time-stamping authority under the newest checkpoint; their bytes prove nothing."""
    newest = "FROM audit_checkpoint WHERE organisation_id = %s ORDER BY size DESC LIMIT 1"
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
            f" SELECT organisation_id, origin_id, size, 'witness.example', '', now() {newest}",
            [organisation_id],
        )
        cursor.execute(
            "INSERT INTO audit_timestamp (organisation_id, origin_id, size, tsa, token, stated_at)"
            f" SELECT organisation_id, origin_id, size, 'http://tsa.example', '', now() {newest}",
            [organisation_id],
        )
