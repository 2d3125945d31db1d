"""Gives committed entries their places in the log: the one writer of entries, tiles and checkpoints.

Everything of a batch is one transaction. A sequencer that dies leaves nothing half done, and two at once do
nothing twice: an advisory lock lets one work, and the unique place of every entry stands behind the lock.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.db.backends.utils import CursorWrapper

from audit.batches import counted, insert, next_rows
from audit.checkpoint import Checkpoint, NoteError, NoteKey, sign_checkpoint, verify_checkpoint
from audit.errors import LogDamaged
from audit.log_key import signing_key
from audit.merkle import EMPTY_ROOT
from audit.tiles import GrowingTree, TileId, TileMissing, edge_tiles
from core.ids import new_id

LOG = "log"

# Of our own choice; advisory locks have no names.
_LOCK = 0x434F554E54455202
# A sequencer that hangs must not make every other one hang where no signal reaches it.
_LONGEST_LOCK_WAIT = "5s"

_UPSERT_TILES = """
    INSERT INTO audit_tile (organisation_id, origin_id, level, number, hashes)
    SELECT %s, %s, level, number, hashes
    FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[]) AS tile (level, number, hashes)
    ON CONFLICT (origin_id, level, number) DO UPDATE SET hashes = EXCLUDED.hashes
"""


@dataclass(frozen=True, slots=True)
class _Head:
    """Where a log stands."""

    origin_id: UUID
    origin: str
    size: int
    root: bytes
    note: str | None


def integrate_pending(*, limit: int = 5000) -> int:
    """Integrate what is committed and waiting; give the number of entries that got a place.

    Every organisation is a transaction of its own, so that a busy or damaged log holds up no other.

    Args:
        limit: most entries of one organisation in one batch; call again while the answer is not 0. Entries may still
            wait for a transaction that could have written before them, see `audit.batches`.

    Raises:
        LogDamaged: at least one log could not be continued; the others were.
        django.db.OperationalError: the database does not answer, or another sequencer holds the lock for too long.
    """
    integrated = 0
    damages: list[LogDamaged] = []
    waiting = _waiting_organisations()
    if not waiting:
        return 0
    key = signing_key(settings.KEYS_FOLDER)
    for organisation_id in waiting:
        try:
            integrated += _integrate(organisation_id, limit=limit, key=key)
        except LogDamaged as damage:
            damages.append(damage)
        except IntegrityError as error:
            # A place, an identifier or a size is taken that the last checkpoint knows nothing of.
            damages.append(LogDamaged(f"of organisation {organisation_id}", str(error).partition("\n")[0]))
    if damages:
        raise damages[0]
    return integrated


def _waiting_organisations() -> list[UUID]:
    with connections[LOG].cursor() as cursor:
        cursor.execute("SELECT DISTINCT organisation_id FROM audit_outbox")
        return [organisation_id for (organisation_id,) in cursor.fetchall()]


def _integrate(organisation_id: UUID, *, limit: int, key: Ed25519PrivateKey) -> int:
    with transaction.atomic(using=LOG, durable=True), connections[LOG].cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_LONGEST_LOCK_WAIT])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        # A statement of its own after the lock: its snapshot shows what the last sequencer committed.
        rows = next_rows(cursor, organisation_id, limit=limit)
        if not rows:
            return 0
        head = _head(cursor, organisation_id)
        _refuse_foreign_head(head, key)
        tree = _tree(cursor, head)
        batch = counted(cursor, head.origin_id, rows)
        tree.append(batch.leaves)
        if insert(cursor, head.origin_id, batch, size=head.size) != len(rows):
            raise LogDamaged(head.origin, "the outbox changed while it was read")
        _write_tiles(cursor, organisation_id, head, tree.changed)
        checkpoint = Checkpoint(head.origin, tree.size, tree.root())
        cursor.execute(
            "INSERT INTO audit_checkpoint (organisation_id, origin_id, size, root, note) VALUES (%s, %s, %s, %s, %s)",
            [
                organisation_id,
                head.origin_id,
                checkpoint.size,
                checkpoint.root,
                sign_checkpoint(checkpoint, key=key),
            ],
        )
        cursor.execute("DELETE FROM audit_outbox WHERE id = ANY(%s)", [[row.id for row in rows]])
        return len(rows)


def _head(cursor: CursorWrapper, organisation_id: UUID) -> _Head:
    cursor.execute(
        """
        SELECT o.id, o.origin, c.size, c.root, c.note
        FROM audit_logorigin o
        LEFT JOIN LATERAL (
            SELECT size, root, note FROM audit_checkpoint WHERE origin_id = o.id ORDER BY size DESC LIMIT 1
        ) c ON true
        WHERE o.organisation_id = %s
        ORDER BY o.opened_at DESC, o.id DESC
        LIMIT 1
        """,
        [organisation_id],
    )
    row = cursor.fetchone()
    if row is None:
        return _open_log(cursor, organisation_id)
    origin_id, origin, size, root, note = row
    return _Head(origin_id, origin, size or 0, bytes(root) if root else EMPTY_ROOT, note)


def _open_log(cursor: CursorWrapper, organisation_id: UUID) -> _Head:
    # Random, not the organisation's identifier: a checkpoint shown around must not tell whose log it is.
    head = _Head(new_id(), f"countersign/log/{uuid4().hex}", 0, EMPTY_ROOT, None)
    cursor.execute(
        "INSERT INTO audit_logorigin (id, organisation_id, origin) VALUES (%s, %s, %s)",
        [head.origin_id, organisation_id, head.origin],
    )
    return head


def _refuse_foreign_head(head: _Head, key: Ed25519PrivateKey) -> None:
    """Go on only from what this very key has signed: never vouch for a state that somebody else put there."""
    if head.note is None:
        return
    try:
        signed = verify_checkpoint(head.note, key=NoteKey.of(head.origin, key))
    except NoteError as error:
        raise LogDamaged(head.origin, f"the last checkpoint is not ours: {error}") from error
    if (signed.size, signed.root) != (head.size, head.root):
        raise LogDamaged(head.origin, "the last checkpoint is stored as something it does not say")


def _tree(cursor: CursorWrapper, head: _Head) -> GrowingTree:
    """The tree as it is stored, proved to be the one that the last checkpoint signed."""
    wanted = edge_tiles(head.size)
    cursor.execute(
        """
        SELECT level, number, hashes
        FROM audit_tile JOIN unnest(%s::smallint[], %s::bigint[]) AS wanted (level, number) USING (level, number)
        WHERE origin_id = %s
        """,
        [[tile.level for tile in wanted], [tile.number for tile in wanted], head.origin_id],
    )
    edge = {TileId(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}
    try:
        tree = GrowingTree(head.size, edge)
    except TileMissing as error:
        raise LogDamaged(head.origin, str(error)) from error
    if tree.root() != head.root:
        raise LogDamaged(
            head.origin, f"the stored tree of {head.size} entries is not the one that was signed"
        )
    return tree


def _write_tiles(
    cursor: CursorWrapper, organisation_id: UUID, head: _Head, changed: dict[TileId, bytes]
) -> None:
    tiles = sorted(changed.items())
    cursor.execute(
        _UPSERT_TILES,
        [
            organisation_id,
            head.origin_id,
            [tile.level for tile, _ in tiles],
            [tile.number for tile, _ in tiles],
            [hashes for _, hashes in tiles],
        ],
    )
