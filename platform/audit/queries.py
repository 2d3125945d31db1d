"""What people and other apps read from the log. Only what is integrated is seen here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from audit.checkpoint import NoteKey
from audit.entry_body import BodyUnreadable, read_body
from audit.log_key import public_key
from audit.merkle import EMPTY_ROOT
from audit.models import Checkpoint, Entry, LogOrigin
from audit.stored_tree import inclusion_proof
from audit.subjects import spellings
from core.canonical import Canonical
from core.tenancy import tenant

PAGE_SIZE = 50
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class LogSummary:
    """Where an organisation's log stands.

    Attributes:
        origin: the log's name, or None while nothing was ever logged.
        checkpoint: the signed note that size and root come from.
        vkey: the key that signed it, as log clients are configured with.
    """

    origin: str | None
    size: int
    root_hex: str
    checkpoint: str | None
    checkpoint_at: datetime | None
    vkey: str | None


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry.

    Attributes:
        index: its place, from 0.
        at: when it happened, by the clock of whoever recorded it.
        recorded_at: when the database took it.
        counter: how many entries of its type and production this log holds up to it.
        fields: empty where the bytes are no entry any more, which the check reports.
        checkpoint_size: size of the first signed checkpoint that covers it; None until there is one.
    """

    uid: UUID
    origin: str
    index: int
    counter: int
    type: str
    production_id: UUID | None
    at: datetime
    recorded_at: datetime
    actor: str
    subject: str
    fields: Mapping[str, Canonical]
    leaf_hash_hex: str
    checkpoint_size: int | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Entries, newest first. `next_before` continues where they end, None at the end."""

    entries: tuple[EntryLine, ...]
    next_before: UUID | None


@dataclass(frozen=True, slots=True)
class ProvedEntry:
    """An entry with all that proves its place.

    Attributes:
        body: the hashed bytes; the leaf is SHA-256 of a zero byte and these.
        proof_hex: sibling hashes from the leaf up, for the tree of `size`.
        checkpoint: the signed note that says `size` and `root_hex`.
    """

    line: EntryLine
    body: str
    proof_hex: tuple[str, ...]
    size: int
    root_hex: str
    checkpoint: str
    vkey: str


def log_summary(organisation_id: UUID) -> LogSummary:
    with tenant(organisation_id):
        origin = LogOrigin.objects.filter(organisation_id=organisation_id).order_by("-id").first()
        latest = _signed(origin.id).first() if origin else None
    if origin is None or latest is None:
        return LogSummary(None, 0, EMPTY_ROOT.hex(), None, None, None)
    return LogSummary(
        origin=origin.origin,
        size=latest.size,
        root_hex=bytes(latest.root).hex(),
        checkpoint=latest.note,
        checkpoint_at=latest.created_at,
        vkey=_vkey(origin.origin),
    )


def entries_about(
    organisation_id: UUID, subject: str, *, person_id: UUID | None = None
) -> tuple[EntryLine, ...]:
    """Everything logged about `subject`, in the order of the log; see `audit.subjects.spellings`."""
    with tenant(organisation_id):
        called = spellings(organisation_id, subject, person_id=person_id)
        found = entries_of(organisation_id).filter(subject__in=called)
        return tuple(line_of(entry) for entry in reversed(found))


def entry_with_proof(organisation_id: UUID, uid: UUID) -> ProvedEntry | None:
    """The entry with its inclusion proof under the newest checkpoint, or None when no signed one covers it (yet)."""
    with tenant(organisation_id):
        entry = entries_of(organisation_id).filter(uid=uid).first()
        if entry is None:
            return None
        latest = _signed(entry.origin_id).filter(size__gt=entry.index).first()
        if latest is None or latest.note is None:
            return None
        with connection.cursor() as cursor:
            proof = inclusion_proof(cursor, entry.origin_id, index=entry.index, size=latest.size)
        line = line_of(entry)
    return ProvedEntry(
        line=line,
        body=bytes(entry.body).decode(),
        proof_hex=tuple(one.hex() for one in proof),
        size=latest.size,
        root_hex=bytes(latest.root).hex(),
        checkpoint=latest.note,
        vkey=_vkey(line.origin) or "",
    )


def _signed(origin_id: UUID) -> QuerySet[Checkpoint]:
    """Signed checkpoints of a log, newest first."""
    return Checkpoint.objects.filter(origin_id=origin_id, note__isnull=False).order_by("-size")


def entries_of(organisation_id: UUID) -> QuerySet[Any]:
    covering = Checkpoint.objects.filter(
        origin_id=OuterRef("origin_id"), size__gt=OuterRef("index"), note__isnull=False
    )
    return (
        Entry.objects.filter(organisation_id=organisation_id)
        .select_related("origin")
        .annotate(checkpoint_size=Subquery(covering.order_by("size").values("size")[:1]))
        # Identifiers of logs sort by the time they were opened.
        .order_by("-origin_id", "-index")
    )


def line_of(entry: Any) -> EntryLine:  # noqa: ANN401 - an Entry with the annotation of `entries_of`
    return EntryLine(
        uid=entry.uid,
        origin=entry.origin.origin,
        index=entry.index,
        counter=entry.counter,
        type=entry.type,
        production_id=entry.production_id,
        at=entry.at,
        recorded_at=entry.recorded_at,
        actor=entry.actor,
        subject=entry.subject,
        fields=_fields(bytes(entry.body)),
        leaf_hash_hex=bytes(entry.leaf_hash).hex(),
        checkpoint_size=entry.checkpoint_size,
    )


def _fields(body: bytes) -> Mapping[str, Canonical]:
    try:
        return read_body(body).fields
    except BodyUnreadable:
        return {}


def _vkey(origin: str) -> str | None:
    key = public_key(settings.KEYS_FOLDER)
    return NoteKey.of(origin, key).vkey() if key else None
