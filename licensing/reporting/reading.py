"""What people read of reports: which there are, which were made, and which are scheduled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models.user import User
from accounts.values import Actor
from core import clock
from core.digests import sha256_hex_of_file
from core.media_store import MediaStore
from core.tenancy import tenant
from licensing.agreeing.acting_for import performers_acted_for
from licensing.doors import SEES_EVERYBODY
from licensing.models.report import ReportRun, ReportSchedule
from licensing.reporting.allowing import grants_in_force
from licensing.reporting.cover import scope_names
from licensing.reporting.definition import ReportDefinition, Scope
from licensing.reporting.errors import NoSuchReportRun, NoSuchReportSchedule, ReportFileGone
from licensing.reporting.registry import reports
from licensing.reporting.words import ReportSight


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard:
    """A report there is. `may_make`: whether the reader may have it made, of some of what it is about at least."""

    definition: ReportDefinition
    may_make: bool

    @property
    def code(self) -> str:
        return self.definition.code


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCard:
    """A report that was made. `due_on`: the day it was due by its schedule; None where it was asked for."""

    id: UUID
    code: str
    number: int
    title: str
    scope: Mapping[str, Any]
    scope_words: str
    period_from: date | None
    period_until: date | None
    schedule_id: UUID | None
    due_on: date | None
    missed: int
    made_at: datetime
    made_by: str
    rows: int
    not_recorded: int
    pages: int
    csv_sha256: str
    csv_bytes: int
    pdf_sha256: str
    pdf_bytes: int
    log_origin: str | None
    log_size: int
    log_root: str

    @property
    def is_late(self) -> bool:
        """Whether it was made after the day it was due."""
        return self.due_on is not None and self.made_at.astimezone(UTC).date() > self.due_on


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleCard:
    """A schedule. `told`: for whom its reports are made beside whoever set it up."""

    id: UUID
    code: str
    number: int
    title: str
    scope: Mapping[str, Any]
    scope_words: str
    cadence: str
    covers: str
    next_from: date
    due_on: date
    set_up_at: datetime
    set_up_by: str
    told: tuple[str, ...]
    ended_at: datetime | None
    ended_because: str | None


def report_cards(actor: Actor) -> tuple[ReportCard, ...]:
    """Every report there is, by number."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        acts_for = bool(performers_acted_for(actor, on=clock.now()))
        is_granted = bool(grants_in_force(actor)[0])
    return tuple(
        ReportCard(
            definition=one,
            may_make=actor.is_one_of(*one.roles)
            or (one.for_own and acts_for)
            or (one.granted and is_granted),
        )
        for one in reports().values()
    )


def run_cards(
    actor: Actor, *, code: str | None = None, for_me: bool = False, most: int | None = None
) -> tuple[RunCard, ...]:
    """Reports that were made and that the actor may have, the latest first.

    Args:
        actor: who reads.
        code: of one kind alone.
        for_me: those alone that a schedule made for the actor.
        most: no more than so many; None: all of them.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = _visible(actor)
        if code is not None:
            rows = rows.filter(code=code)
        if for_me:
            rows = rows.filter(schedule__isnull=False).filter(
                Q(schedule__told__contains=[actor.user_id]) | Q(schedule__set_up_by_id=actor.user_id)
            )
        return _cards(rows[:most], actor.organisation_id)


def run_card(run_id: UUID, *, actor: Actor) -> RunCard:
    """One report that was made.

    Raises:
        NoSuchReportRun: not here, or not the actor's to have.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        cards = _cards(_visible(actor).filter(id=run_id), actor.organisation_id)
    if not cards:
        raise NoSuchReportRun("No such report was made here, or it is not yours to have.")
    return cards[0]


def report_file(run_id: UUID, form: Literal["csv", "pdf"], *, actor: Actor) -> Path:
    """The file of a report, compared with its digest.

    Raises:
        NoSuchReportRun: not here, or not the actor's to have.
        ReportFileGone: it is not what was made.
    """
    card = run_card(run_id, actor=actor)
    digest = card.csv_sha256 if form == "csv" else card.pdf_sha256
    path = MediaStore(settings.MEDIA_FOLDER / "reports").path(f"{digest[:2]}/{digest}.{form}")
    if not path.is_file() or sha256_hex_of_file(path) != digest:
        raise ReportFileGone("The stored file is gone, or it was changed on the disk. Make the report again.")
    return path


