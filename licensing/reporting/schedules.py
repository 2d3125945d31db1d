"""Reports on schedule: set up, ended, and made by whichever worker looks first."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, date
from uuid import UUID

from django.db import connection

from accounts.errors import RoleMissing
from accounts.queries import actor_of
from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.errors import StudioError
from core.ids import new_id
from core.tenancy import tenant
from licensing.doors import SEES_EVERYBODY
from licensing.models.report import ReportSchedule
from licensing.reporting.allowing import Allowed, require_allowed
from licensing.reporting.definition import Narrowing, ReportDefinition, Scope
from licensing.reporting.errors import NoSuchReportSchedule, ReportScopeUnfit
from licensing.reporting.making import OfSchedule, write_report
from licensing.reporting.periods import Period, due_periods, last_ended, period_of
from licensing.reporting.reading import ScheduleCard, schedule_card, scope_of
from licensing.reporting.registry import report
from licensing.reporting.words import Cadence, Covers, ReportSight, ScheduleEnd
from web.templatetags.words import stated, words

logger = logging.getLogger(__name__)

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 20261129))"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSchedule:
    """A report to be made again and again. `scope` names no period: the cadence does."""

    code: str
    scope: Scope
    cadence: Cadence
    covers: Covers = Covers.PERIOD
    told: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class DueMade:
    """How many reports were made, how many schedules ended because they could not be, and how many failed."""

    made: int
    ended: int
    failed: int


def set_up_schedule(new: NewSchedule, *, actor: Actor) -> ScheduleCard:
    """Have a report made from now on; the first is of the last period that is over.

    Raises:
        NoSuchReport: there is none of this code.
        accounts.errors.RoleMissing: it is not the actor's to have made.
        ReportScopeUnfit: it cannot be narrowed so, or somebody told may not have it.
        UnknownPerformer, productions.errors.NoSuchProduction: not here.
    """
    definition, at = report(new.code), clock.now()
    if Narrowing.PERIOD in new.scope.narrowed_by():
        raise ReportScopeUnfit("period_from", "A schedule names no period: its cadence does.")
    if new.covers is Covers.PERIOD and Narrowing.PERIOD not in definition.narrowings:
        raise ReportScopeUnfit("covers", "This report has no period; have it made of everything.")
    period = last_ended(new.cadence, at.astimezone(UTC).date())
    with tenant(actor.organisation_id, user_id=actor.user_id):
        allowed = require_allowed(definition, new.scope, actor=actor, at=at)
        _require_told(new, definition, allowed, actor)
        row: ReportSchedule = ReportSchedule.objects.create(
            id=new_id(),
            code=new.code,
            scope=new.scope.to_json(),
            cadence=new.cadence,
            covers=new.covers,
            told=list(new.told),
            next_from=period.begins,
            due_on=period.ends,
            set_up_at=at,
            set_up_by_id=actor.user_id,
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.REPORT_SCHEDULED,
            actor=actor.label,
            subject=f"report-schedule:{row.id}",
            fields={"schedule": str(row.id), "kind": row.code},
            at=at,
            person_id=new.scope.performer_id,
        )
    return schedule_card(row.id, actor=actor)


def end_schedule(schedule_id: UUID, *, actor: Actor) -> ScheduleCard:
    """Have no more reports made by it. What was made stays.

    Raises:
        NoSuchReportSchedule: not here, not the actor's, or ended already.
    """
    schedule_card(schedule_id, actor=actor)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = ReportSchedule.objects.select_for_update().filter(id=schedule_id, ended_at=None).first()
        if row is None:
            raise NoSuchReportSchedule("This schedule ended already.")
        _end(row, ScheduleEnd.ENDED, actor_label=actor.label)
    return schedule_card(schedule_id, actor=actor)


def make_due_reports(*, today: date | None = None) -> DueMade:
    """Make every report that is due, of every period that was missed. Safe to run anywhere and any number of times.

    Args:
        today: the day in UTC; the present one by default.
    """
    day = today or clock.now().astimezone(UTC).date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, schedule_id FROM licensing_reports_due_v1(%s)", [day])
        due: list[tuple[UUID, UUID]] = cursor.fetchall()
    made = ended = failed = 0
    for organisation_id, schedule_id in due:
        try:
            while (outcome := _make_next(organisation_id, schedule_id, day)) is not None:
                made += outcome
                ended += not outcome
        except Exception:
            # The others are due all the same; this one is tried again at the next look.
            failed += 1
            logger.exception("The report of schedule %s was not made.", schedule_id)
    return DueMade(made, ended, failed)


def _make_next(organisation_id: UUID, schedule_id: UUID, today: date) -> bool | None:
    """Make the report of the next period: True. False: the schedule ended instead. None: there is nothing to do."""
    with tenant(organisation_id):
        row = ReportSchedule.objects.filter(id=schedule_id, ended_at=None, due_on__lte=today).first()
        if row is None:
            return None
    actor = actor_of(user_id=row.set_up_by_id, organisation_id=organisation_id)
    if actor is None:
        return _end_in_its_own(organisation_id, schedule_id, ScheduleEnd.MAKER_MAY_NOT)
    return _make_as(row, actor, today)


def _make_as(seen: ReportSchedule, actor: Actor, today: date) -> bool | None:
    at = clock.now()
    with tenant(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        # One of several workers; a row lock would hold up the log while the report is written.
        cursor.execute(_LOCK, [str(seen.id)])
        is_mine = cursor.fetchone()[0]
        row = ReportSchedule.objects.filter(id=seen.id, ended_at=None, due_on__lte=today).first()
        if not is_mine or row is None:
            return None
        definition = report(row.code)
        scope = scope_of(row.scope)
        periods = list(due_periods(Cadence(row.cadence), row.next_from, today))
        # What stood on record on a day that is over cannot be read any more: one report stands for all of them.
        period = periods[0] if row.covers == Covers.PERIOD else periods[-1]
        missed = 0 if row.covers == Covers.PERIOD else len(periods) - 1
        if row.covers == Covers.PERIOD:
            scope = replace(scope, period_from=period.begins, period_until=period.ends)
        try:
            allowed = require_allowed(definition, scope, actor=actor, at=at)
        except RoleMissing:
            _end(row, ScheduleEnd.MAKER_MAY_NOT, actor_label="system")
            return False
        except StudioError:
            _end(row, ScheduleEnd.SCOPE_GONE, actor_label="system")
            return False
        write_report(
            definition,
            scope,
            allowed,
            actor=replace(actor, label="system"),
            at=at,
            schedule=OfSchedule(
                row.id, period.begins, period.ends, missed, _about(row, period, missed, today)
            ),
        )
        following = period_of(Cadence(row.cadence), period.ends)
        ReportSchedule.objects.filter(id=row.id).update(next_from=following.begins, due_on=following.ends)
    return True


def _about(row: ReportSchedule, period: Period, missed: int, today: date) -> str:
    said = f"{words(row.cadence)}, {stated(period.begins)} to before {stated(period.ends)}"
    if today > period.ends:
        said += f"; made late, it was due on {stated(period.ends)}"
    if missed:
        said += f"; {missed} earlier due days were missed, and what stood on record then is not told"
    return said


def _end_in_its_own(organisation_id: UUID, schedule_id: UUID, because: ScheduleEnd) -> bool | None:
    with tenant(organisation_id):
        row = ReportSchedule.objects.select_for_update().filter(id=schedule_id, ended_at=None).first()
        if row is None:
            return None
        _end(row, because, actor_label="system")
    return False


def _end(row: ReportSchedule, because: ScheduleEnd, *, actor_label: str) -> None:
    at = clock.now()
    ReportSchedule.objects.filter(id=row.id).update(ended_at=at, ended_because=because)
    trail.record(
        organisation_id=row.organisation_id,
        entry_type=EntryType.REPORT_SCHEDULE_ENDED,
        actor=actor_label,
        subject=f"report-schedule:{row.id}",
        fields={"schedule": str(row.id), "reason_code": because.value},
        at=at,
    )


def _require_told(new: NewSchedule, definition: ReportDefinition, allowed: Allowed, actor: Actor) -> None:
    for user_id in new.told:
        if user_id == actor.user_id:
            continue
        other = actor_of(user_id=user_id, organisation_id=actor.organisation_id)
        if other is None or not other.is_one_of(*definition.roles) or allowed.sight is ReportSight.PERSONAL:
            raise ReportScopeUnfit("told", "Somebody named may not have this report.")
        if allowed.sight is ReportSight.EVERYBODY and not other.is_one_of(*SEES_EVERYBODY):
            raise ReportScopeUnfit(
                "told", "Somebody named may not know of the performers whom only legal knows, as you do."
            )
