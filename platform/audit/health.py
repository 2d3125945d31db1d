"""How the log works now: what waits, who signs, who watches, and what to do where something does not go well.

Every line is judged by what is known; what cannot be known from here is said to be unknown, never to be well.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min

from audit.models import Checkpoint, Entry, LogOrigin, Outbox, Timestamp
from audit.reader import Reader
from core.tenancy import tenant

# The sequencer needs a fraction of a second. From here on somebody notices, from there on somebody must act.
_LATE = timedelta(seconds=5)
_FAILING = timedelta(seconds=60)
# The horizon matters for a quarter of a second; a transaction this old was forgotten.
_FORGOTTEN = timedelta(seconds=30)


class State(StrEnum):
    """One word for a line; the order is that of urgency, least first."""

    WELL = "well"
    ON_RECORD = "on record"
    NOT_CONFIGURED = "not configured"
    UNKNOWN = "unknown"
    LATE = "late"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is looked at.

    Attributes:
        part: stable code: waiting, checkpoint, signer, witness, time, gaps, transactions.
        title: what it is, for a person.
        said: what is the case.
        to_do: what to do about it; empty when nothing is.
        size: how many entries it speaks of, where it does.
        at: when it happened last, where that is known.
    """

    part: str
    title: str
    state: State
    said: str
    to_do: str = ""
    size: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """All lines, and the most urgent of their states; what is on record or not configured is no trouble."""

    at: datetime
    state: State
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Log:
    """The organisation's present log. `size` counts all entries, `signed` those under a signed checkpoint."""

    origin_id: UUID
    origin: str
    size: int
    newest_at: datetime | None
    signed: int
    signed_at: datetime | None
    opened_at: datetime


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
        stamped = _time(log, at)
        gaps = _gaps(organisation_id)
        transactions = _transactions(at)
    lines += [stamped, gaps, transactions]
    return Health(at, _overall(lines), tuple(lines))


def _overall(lines: list[Line]) -> State:
    order = list(State)
    trouble = [line.state for line in lines if order.index(line.state) > order.index(State.NOT_CONFIGURED)]
    return max(trouble, key=order.index, default=State.WELL)


def _present_log(organisation_id: UUID) -> _Log | None:
    origin = LogOrigin.objects.filter(organisation_id=organisation_id).order_by("-id").first()
    if origin is None:
        return None
    last = Entry.objects.filter(origin=origin).order_by("-index").first()
    signed = Checkpoint.objects.filter(origin=origin, note__isnull=False).order_by("-size").first()
    return _Log(
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
    state = _by_age(waits)
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


def _checkpoint(log: _Log | None, at: datetime) -> Line:
    title = "Last signed checkpoint"
    if log is None or log.newest_at is None:
        return Line("checkpoint", title, State.WELL, "There is none, because nothing has been logged yet.")
    if log.signed_at is None:
        said = f"None has been signed for this log, which has {counted(log.size)}."
        age = at - log.opened_at
    else:
        said = f"Of {counted(log.signed)}, {lasting(at - log.signed_at)} ago."
        age = at - log.newest_at
    if log.signed >= log.size:
        said += " It covers every entry."
        return Line("checkpoint", title, State.WELL, said, size=log.signed, at=log.signed_at)
    behind = log.size - log.signed
    said += f" {counted(behind)} beyond it {'is' if behind == 1 else 'are'} not signed for."
    return Line(
        "checkpoint",
        title,
        _by_age(age),
        said,
        ""
        if _by_age(age) is State.WELL
        else "See the line of the signer, and what the sequencer last wrote.",
        size=log.signed,
        at=log.signed_at,
    )


def _time(log: _Log | None, at: datetime) -> Line:
    title = "Time stamps from outside"
    asked = settings.TIME_STAMPING
    if not asked.urls:
        return Line(
            "time",
            title,
            State.NOT_CONFIGURED,
            "Checkpoints are not time-stamped: their times are by our own clocks alone.",
            "Name time-stamping authorities in COUNTERSIGN_TSA_URLS and their roots in COUNTERSIGN_TSA_ROOTS.",
        )
    if log is None or log.signed == 0:
        return Line("time", title, State.WELL, "There is no checkpoint to stamp yet.")
    last = Timestamp.objects.filter(origin_id=log.origin_id).order_by("-stated_at").first()
    every = timedelta(seconds=asked.interval_s)
    since = last.stated_at if last else log.opened_at
    if last is None:
        said = f"This log, opened {lasting(at - since)} ago, was never time-stamped."
    else:
        said = f"The checkpoint of {counted(last.size)} was stamped {lasting(at - since)} ago by {last.tsa}."
    up_to_date = last is not None and last.size >= log.signed
    # One stamp an interval is what is asked for; a second interval is for an authority that was away.
    state = (
        State.WELL
        if up_to_date or at - since <= 2 * every
        else State.LATE
        if at - since <= 24 * every
        else State.FAILING
    )
    return Line(
        "time",
        title,
        state,
        said,
        "" if state is State.WELL else f"See that one of these answers: {', '.join(asked.urls)}.",
        size=last.size if last else None,
        at=last.stated_at if last else None,
    )


def _gaps(organisation_id: UUID) -> Line:
    logs = list(
        LogOrigin.objects.filter(organisation_id=organisation_id)
        .annotate(newest=Max("opened_at"))
        .order_by("-id")
    )
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


def _by_age(age: timedelta) -> State:
    if age > _FAILING:
        return State.FAILING
    return State.LATE if age > _LATE else State.WELL


def counted(count: int) -> str:
    return "1 entry" if count == 1 else f"{count:,} entries"


def lasting(span: timedelta) -> str:
    """A span of time in its largest whole unit; clocks that differ a little give no span below zero."""
    seconds = max(int(span.total_seconds()), 0)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
