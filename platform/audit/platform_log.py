"""The platform's log: the signed checkpoints of every organisation's log, in one tree of its own.

It puts all logs in one order, and it gives a log that is no longer shown away: its checkpoints stay here. Its leaves
name logs, whose names are random, and no organisation, so it may be read by everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, connections, transaction
from django.db.backends.utils import CursorWrapper

from audit.merkle import leaf_hash
from audit.models import PLATFORM
from audit.sequencer import LOG
from audit.stored_tree import Head, inclusion_proof, lock_writers, newest_head, open_log, tree_of, write_head
from core.canonical import canonical_bytes
from core.tenancy import tenant

VERSION = 1

_MISSING = """
    SELECT o.id, o.origin, c.size, c.root
    FROM audit_logorigin o
    JOIN LATERAL (
        SELECT size, root FROM audit_checkpoint
        WHERE origin_id = o.id AND note IS NOT NULL ORDER BY size DESC LIMIT 1
    ) c ON true
    WHERE o.organisation_id <> %(platform)s AND NOT EXISTS (
        SELECT FROM audit_platformentry p WHERE p.origin_id = %(origin)s AND p.log_id = o.id AND p.size >= c.size
    )
    ORDER BY o.id
"""


@dataclass(frozen=True, slots=True)
class _Checkpoint:
    log_id: UUID
    log: str
    size: int
    root: bytes

    def leaf(self) -> bytes:
        return canonical_bytes({"log": self.log, "root": self.root.hex(), "size": self.size, "v": VERSION})


@dataclass(frozen=True, slots=True)
class PlatformProof:
    """What proves that a checkpoint of a log stands in the platform's log.

    Attributes:
        size: of the log, as the leaf says.
        leaf: the hashed bytes: canonical JSON with the members log, root (hex), size and v.
        index: place of the leaf.
        proof: sibling hashes from the leaf up, for the tree that `note` is about.
        note: the platform's signed checkpoint.
        platform_size: its size.
    """

    size: int
    leaf: bytes
    index: int
    proof: tuple[bytes, ...]
    note: str
    platform_size: int


def append_checkpoints() -> int:
    """Add the newest signed checkpoint of every log that the platform's log lacks; give how many.

    The platform's own checkpoint over them is signed like every other, by `audit.publishing`.

    Raises:
        LogDamaged: the stored tree is not the one of its checkpoint.
    """
    with transaction.atomic(using=LOG, durable=True), connections[LOG].cursor() as cursor:
        lock_writers(cursor)
        head = newest_head(cursor, PLATFORM)
        cursor.execute(_MISSING, {"platform": PLATFORM, "origin": head.origin_id if head else None})
        missing = [
            _Checkpoint(log_id, log, size, bytes(root)) for log_id, log, size, root in cursor.fetchall()
        ]
        if missing:
            _append(cursor, head or open_log(cursor, PLATFORM), missing)
        return len(missing)


def continue_elsewhere(
    cursor: CursorWrapper, head: Head, *, old: Head, signed_size: int, root: bytes
) -> None:
    """Begin the log of `head` with the checkpoint that was signed last of the platform's log before it."""
    _append(cursor, head, [_Checkpoint(old.origin_id, old.origin, signed_size, root)])


def platform_proof(origin: str, *, size: int) -> PlatformProof | None:
    """The first checkpoint of a log in the platform's log that covers its first `size` entries, with its proof.

    None until the platform's log has a signed checkpoint above one. For the application's connection.
    """
    with tenant(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT p.origin_id, p.index, p.size, p.body, c.size, c.note
            FROM audit_platformentry p
            JOIN audit_log_named_v1(%s) AS log ON log.id = p.log_id
            JOIN LATERAL (
                SELECT size, note FROM audit_checkpoint
                WHERE origin_id = p.origin_id AND note IS NOT NULL ORDER BY size DESC LIMIT 1
            ) c ON c.size > p.index
            WHERE p.size >= %s
            ORDER BY p.origin_id DESC, p.index
            LIMIT 1
            """,
            [origin, size],
        )
        row = cursor.fetchone()
        if row is None:
            return None
        origin_id, index, covered, body, platform_size, note = row
        proof = inclusion_proof(cursor, origin_id, index=index, size=platform_size)
    return PlatformProof(
        size=covered,
        leaf=bytes(body),
        index=index,
        proof=tuple(proof),
        note=note,
        platform_size=platform_size,
    )


def platform_origin() -> str | None:
    """The name of the platform's log, None before its first checkpoint. For the application's connection."""
    with tenant(PLATFORM), connection.cursor() as cursor:
        head = newest_head(cursor, PLATFORM)
    return head.origin if head else None


def _append(cursor: CursorWrapper, head: Head, checkpoints: Sequence[_Checkpoint]) -> None:
    tree = tree_of(cursor, head)
    bodies = [checkpoint.leaf() for checkpoint in checkpoints]
    leaves = [leaf_hash(body) for body in bodies]
    tree.append(leaves)
    cursor.execute(
        """
        INSERT INTO audit_platformentry (origin_id, index, log_id, size, leaf_hash, body)
        SELECT %s, index, log_id, size, leaf_hash, body
        FROM unnest(%s::bigint[], %s::uuid[], %s::bigint[], %s::bytea[], %s::bytea[])
            AS leaf (index, log_id, size, leaf_hash, body)
        """,
        [
            head.origin_id,
            list(range(head.size, tree.size)),
            [checkpoint.log_id for checkpoint in checkpoints],
            [checkpoint.size for checkpoint in checkpoints],
            leaves,
            bodies,
        ],
    )
    write_head(cursor, head, tree)
