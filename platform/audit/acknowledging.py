"""Somebody has looked into a gap of the log and says so: the check goes on telling it, but no longer as a problem."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import connection

from audit import trail
from audit.entry_types import EntryType
from audit.models import Entry
from core.tenancy import tenant


def acknowledge_gap(origin: str, *, reason_code: str, actor: str, at: datetime) -> UUID | None:
    """Log that the gap before the log of this name was looked into; gives the entry that says so.

    Nothing else of what a check finds is quieted by it.

    Args:
        origin: the log that goes on in place of the one that lost entries, as the check tells it.
        reason_code: why there is a gap, a code such as `restore_after_disk_failure`.
        actor: who says so.
        at: when.

    Returns:
        None when no log of this name begins with a gap.

    Raises:
        audit.entry_fields.EntryRefused: the reason is no code.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id FROM audit_log_named_v1(%s)", [origin])
        row = cursor.fetchone()
    if row is None:
        return None
    log_id, organisation_id = row
    with tenant(organisation_id, durable=True):
        if not Entry.objects.filter(origin_id=log_id, index=0, type=str(EntryType.LOG_REOPENED)).exists():
            return None
        return trail.record(
            organisation_id=organisation_id,
            entry_type=EntryType.GAP_ACKNOWLEDGED,
            actor=actor,
            subject=f"log:{log_id}",
            fields={
                "origin_sha256": hashlib.sha256(origin.encode()).hexdigest(),
                "reason_code": reason_code,
            },
            at=at,
        )
