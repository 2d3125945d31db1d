"""A log's head and tree as the database holds them, for those who write logs. All on the connection of the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db.backends.utils import CursorWrapper

from audit.errors import LogDamaged
from audit.merkle import EMPTY_ROOT, Span, consistency_spans, inclusion_spans
from audit.models import PLATFORM
from audit.tiles import GrowingTree, TileId, TileMissing, edge_tiles, span_hash, tiles_of_spans
from core.ids import new_id

# Of our own choice; advisory locks have no names.
WRITERS_LOCK = 0x434F554E54455202
# A writer that hangs must not make every other one hang where no signal reaches it.
_LONGEST_LOCK_WAIT = "5s"
# A batch of thousands is sorted and joined in it, and else on disk.
_MEMORY = "64MB"

_UPSERT_TILES = """
    INSERT INTO audit_tile (organisation_id, origin_id, level, number, hashes)
    SELECT %s, %s, level, number, hashes
    FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS tile (level, number, hashes)
    ON CONFLICT (origin_id, level, number) DO UPDATE SET hashes = EXCLUDED.hashes
"""

# Identifiers of logs sort by the time they were opened.
_NEWEST = """
    SELECT o.id, o.organisation_id, o.origin, c.size, c.root, c.note
    FROM audit_logorigin o
    LEFT JOIN LATERAL (
        SELECT size, root, note FROM audit_checkpoint WHERE origin_id = o.id ORDER BY size DESC LIMIT 1
    ) c ON true
"""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log stands: its newest checkpoint, signed or not. An empty log has none."""

    origin_id: UUID
    organisation_id: UUID
    origin: str
    size: int
    root: bytes
    note: str | None


def lock_writers(cursor: CursorWrapper) -> None:
    """One writer of logs at a time, until the transaction ends.

    What is read by a later statement is what the last writer committed.

    Raises:
        django.db.OperationalError: another one holds the lock for too long.
    """
    cursor.execute(
        "SELECT set_config('lock_timeout', %s, true), set_config('work_mem', %s, true)",
        [_LONGEST_LOCK_WAIT, _MEMORY],
    )
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", [WRITERS_LOCK])


def newest_head(cursor: CursorWrapper, organisation_id: UUID) -> Head | None:
    """The head of the log that the organisation's entries go into, or None while it has none."""
    cursor.execute(
        f"{_NEWEST} WHERE o.organisation_id = %s ORDER BY o.id DESC LIMIT 1",
        [organisation_id],
    )
    row = cursor.fetchone()
    return _head(row) if row else None


def every_head(cursor: CursorWrapper) -> list[Head]:
    """The head of every log that is still written to, the platform's included."""
    cursor.execute(
        f"SELECT DISTINCT ON (organisation_id) newest.* FROM ({_NEWEST}) newest"  # noqa: S608
        " ORDER BY organisation_id, newest.id DESC"
    )
    return [_head(row) for row in cursor.fetchall()]


def _head(row: Sequence[object]) -> Head:
    origin_id, organisation_id, origin, size, root, note = row
    return Head(
        origin_id,  # type: ignore[arg-type]  # rows are typed by the database
        organisation_id,  # type: ignore[arg-type]  # as above
        str(origin),
        size or 0,  # type: ignore[arg-type]  # as above
        bytes(root) if root else EMPTY_ROOT,  # type: ignore[call-overload]  # as above
        note,  # type: ignore[arg-type]  # as above
    )


def open_log(cursor: CursorWrapper, organisation_id: UUID) -> Head:
    """A new, empty log for the organisation: its entries go there from now on."""
    # Random, not the organisation's identifier: a checkpoint shown around must not tell whose log it is.
    kind = "platform" if organisation_id == PLATFORM else "log"
    head = Head(new_id(), organisation_id, f"countersign/{kind}/{uuid4().hex}", 0, EMPTY_ROOT, None)
    cursor.execute(
        "INSERT INTO audit_logorigin (id, organisation_id, origin) VALUES (%s, %s, %s)",
        [head.origin_id, organisation_id, head.origin],
    )
    return head


def tree_of(cursor: CursorWrapper, head: Head) -> GrowingTree:
    """The tree as it is stored, proved to be the one of `head`.

    Raises:
        LogDamaged: it is not.
    """
    edge = _tiles(cursor, head.origin_id, edge_tiles(head.size))
    try:
        tree = GrowingTree(head.size, edge)
    except TileMissing as error:
        raise LogDamaged(head.origin, str(error)) from error
    if tree.root() != head.root:
        raise LogDamaged(
            head.origin, f"the stored tree of {head.size} entries is not the one of its checkpoint"
        )
    return tree


def write_head(cursor: CursorWrapper, head: Head, tree: GrowingTree) -> None:
    """Store the tree that `head` has grown to, and its checkpoint, which is signed after the commit."""
    tiles = sorted(tree.changed.items())
    cursor.execute(
        _UPSERT_TILES,
        [
            head.organisation_id,
            head.origin_id,
            [tile.level for tile, _ in tiles],
            [tile.number for tile, _ in tiles],
            [hashes for _, hashes in tiles],
        ],
    )
    cursor.execute(
        "INSERT INTO audit_checkpoint (organisation_id, origin_id, size, root) VALUES (%s, %s, %s, %s)",
        [head.organisation_id, head.origin_id, tree.size, tree.root()],
    )


def consistency_proof(cursor: CursorWrapper, origin_id: UUID, *, old_size: int, new_size: int) -> list[bytes]:
    """The proof that the stored tree of `old_size` is a prefix of that of `new_size`; none from an empty tree.

    Raises:
        TileMissing: the stored tree does not reach that far.
    """
    if old_size == 0:
        return []
    return _span_hashes(cursor, origin_id, consistency_spans(old_size=old_size, new_size=new_size))


def inclusion_proof(cursor: CursorWrapper, origin_id: UUID, *, index: int, size: int) -> list[bytes]:
    """The proof that a leaf stands in the stored tree of `size`.

    Raises:
        TileMissing: the stored tree does not reach that far.
    """
    return _span_hashes(cursor, origin_id, inclusion_spans(index=index, size=size))


def root_at(cursor: CursorWrapper, origin_id: UUID, size: int) -> bytes:
    """The root of the stored tree as it was at `size`.

    Raises:
        TileMissing: the stored tree does not reach that far.
    """
    return _span_hashes(cursor, origin_id, [(0, size)])[0] if size else EMPTY_ROOT


def _span_hashes(cursor: CursorWrapper, origin_id: UUID, spans: Sequence[Span]) -> list[bytes]:
    tiles = _tiles(cursor, origin_id, tiles_of_spans(spans))
    return [span_hash(span, tiles) for span in spans]


def _tiles(
    cursor: CursorWrapper, origin_id: UUID, wanted: Sequence[TileId] | set[TileId]
) -> dict[TileId, bytes]:
    places = sorted(wanted)
    cursor.execute(
        """
        SELECT level, number, hashes
        FROM audit_tile JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number) USING (level, number)
        WHERE origin_id = %s
        """,
        [[tile.level for tile in places], [tile.number for tile in places], origin_id],
    )
    return {TileId(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}
