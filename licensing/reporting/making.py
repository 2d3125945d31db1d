"""A report is made: its rows read, both files kept under their digests, and the digests logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from audit.queries import log_summary
from core import clock
from core.digests import sha256_hex_of_file
from core.ids import new_id
from core.media_store import MediaStore
from core.tenancy import tenant
from licensing.models.report import ReportRun
from licensing.reporting.allowing import Allowed, require_allowed
from licensing.reporting.cover import Made, cover_of
from licensing.reporting.csv_table import read_rows, write_csv
from licensing.reporting.definition import Reading, ReportDefinition, Scope
from licensing.reporting.pdf_table import write_pdf
from licensing.reporting.reading import RunCard, run_card
from licensing.reporting.registry import report

_KEPT = "The report is made. The log has not confirmed it yet and will without your doing. Do not ask again."


@dataclass(frozen=True, slots=True)
class OfSchedule:
    """The schedule a report is made by, and the period of it. `about`: what its first page says of that."""

    schedule_id: UUID
    begins: date
    ends: date
    missed: int
    about: str


def reports_store() -> MediaStore:
    """Where the files lie: under their digests, never under anybody's name."""
    return MediaStore(settings.MEDIA_FOLDER / "reports")


def make_report(code: str, scope: Scope, *, actor: Actor) -> RunCard:
    """Make a report now. It is given when the log covers the digests of its files.

    Raises:
        NoSuchReport: there is none of this code.
        accounts.errors.RoleMissing: it is not the actor's to have made.
        ReportScopeUnfit, UnknownPerformer, productions.errors.NoSuchProduction: it cannot be narrowed so.
        core.errors.DiskFull: the files have no room.
        audit.errors.LogNotReady: it is made; the log has not confirmed it yet.
    """
    definition, at = report(code), clock.now()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        allowed = require_allowed(definition, scope, actor=actor, at=at)
        row = write_report(definition, scope, allowed, actor=actor, at=at)
    wait_until_covered(actor.organisation_id, [row.entry_uid], message=_KEPT)
    return run_card(row.id, actor=actor)


def write_report(
    definition: ReportDefinition,
    scope: Scope,
    allowed: Allowed,
    *,
    actor: Actor,
    at: datetime,
    schedule: OfSchedule | None = None,
) -> ReportRun:
    """Read the rows, write and keep both files, and record them. Call inside `core.tenancy.tenant`."""
    reading = Reading(actor, scope, at, whole=allowed.whole)
    store = reports_store()
    with store.temporary(".csv") as table, store.temporary(".pdf") as pages:
        written = write_csv(table, definition.columns, definition.rows(reading))
        log = log_summary(actor.organisation_id)
        made = Made(
            definition,
            scope,
            actor,
            at,
            written,
            sha256_hex_of_file(table),
            log,
            schedule.about if schedule else "",
        )
        number_of_pages = write_pdf(pages, cover_of(made), definition.columns, read_rows(table))
        kept_table, kept_pages = store.keep(table, suffix=".csv"), store.keep(pages, suffix=".pdf")
    run_id = new_id()
    uid = trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.REPORT_MADE,
        actor=actor.label,
        subject=f"report:{run_id}",
        fields={
            "report": str(run_id),
            "kind": definition.code,
            "csv_sha256": kept_table.sha256_hex,
            "pdf_sha256": kept_pages.sha256_hex,
            "size": log.size,
            "log_root": log.root_hex,
            "schedule": str(schedule.schedule_id) if schedule else None,
        },
        at=at,
        person_id=scope.performer_id,
    )
    row: ReportRun = ReportRun.objects.create(
        id=run_id,
        code=definition.code,
        scope=scope.to_json(),
        period_from=schedule.begins if schedule else scope.period_from,
        period_until=schedule.ends if schedule else scope.period_until,
        schedule_id=schedule.schedule_id if schedule else None,
        missed=schedule.missed if schedule else 0,
        made_at=at,
        made_by_id=actor.user_id,
        actor=actor.label,
        sight=allowed.sight,
        rows=written.rows,
        not_recorded=written.not_recorded,
        pages=number_of_pages,
        csv_sha256=kept_table.sha256_hex,
        csv_bytes=kept_table.size_bytes,
        pdf_sha256=kept_pages.sha256_hex,
        pdf_bytes=kept_pages.size_bytes,
        log_origin=log.origin,
        log_size=log.size,
        log_root=log.root_hex,
        entry_uid=uid,
    )
    return row
