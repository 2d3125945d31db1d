"""Those who read the log, as requests make them of an actor."""

from __future__ import annotations

from types import SimpleNamespace
from uuid import UUID

from accounts.values import Actor
from audit.entry_types import EntryType
from audit.queries import PAGE_SIZE, EntryPage
from audit.reader import Reader, reader_of
from audit.searching import Search, find_entries


def reading_as(actor: Actor) -> Reader:
    return reader_of(SimpleNamespace(actor=actor))


def newest_entries(
    organisation_id: UUID,
    *,
    subject: str | None = None,
    entry_type: str | None = None,
    before: UUID | None = None,
    limit: int = PAGE_SIZE,
) -> EntryPage:
    """The newest entries of an organisation, for somebody who may read all of them."""
    reader = Reader(organisation_id, own_actor=None, may_export=True, may_watch=True)
    search = Search(subject=subject, entry_type=EntryType(entry_type) if entry_type else None)
    return find_entries(reader, search, before=before, limit=limit)