def schedule_cards(actor: Actor) -> tuple[ScheduleCard, ...]:
    """Schedules of reports that the actor may have made, the latest first; ended ones too."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return _schedule_cards(_visible_schedules(actor), actor.organisation_id)


def schedule_card(schedule_id: UUID, *, actor: Actor) -> ScheduleCard:
    """One schedule.

    Raises:
        NoSuchReportSchedule: not here, or of a report that is not the actor's.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        cards = _schedule_cards(_visible_schedules(actor).filter(id=schedule_id), actor.organisation_id)
    if not cards:
        raise NoSuchReportSchedule("There is no such schedule here.")
    return cards[0]


def scope_of(row: Mapping[str, Any]) -> Scope:
    """A scope as it was stored."""
    begins, ends, performer = row["period_from"], row["period_until"], row["performer_id"]
    return Scope(
        production_ids=tuple(UUID(one) for one in row["production_ids"]),
        period_from=date.fromisoformat(begins) if begins else None,
        period_until=date.fromisoformat(ends) if ends else None,
        performer_id=UUID(performer) if performer else None,
        agreement=row["agreement"],
    )


def _visible(actor: Actor) -> QuerySet[ReportRun]:
    rows: QuerySet[ReportRun] = ReportRun.objects.select_related("made_by", "schedule")
    sights = [ReportSight.REGISTER.value]
    if actor.is_one_of(*SEES_EVERYBODY):
        sights.append(ReportSight.EVERYBODY.value)
    shared = Q(code__in=_codes_of(actor), sight__in=sights)
    # What was made with more sight than a person has now is not theirs any more, though they had it made.
    own = Q(made_by_id=actor.user_id, sight=ReportSight.PERSONAL.value)
    return rows.filter(shared | own)


def _visible_schedules(actor: Actor) -> QuerySet[ReportSchedule]:
    rows: QuerySet[ReportSchedule] = ReportSchedule.objects.select_related("set_up_by")
    return rows.filter(Q(code__in=_codes_of(actor)) | Q(set_up_by_id=actor.user_id))


def _codes_of(actor: Actor) -> list[str]:
    return [code for code, one in reports().items() if actor.is_one_of(*one.roles)]


def _cards(rows: Iterable[ReportRun], organisation_id: UUID) -> tuple[RunCard, ...]:
    listed = list(rows)
    scopes = [scope_of(row.scope) for row in listed]
    names = scope_names(organisation_id, scopes)
    return tuple(
        RunCard(
            id=row.id,
            code=row.code,
            number=_of(row.code)[0],
            title=_of(row.code)[1],
            scope=row.scope,
            scope_words=names.words(scope),
            period_from=row.period_from,
            period_until=row.period_until,
            schedule_id=row.schedule_id,
            due_on=row.period_until if row.schedule_id else None,
            missed=row.missed,
            made_at=row.made_at,
            made_by=(row.made_by.full_name or row.made_by.email) if row.made_by else row.actor,
            rows=row.rows,
            not_recorded=row.not_recorded,
            pages=row.pages,
            csv_sha256=row.csv_sha256,
            csv_bytes=row.csv_bytes,
            pdf_sha256=row.pdf_sha256,
            pdf_bytes=row.pdf_bytes,
            log_origin=row.log_origin,
            log_size=row.log_size,
            log_root=row.log_root,
        )
        for row, scope in zip(listed, scopes, strict=True)
    )


def _schedule_cards(rows: Iterable[ReportSchedule], organisation_id: UUID) -> tuple[ScheduleCard, ...]:
    listed = list(rows)
    scopes = [scope_of(row.scope) for row in listed]
    names = scope_names(organisation_id, scopes)
    told = {one for row in listed for one in row.told}
    people = {one.id: one.full_name or one.email for one in User.objects.filter(id__in=told)}
    return tuple(
        ScheduleCard(
            id=row.id,
            code=row.code,
            number=_of(row.code)[0],
            title=_of(row.code)[1],
            scope=row.scope,
            scope_words=names.words(scope),
            cadence=row.cadence,
            covers=row.covers,
            next_from=row.next_from,
            due_on=row.due_on,
            set_up_at=row.set_up_at,
            set_up_by=row.set_up_by.full_name or row.set_up_by.email,
            told=tuple(people[one] for one in row.told if one in people),
            ended_at=row.ended_at,
            ended_because=row.ended_because,
        )
        for row, scope in zip(listed, scopes, strict=True)
    )


def _of(code: str) -> tuple[int, str]:
    """Number and title; a report of another release is shown by its code."""
    known = reports().get(code)
    return (known.number, known.title) if known else (0, code)
