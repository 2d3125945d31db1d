"""Finding entries of the log: by what they are about, by whom, of which type, in which production, when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from audit.entry_types import EntryType
from audit.models import Entry, LogOrigin
from audit.queries import (
    LARGEST_PAGE,
    PAGE_SIZE,
    EntryLine,
    EntryPage,
    ProvedEntry,
    entries_of,
    entry_with_proof,
    line_of,
)
from audit.reader import Reader
from audit.subjects import spellings
from audit.tiles import TileMissing
from core.tenancy import tenant

# What entries are about. Somebody who knows an identifier alone need not know which of these it names.
KINDS = (
    *("consent", "decision", "delivery", "engagement", "model", "organisation", "pack", "performer"),
    *("production", "release", "statement", "strike", "take", "user"),
)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_BARE = re.compile(_UUID)
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked for; None asks for nothing.

    Attributes:
        subject: `<kind>:<uuid>`, an identifier alone, or a commitment as it stands in the log.
        actor: `user:<uuid>`, `worker:<name>` or `system`; an identifier alone is a person's.
        since: by the clock of whoever recorded the entry, inclusive.
        until: as `since`, exclusive.
    """

    subject: str | None = None
    actor: str | None = None
    entry_type: EntryType | None = None
    production_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self == Search()


@dataclass(frozen=True, slots=True)
class FoundEntry:
    """An entry with the exact bytes that were hashed."""

    line: EntryLine
    body: bytes


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry for the one who reads it.

    Attributes:
        proved: None until a signed checkpoint covers it, and where no proof can be made from what is stored.
        damage: why none can be made; empty otherwise.
    """

    line: EntryLine
    body: bytes
    proved: ProvedEntry | None
    damage: str


def entry_for(reader: Reader, uid: UUID) -> ShownEntry | None:
    """The entry, or None where there is none that `reader` may see."""
    with tenant(reader.organisation_id):
        row = _matching(reader, Search()).filter(uid=uid).first()
        if row is None:
            return None
        line, body = line_of(row), bytes(row.body)
    try:
        return ShownEntry(line, body, entry_with_proof(reader.organisation_id, uid), "")
    except (TileMissing, UnicodeDecodeError) as error:
        return ShownEntry(line, body, None, f"What is stored of the log was changed: {error}")


def find_entries(
    reader: Reader, search: Search, *, before: UUID | None = None, limit: int = PAGE_SIZE
) -> EntryPage:
    """A page of what `reader` may see of what matches, newest first.

    Args:
        reader: whose log, and how much of it.
        search: what is asked for.
        before: identifier of an entry; only older ones. An unknown one gives an empty page.
        limit: at most `LARGEST_PAGE`.
    """
    limit = min(limit, LARGEST_PAGE)
    with tenant(reader.organisation_id):
        last = None
        if before is not None:
            last = Entry.objects.filter(organisation_id=reader.organisation_id, uid=before).first()
            if last is None:
                return EntryPage((), None)
        rows: list[Any] = []
        for log in _logs(reader, newest_first=True):
            # Of one log, so that its place alone is the order: an index gives it without sorting.
            found = _matching(reader, search).filter(origin_id=log).order_by("-index")
            if last is not None and log == last.origin_id:
                found = found.filter(index__lt=last.index)
            if last is None or log <= last.origin_id:
                rows += found[: limit + 1 - len(rows)]
            if len(rows) > limit:
                break
        lines = tuple(line_of(entry) for entry in rows[:limit])
    return EntryPage(lines, lines[-1].uid if len(rows) > limit else None)


def walk_entries(reader: Reader, search: Search) -> Iterator[FoundEntry]:
    """Everything that matches, in the order of the log, however much it is.

    Read in batches by place, each in a transaction of its own: the log only grows, so they fit together without a
    snapshot, and whoever reads slowly holds up no transaction. Entries that are integrated meanwhile come last.
    """
    with tenant(reader.organisation_id):
        logs = _logs(reader, newest_first=False)
    for log in logs:
        after = -1
        while True:
            with tenant(reader.organisation_id):
                found = _matching(reader, search).filter(origin_id=log, index__gt=after).order_by("index")
                batch = [FoundEntry(line_of(entry), bytes(entry.body)) for entry in found[:_BATCH]]
            yield from batch
            if len(batch) < _BATCH:
                break
            after = batch[-1].line.index


def _logs(reader: Reader, *, newest_first: bool) -> list[UUID]:
    """The logs of the organisation: one, and one more for every time it had to be opened anew."""
    logs = LogOrigin.objects.filter(organisation_id=reader.organisation_id)
    # Identifiers of logs sort by the time they were opened.
    return list(logs.order_by("-id" if newest_first else "id").values_list("id", flat=True))


def _matching(reader: Reader, search: Search) -> QuerySet[Any]:
    found = entries_of(reader.organisation_id)
    if reader.own_actor is not None:
        found = found.filter(actor=reader.own_actor)
    if search.subject is not None:
        found = found.filter(subject__in=_subjects(reader.organisation_id, search.subject))
    if search.actor is not None:
        found = found.filter(actor=_actor(search.actor))
    if search.entry_type is not None:
        found = found.filter(type=search.entry_type)
    if search.production_id is not None:
        found = found.filter(production_id=search.production_id)
    if search.since is not None:
        found = found.filter(at__gte=search.since)
    if search.until is not None:
        found = found.filter(at__lt=search.until)
    return found


def _subjects(organisation_id: UUID, asked: str) -> list[str]:
    """Every spelling under which the log may know what is asked for."""
    bare = _BARE.fullmatch(asked.strip().lower())
    meant = [f"{kind}:{bare[0]}" for kind in KINDS] if bare else [asked]
    return [spelt for subject in meant for spelt in spellings(organisation_id, subject)]


def _actor(asked: str) -> str:
    asked = asked.strip().lower()
    return f"user:{asked}" if _BARE.fullmatch(asked) else asked
