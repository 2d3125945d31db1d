"""Gives committed entries their places in the log: the one writer of entries, tiles and checkpoints.

Everything of a batch is one transaction. A sequencer that dies leaves nothing half done, and two at once do
nothing twice: an advisory lock lets one work, and the unique place of every entry stands behind the lock. What is
written here is signed afterwards, see `audit.publishing`: so nobody ever signs what the database does not hold.
"""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connections, transaction

from audit.batches import counted, insert, next_rows
from audit.checkpoint import NoteError, NoteKey, verify_checkpoint
from audit.errors import LogDamaged
from audit.log_key import public_key
from audit.stored_tree import Head, lock_writers, newest_head, open_log, tree_of, write_head

LOG = "log"


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
    for organisation_id in waiting:
        try:
            integrated += _integrate(organisation_id, limit=limit)
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


def _integrate(organisation_id: UUID, *, limit: int) -> int:
    with transaction.atomic(using=LOG, durable=True), connections[LOG].cursor() as cursor:
        lock_writers(cursor)
        rows = next_rows(cursor, organisation_id, limit=limit)
        if not rows:
            return 0
        head = newest_head(cursor, organisation_id) or open_log(cursor, organisation_id)
        _refuse_foreign_head(head)
        tree = tree_of(cursor, head)
        batch = counted(cursor, head.origin_id, rows)
        leaves = insert(cursor, head.origin_id, batch, size=head.size)
        if len(leaves) != len(rows):
            raise LogDamaged(head.origin, "the outbox changed while it was read")
        tree.append(leaves)
        write_head(cursor, head, tree)
        cursor.execute("DELETE FROM audit_outbox WHERE id = ANY(%s)", [[row.id for row in rows]])
        return len(rows)


def _refuse_foreign_head(head: Head) -> None:
    """Never go on from a signed state that somebody else put there. What is not signed yet, the signer judges."""
    key = public_key(settings.KEYS_FOLDER)
    if head.note is None or key is None:
        return
    try:
        signed = verify_checkpoint(head.note, key=NoteKey.of(head.origin, key))
    except NoteError as error:
        raise LogDamaged(head.origin, f"the last checkpoint is not ours: {error}") from error
    if (signed.size, signed.root) != (head.size, head.root):
        raise LogDamaged(head.origin, "the last checkpoint is stored as something it does not say")
