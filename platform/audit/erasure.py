"""Forgetting a person: their key and salt go, and that they went is an entry."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from audit import subjects, trail
from audit.entry_types import EntryType
from audit.models import SubjectKey
from core.tenancy import tenant


def erase_person(organisation_id: UUID, person_id: UUID, *, actor: str, at: datetime) -> UUID | None:
    """Erase what tells which entries are about a person; gives the entry that says so, None when nothing is held.

    The entries stay and prove what they proved, about somebody. Whoever was shown an opening before still has it.
    Backups hold the key until they expire, and the disk until PostgreSQL has vacuumed the table. An entry recorded
    later, about the same person, gets a new key.

    What other apps have registered in `settings.ERASURE_CHECKS` is asked first and may refuse, such as a litigation
    hold; nothing is erased then.
    """
    subject = f"{subjects.PERFORMER}:{person_id}"
    with tenant(organisation_id, durable=True):
        if not SubjectKey.objects.filter(person_id=person_id, erased_at__isnull=True).exists():
            return None
        for name in settings.ERASURE_CHECKS:
            import_string(name)(organisation_id, person_id)
        committed = subjects.commitment(organisation_id, subject)
        erasure = trail.record(
            organisation_id=organisation_id,
            entry_type=EntryType.SUBJECT_ERASED,
            actor=actor,
            subject=subject,
            fields={"person": subjects.digits(committed)},
            at=at,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT audit_erase_person_v1(%s, %s, %s)",
                [organisation_id, person_id, erasure],
            )
    return erasure
