"""What of the log a statement of non-use rests on; what cannot be told for sure is refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from django.db import connection
from django.db.models import Max, Min, Q, QuerySet

from audit import subjects
from audit.coverage import vouched_sql
from audit.entry_body import BodyUnreadable, read_leaf
from audit.entry_types import USES, EntryType
from audit.errors import LogNotReady, NonUseNotProvable, UseFound
from audit.models import Entry, LogOrigin, SubjectKey
from core.clock import rfc3339

# How every entry from version 2 on begins.
_COUNTED = b'{"counter":'

MOST_ENTRIES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class NonUse:
    """What is to be stated. `since` belongs to the period, `until` does not any more."""

    organisation_id: UUID
    production_id: UUID
    performer_id: UUID
    since: datetime
    until: datetime

    @property
    def performer(self) -> str:
        return f"{subjects.PERFORMER}:{self.performer_id}"


@dataclass(frozen=True, slots=True)
class NewestLog:
    """The log that new entries go to, and how long it is by its newest checkpoint that outsiders vouch for."""

    id: UUID
    origin: str
    size: int


@dataclass(frozen=True, slots=True)
class Counted:
    """Entries of one type: those with the counters `first` to `last` may lie in the period, of `total`.

    None lies there when `last` is smaller than `first`. `rows` also hold the one before and the one after.
    """

    type: EntryType
    first: int
    last: int
    total: int
    rows: tuple[Entry, ...]

    @property
    def inside(self) -> tuple[Entry, ...]:
        return tuple(row for row in self.rows if self.first <= row.counter <= self.last)


@dataclass(frozen=True, slots=True)
class Found:
    """What a statement rests on, by the log as it was at `log.size`.

    Attributes:
        begins: place of the first entry that has a counter in its bytes; the period begins behind it.
        known: the entry that says under which commitment the log knows the performer. Without one a statement could
            open any other, which of course touched nothing.
        edge: the first entries, which show where counting begins.
    """

    log: NewestLog
    committed: str
    begins: int
    known: Entry
    counted: tuple[Counted, ...]
    edge: tuple[Entry, ...]

    @property
    def rows(self) -> list[Entry]:
        """Everything, in the order of the log."""
        everything = [self.known, *self.edge, *(row for one in self.counted for row in one.rows)]
        return [row for _, row in sorted({row.index: row for row in everything}.items())]


def find_for(asked: NonUse, *, at: datetime) -> Found:
    """What the log holds for the statement that is asked for. Inside a block of its organisation.

    Raises:
        UseFound, NonUseNotProvable: see there.
        LogNotReady: nothing of the log is vouched for yet.
    """
    log = _newest_log(asked.organisation_id)
    if not asked.since < asked.until:
        _unprovable("period", "The period ends before it begins.")
    if asked.until > at:
        _unprovable(
            "not_over",
            f"The period is not over: it is {rfc3339(at)}. What the log will hold is nothing to state.",
        )
    committed = _commitment(asked)
    begins, edge = _edge(asked, log)
    _refuse_uncounted(asked, log)
    counted = tuple(_counted(asked, log, entry_type) for entry_type in USES)
    if sum(len(one.rows) for one in counted) > MOST_ENTRIES:
        _unprovable("too_many", f"More than {MOST_ENTRIES} entries lie in the period. Ask for shorter ones.")
    _refuse_use(committed, [row for one in counted for row in one.inside])
    return Found(
        log=log,
        committed=committed,
        begins=begins,
        known=_known(log, committed),
        counted=counted,
        edge=edge,
    )


def _newest_log(organisation_id: UUID) -> NewestLog:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT o.id, o.origin, c.size
            FROM audit_logorigin o JOIN audit_checkpoint c ON c.origin_id = o.id
            WHERE o.id = (SELECT id FROM audit_logorigin WHERE organisation_id = %s ORDER BY id DESC LIMIT 1)
                AND {vouched_sql("c")}
            ORDER BY c.size DESC LIMIT 1
            """,  # noqa: S608 - a condition of our own
            [organisation_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise LogNotReady("The log holds nothing yet that a statement could rest on.")
    return NewestLog(*row)


def _commitment(asked: NonUse) -> str:
    """What the log calls the performer, all the time: a second key would hide what stands under the first."""
    keys = SubjectKey.objects.filter(person_id=asked.performer_id)
    opening = subjects.opening(asked.organisation_id, asked.performer)
    if keys.filter(erased_at__isnull=False).exists():
        _unprovable(
            "erased",
            "What tells this performer's entries was erased. Nobody can tell any more which entries were about them.",
        )
    if opening is None:
        _unprovable(
            "not_known", "The log has never known this performer, so there is nothing to state it by."
        )
    return subjects.digits(opening.commitment)


def _edge(asked: NonUse, log: NewestLog) -> tuple[int, tuple[Entry, ...]]:
    """From which place on entries are counted in their bytes, and the entries that show it."""
    rows = Entry.objects.filter(origin_id=log.id)
    first = rows.get(index=0)
    begins = 0
    if not _is_counted(first):
        # Version 1 begins with another member; a log that has such entries has them before all others.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 + max(index) FROM audit_entry WHERE origin_id = %s AND substr(body, 1, %s) <> %s",
                [log.id, len(_COUNTED), _COUNTED],
            )
            (begins,) = cursor.fetchone()
    edge = tuple(rows.filter(index__in={0, max(begins - 1, 0), begins}).order_by("index"))
    earlier = LogOrigin.objects.filter(organisation_id=asked.organisation_id, id__lt=log.id).exists()
    if (earlier or begins) and not (edge[-1].index == begins and edge[-1].at <= asked.since):
        _unprovable(
            "before_counting",
            "Before this log, or in its first entries, uses were not counted so that all could be shown. Begin the "
            f"period after {rfc3339(edge[-1].at)}.",
        )
    return begins, edge


