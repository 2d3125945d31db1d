"""Effects wait here until the log covers what permits them.

An entry is covered when a signed checkpoint of its log reaches beyond it, cosigned by as many witnesses as the
settings ask for. Until then whoever administers the database could drop it unseen, so nothing that an entry permits
happens before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from uuid import UUID

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.transaction import TransactionManagementError

from audit.errors import LogNotReady
from audit.nudging import Waiter
from core.tenancy import tenant

_SHORTEST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.05
_GROWTH = 1.5


def vouched_sql(checkpoint: str, *, by: str | None = None) -> str:
    """A condition in SQL that says whether a checkpoint is signed and cosigned by as many witnesses as it takes.

    Args:
        checkpoint: alias of its row in the enclosing query.
        by: an instant, as SQL; what was signed later does not count. By default all does.
    """
    signed = f"{checkpoint}.note IS NOT NULL"
    in_time = ""
    if by is not None:
        signed += f" AND {checkpoint}.signed_at <= {by}"
        in_time = f" AND cosigned.created_at <= {by}"
    if not settings.WITNESSES:
        return signed
    # Letters, digits and a few signs, see `audit.witness.client`: no quotes to escape.
    names = ", ".join(f"'{witness.key.name}'" for witness in settings.WITNESSES)
    return f"""{signed} AND {settings.WITNESS_QUORUM} <= (
        SELECT count(*) FROM audit_cosignature cosigned
        WHERE cosigned.origin_id = {checkpoint}.origin_id AND cosigned.size = {checkpoint}.size
            AND cosigned.witness IN ({names}){in_time}
    )"""  # noqa: S608 - of our own code and settings, never of a request


def covered_sql(uid: str, *, by: str | None = None) -> str:
    """A condition in SQL that says whether an entry is covered; the only place that says what covers one.

    The largest covering checkpoint is looked up first, so that a long log answers as fast as a short one. A value is
    selected, not whether a row exists: to answer that, the planner may choose to read the whole log.

    Args:
        uid: the entry's identifier, as SQL: a column of the enclosing query, or a placeholder. NULL is not covered.
        by: as in `vouched_sql`: whether it was covered then.
    """
    return f"""coalesce((
        SELECT covered_entry.index < (
            SELECT covering.size FROM audit_checkpoint covering
            WHERE covering.origin_id = covered_entry.origin_id AND covering.size > covered_entry.index
                AND {vouched_sql("covering", by=by)}
            ORDER BY covering.size DESC LIMIT 1
        )
        FROM audit_entry covered_entry WHERE covered_entry.uid = {uid}
    ), false)"""  # noqa: S608 - of our own code, never of a request


def is_covered(organisation_id: UUID, uid: UUID) -> bool:
    """Whether the log covers an entry of the organisation."""
    return not _uncovered(organisation_id, [uid])


def wait_until_covered(
    organisation_id: UUID,
    uids: Collection[UUID],
    *,
    timeout_s: float | None = None,
    meanwhile: Callable[[], None] | None = None,
    message: str | None = None,
) -> None:
    """Return when the log covers every one of `uids`.

    A database that restarts meanwhile is asked again until the time is over.

    Args:
        organisation_id: whose entries they are.
        uids: identifiers that `audit.trail.record` gave, committed.
        timeout_s: how long to wait; by default as the settings say.
        meanwhile: called at every look; whatever it raises ends the waiting.
        message: what to tell when the time is over; by default that nothing followed.

    Raises:
        LogNotReady: the time is over.
        TransactionManagementError: a transaction is open: what it wrote could never be covered, and its locks would
            be held all the while.
    """
    if connection.in_atomic_block:
        raise TransactionManagementError(
            "Wait for the log outside every transaction: an entry is covered only after its commit."
        )
    deadline = time.monotonic() + (settings.LOG_WAIT_S if timeout_s is None else timeout_s)
    pause = _SHORTEST_PAUSE_S
    waiting: Collection[UUID] = _still_uncovered(organisation_id, uids)
    if not waiting:
        return
    is_heard = False
    with Waiter() as waiter:
        while waiting:
            is_heard = is_heard or waiter.nudge()
            # Whoever will be told need not look often.
            patience = min(_LONGEST_PAUSE_S if is_heard else pause, deadline - time.monotonic())
            if patience <= 0:
                raise LogNotReady(message)
            if meanwhile is not None:
                meanwhile()
            if waiter.wait(patience):
                # Told once for every nudge.
                is_heard = False
            else:
                pause = min(pause * _GROWTH, _LONGEST_PAUSE_S)
            waiting = _still_uncovered(organisation_id, waiting)


def _still_uncovered(organisation_id: UUID, uids: Collection[UUID]) -> list[UUID]:
    """As `_uncovered`; where the database does not answer, nothing is known to be covered."""
    try:
        return _uncovered(organisation_id, uids)
    except (OperationalError, InterfaceError):
        connection.close()
        return list(uids)


def _uncovered(organisation_id: UUID, uids: Collection[UUID]) -> list[UUID]:
    if not uids:
        return []
    with tenant(organisation_id), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT asked.uid FROM unnest(%s::uuid[]) AS asked (uid) WHERE NOT {covered_sql('asked.uid')}",  # noqa: S608 - as above
            [list(uids)],
        )
        return [uid for (uid,) in cursor.fetchall()]
