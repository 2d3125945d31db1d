"""How the log works now: what waits, who signs, who watches, and what to do where something does not go well.

Every line is judged by what is known; what cannot be known from here is said to be unknown, never to be well.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Min
from django.utils.module_loading import import_string

from audit.health_outside import signer_line, time_line, witness_lines
from audit.health_values import Health, Line, PresentLog, State, by_age, counted, lasting
from audit.models import Checkpoint, Entry, LogOrigin, Outbox
from audit.reader import Reader
from core.tenancy import tenant

# The horizon matters for a quarter of a second; a transaction this old was forgotten.
_FORGOTTEN = timedelta(seconds=30)


def log_health(reader: Reader, *, at: datetime) -> Health:
    """The health of the organisation's log at `at`, now.

    Raises:
        LogNotForRole: `reader` may not watch it.
    """
    reader.require_health()
    organisation_id = reader.organisation_id
    with tenant(organisation_id):
        log = _present_log(organisation_id)
        lines = [_waiting(organisation_id, at), _checkpoint(log, at)]
        outside = [*witness_lines(log, at), time_line(organisation_id, at)]
        last = [_gaps(organisation_id), _transactions(at)]
    lines += [signer_line(organisation_id, log, at), *outside, *last]
    for name in settings.HEALTH_LINES:
        lines += import_string(name)(organisation_id, at=at)
    return Health(at, _overall(lines), tuple(lines))


def _overall(lines: list[Line]) -> State:
    order = list(State)
    trouble = [line.state for line in lines if order.index(line.state) > order.index(State.NOT_CONFIGURED)]
    return max(trouble, key=order.index, default=State.WELL)


def _present_log(organisation_id: UUID) -> PresentLog | None:
    origin = LogOrigin.objects.filter(organisation_id=organisation_id).order_by("-id").first()
    if origin is None:
        return None
    last = Entry.objects.filter(origin=origin).order_by("-index").first()
    signed = Checkpoint.objects.filter(origin=origin, note__isnull=False).order_by("-size").first()
    return PresentLog(
        origin_id=origin.id,
        origin=origin.origin,
        size=last.index + 1 if last else 0,
        newest_at=last.recorded_at if last else None,
        signed=signed.size if signed else 0,
        signed_at=signed.signed_at if signed else None,
        opened_at=origin.opened_at,
    )


def _waiting(organisation_id: UUID, at: datetime) -> Line:
    rows = Outbox.objects.filter(organisation_id=organisation_id).values_list("recorded_at")
    count, oldest = rows.count(), rows.aggregate(oldest=Min("recorded_at"))["oldest"]
    title = "Entries that wait for their place"
    if oldest is None:
        return Line("waiting", title, State.WELL, "None: everything that was recorded has its place.", size=0)
    waits = at - oldest
    state = by_age(waits)
    return Line(
        "waiting",
        title,
        state,
        f"{counted(count)} wait{'s' if count == 1 else ''}, the oldest for {lasting(waits)}.",
        ""
        if state is State.WELL
        else "See that the sequencer runs (manage.py audit sequence) and what it last wrote. While it stands, "
        "nothing that the log must cover first takes effect.",
        size=count,
        at=oldest,
    )


def _checkpoint(log: PresentLog | None, at: datetime) -> Line:
    title = "Last signed checkpoint"
    if log is None or log.newest_at is None:
        return Line("checkpoint", title, State.WELL, "There is none, because nothing has been logged yet.")
    if log.signed_at is None:
        said = f"None has been signed for this log, which has {counted(log.size)}."
        age = at - log.opened_at
    else:
        said = f"It was signed for {counted(log.signed)}, {lasting(at - log.signed_at)} ago."
        age = at - log.newest_at
    if log.signed >= log.size:
        said += " It covers every entry."
        return Line("checkpoint", title, State.WELL, said, size=log.signed, at=log.signed_at)
    behind = log.size - log.signed
    said += f" {counted(behind)} beyond it {'is' if behind == 1 else 'are'} not signed for."
    return Line(
        "checkpoint",
        title,
        by_age(age),
        said,
        "" if by_age(age) is State.WELL else "See the line of the signer, and what the sequencer last wrote.",
        size=log.signed,
        at=log.signed_at,
    )


def _gaps(organisation_id: UUID) -> Line:
    logs = list(LogOrigin.objects.filter(organisation_id=organisation_id).order_by("-id"))
    title = "Gaps on record"
    if len(logs) <= 1:
        return Line("gaps", title, State.WELL, "None: the log was never opened anew.")
    anew = len(logs) - 1
    return Line(
        "gaps",
        title,
        State.ON_RECORD,
        f"The log was opened anew {'once' if anew == 1 else f'{anew} times'}, the last time on "
        f"{logs[0].opened_at:%-d %B %Y, %H:%M} UTC, because what was stored was behind what had been signed.",
        "The first entry of each newer log says how large the gap is. Keep the older checkpoints.",
        at=logs[0].opened_at,
    )


def _transactions(at: datetime) -> Line:
    """Writing transactions of the server: the oldest that still runs holds the horizon of the log's order."""
    with connection.cursor() as cursor:
        # Of transactions of other accounts this role sees that they write, and not since when.
        cursor.execute(
            """
            SELECT min(xact_start), count(*) FILTER (WHERE xact_start IS NULL)
            FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()
            """
        )
        oldest, hidden = cursor.fetchone()
    title = "Long transactions"
    unseen = f" {hidden} more of other accounts of the server cannot be dated from here." if hidden else ""
    if oldest is not None and at - oldest > _FORGOTTEN:
        return Line(
            "transactions",
            title,
            State.LATE,
            f"One has been writing for {lasting(at - oldest)}.{unseen}",
            "Find it in pg_stat_activity and end it. Entries recorded meanwhile wait a quarter of a second for it, "
            "then they are placed without it.",
            at=oldest,
        )
    if hidden:
        return Line("transactions", title, State.UNKNOWN, f"None of ours writes for long.{unseen}")
    return Line("transactions", title, State.WELL, "None: no transaction has been writing for long.")
