"""Where entries of one type stand in an organisation's log: for whoever tells of many at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from audit.checkpoint import SIGNATURE_MARK
from audit.entry_types import EntryType
from audit.models import Checkpoint
from audit.queries import entries_of, line_of
from audit.stored_tree import root_at
from core.canonical import Canonical

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class PlacedEntry:
    """An entry and what holds it in its place.

    Attributes:
        index: its place, from 0: as many entries stand before it.
        root_before_hex: the root of the log of those entries. Whoever changes one of them changes it.
        checkpoint_size: of the first signed checkpoint that covers it; None until there is one.
        signature: that checkpoint's signature line; None likewise.
    """

    uid: UUID
    index: int
    fields: Mapping[str, Canonical]
    root_before_hex: str
    checkpoint_size: int | None
    signature: str | None


def placed_entries(
    organisation_id: UUID,
    entry_type: EntryType,
    *,
    production_ids: Sequence[UUID] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> Iterator[PlacedEntry]:
    """Entries of the type in the order of the log. Call inside `core.tenancy.tenant`.

    Args:
        organisation_id: whose log.
        entry_type: of the entries.
        production_ids: of these alone; empty: of all.
        since: that happened then or later.
        until: that happened before.

    Raises:
        audit.tiles.TileMissing: the stored tree does not reach as far as the entries.
    """
    found = entries_of(organisation_id).filter(type=str(entry_type))
    if production_ids:
        found = found.filter(production_id__in=production_ids)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    signatures: dict[tuple[UUID, int], str | None] = {}
    with connection.cursor() as cursor:
        for row in found.order_by("origin_id", "index").iterator(chunk_size=_AT_ONCE):
            line = line_of(row)
            place = (row.origin_id, line.checkpoint_size or 0)
            if place not in signatures:
                signatures[place] = _signature(*place)
            yield PlacedEntry(
                uid=line.uid,
                index=line.index,
                fields=line.fields,
                root_before_hex=root_at(cursor, row.origin_id, line.index).hex(),
                checkpoint_size=line.checkpoint_size,
                signature=signatures[place],
            )


def _signature(origin_id: UUID, size: int) -> str | None:
    row = Checkpoint.objects.filter(origin_id=origin_id, size=size, note__isnull=False).first()
    if row is None or row.note is None:
        return None
    return next((line for line in row.note.splitlines() if line.startswith(SIGNATURE_MARK)), None)