def _is_counted(row: Entry) -> bool:
    return bytes(row.body).startswith(_COUNTED)


def of_period(asked: NonUse) -> Q:
    """Entries whose time, by the clock of whoever recorded them, lies in the period."""
    return Q(at__gte=asked.since, at__lt=asked.until)


def _refuse_uncounted(asked: NonUse, log: NewestLog) -> None:
    """Entries of these types that say no production might be of any."""
    stray = Entry.objects.filter(
        of_period(asked), origin_id=log.id, type__in=USES, production_id__isnull=True
    )
    if stray.exists():
        _unprovable(
            "no_production",
            "Entries of the period say no production. They might be of this one, so nothing can be stated.",
        )


def _counted(asked: NonUse, log: NewestLog, entry_type: EntryType) -> Counted:
    rows = Entry.objects.filter(
        origin_id=log.id, type=entry_type, production_id=asked.production_id, index__lt=log.size
    )
    ends = rows.aggregate(
        total=Max("counter"),
        first=Min("counter", filter=Q(at__gte=asked.since)),
        last=Max("counter", filter=Q(at__lt=asked.until)),
    )
    total = ends["total"] or 0
    # By the numbers, because clocks may run back: whatever lies outside of them lies outside of the period.
    first, last = ends["first"] or total + 1, ends["last"] or 0
    shown = rows.filter(counter__gte=first - 1, counter__lte=last + 1).order_by("counter")
    return Counted(entry_type, first, last, total, tuple(shown[: MOST_ENTRIES + 1]))


def _refuse_use(committed: str, rows: Sequence[Entry]) -> None:
    silent, touching = [], []
    for row in rows:
        try:
            performers = read_leaf(bytes(row.body)).body.fields.get("performers")
        except BodyUnreadable:
            performers = None
        if not isinstance(performers, list):
            silent.append(row.index)
        elif committed in performers:
            touching.append((row.index, row.uid))
    if touching:
        raise UseFound(sorted(touching))
    if silent:
        places = ", ".join(map(str, sorted(silent)[:20]))
        _unprovable(
            "performers_unknown", f"Entries of the period do not say whom they touched, at places {places}."
        )


def _known(log: NewestLog, committed: str) -> Entry:
    rows = Entry.objects.filter(origin_id=log.id, index__lt=log.size)
    registered = rows.filter(type=EntryType.PERFORMER_REGISTERED, subject=f"{subjects.PERFORMER}:{committed}")
    for row in (registered.order_by("index").first(), _first_engagement(rows, log, committed)):
        if row is not None and _is_counted(row):
            return row
    return _unprovable(
        "not_registered",
        "No entry of this log says that the performer was registered or engaged, so nothing shows under which "
        "commitment it knows them.",
    )


def _first_engagement(rows: QuerySet[Entry], log: NewestLog, committed: str) -> Entry | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT min(index) FROM audit_entry WHERE origin_id = %s AND type = %s AND position(%s in body) > 0",
            [log.id, EntryType.ENGAGEMENT_RECORDED, f'"performer":"{committed}"'.encode()],
        )
        (index,) = cursor.fetchone()
    return rows.filter(index=index).first()


def _unprovable(reason: str, message: str) -> NoReturn:
    raise NonUseNotProvable(reason, message)
