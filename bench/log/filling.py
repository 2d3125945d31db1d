"""A large log to measure with, written through the real tables by the sequencer's role."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg

from audit.checkpoint import Checkpoint
from audit.entry_body import EntryBody, leaf_bytes
from audit.entry_types import EntryType
from audit.merkle import leaf_hash
from audit.tiles import GrowingTree, TileId
from core.clock import rfc3339
from core.ids import new_id

BATCH = 5000
_ACTOR = "worker:render-1"
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_UID = UUID(int=1)
_DIGITS = f"{_UID.int:064x}"

_INSERT_ENTRIES = """
    INSERT INTO audit_entry (uid, organisation_id, origin_id, index, counter, leaf_hash,
        type, actor, subject, at, recorded_at, body)
    SELECT uid, %s, %s, index, index + 1, leaf, %s, %s, subject, at, at, body
    FROM unnest(%b::uuid[], %b::bigint[], %b::bytea[], %b::text[], %b::timestamptz[],
        %b::bytea[]) AS entry (uid, index, leaf, subject, at, body)
"""
_INSERT_TILES = """
    INSERT INTO audit_tile (organisation_id, origin_id, level, number, hashes)
    SELECT %s, %s, level, number, hashes
    FROM unnest(%b::smallint[], %b::bigint[], %b::bytea[]) AS tile (level, number, hashes)
"""
_INSERT_CHECKPOINT = """
    INSERT INTO audit_checkpoint (organisation_id, origin_id, size, root, note) VALUES (%s, %s, %s, %s, %s)
"""


@dataclass(frozen=True, slots=True)
class FilledLog:
    """What was written."""

    organisation_id: UUID
    origin_id: UUID
    origin: str
    size: int
    bytes_each: int


def fill_log(
    url: str, entries: int, *, sign: Callable[[Checkpoint], str], organisation_id: UUID | None = None
) -> FilledLog:
    """Write a log of `entries` entries in batches as the sequencer does, a signed checkpoint after each.

    The entries are of a type that no table of another app repeats.

    Args:
        url: libpq URL of the sequencer's role.
        entries: how many.
        sign: gives the signed note of a checkpoint.
        organisation_id: whose log; by default a new one's.
    """
    organisation_id = organisation_id or new_id()
    origin_id, origin = new_id(), f"countersign/log/{uuid4().hex}"
    tree = GrowingTree(0, {})
    made = _entries(organisation_id)
    bytes_each = 0
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_logorigin (id, organisation_id, origin) VALUES (%s, %s, %s)",
            [origin_id, organisation_id, origin],
        )
        for start in range(0, entries, BATCH):
            batch = list(itertools.islice(made, min(BATCH, entries - start)))
            columns = [list(column) for column in zip(*batch, strict=True)]
            cursor.execute(
                _INSERT_ENTRIES,
                [organisation_id, origin_id, str(EntryType.MEMBER_CHANGED), _ACTOR, *columns],
            )
            tree.append(leaf for *_, leaf, _subject, _at, _body in batch)
            checkpoint = Checkpoint(origin, tree.size, tree.root())
            note = sign(checkpoint)
            cursor.execute(
                _INSERT_CHECKPOINT, [organisation_id, origin_id, checkpoint.size, checkpoint.root, note]
            )
            bytes_each = len(batch[-1][-1])
        tiles = list(tree.changed.items())
        for start in range(0, len(tiles), 500):
            _insert_tiles(cursor, organisation_id, origin_id, tiles[start : start + 500])
    return FilledLog(organisation_id, origin_id, origin, tree.size, bytes_each)


def _insert_tiles(
    cursor: psycopg.Cursor, organisation_id: UUID, origin_id: UUID, tiles: list[tuple[TileId, bytes]]
) -> None:
    levels, numbers = [tile.level for tile, _ in tiles], [tile.number for tile, _ in tiles]
    cursor.execute(
        _INSERT_TILES, [organisation_id, origin_id, levels, numbers, [hashes for _, hashes in tiles]]
    )


def _entries(organisation_id: UUID) -> Iterator[tuple[UUID, int, bytes, str, datetime, bytes]]:
    """Rows without end. Spelling each by itself would take most of the time, so one is filled in again."""
    form = _form(organisation_id)
    for index in itertools.count():
        uid, at = new_id(), _BEGAN + timedelta(seconds=index, microseconds=index % 1_000_000)
        digits = f"{uid.int:064x}"
        stated = form % {
            b"uid": b"%b" % str(uid).encode(),
            b"at": rfc3339(at).encode(),
            b"digits": digits.encode(),
        }
        body = leaf_bytes(stated, counter=index + 1)
        yield uid, index, leaf_hash(body), f"user:{digits}", at, body


def _form(organisation_id: UUID) -> bytes:
    spelt = EntryBody(
        uid=_UID,
        organisation_id=organisation_id,
        entry_type=EntryType.MEMBER_CHANGED,
        at=_BEGAN,
        actor=_ACTOR,
        subject=f"user:{_DIGITS}",
        fields={"member": str(_UID), "role": "producer"},
    ).to_bytes()
    for constant, name in ((_DIGITS, b"digits"), (str(_UID), b"uid"), (rfc3339(_BEGAN), b"at")):
        spelt = spelt.replace(constant.encode(), b"%%(%b)b" % name)
    return spelt
