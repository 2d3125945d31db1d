"""Reports that were made, and their schedules."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core.clock import now
from licensing.reporting.definition import Scope
from licensing.reporting.making import make_report
from licensing.reporting.reading import RunCard, ScheduleCard, report_file
from licensing.reporting.recording import (
    FindingCard,
    NewFinding,
    NewTrainingLicence,
    TrainingLicenceCard,
    record_finding,
    record_training_licence,
)
from licensing.reporting.schedules import NewSchedule, set_up_schedule
from licensing.reporting.words import Cadence, FindingKind, FindingState, TrainingUnion


def a_report(actor: Actor, code: str = "consent_register", **scope: Any) -> RunCard:  # noqa: ANN401 - any field
    return make_report(code, Scope(**scope), actor=actor)


def a_schedule(actor: Actor, code: str = "consent_register", **fields: Any) -> ScheduleCard:  # noqa: ANN401
    whole: dict[str, Any] = {"code": code, "scope": Scope(), "cadence": Cadence.MONTHLY} | fields
    return set_up_schedule(NewSchedule(**whole), actor=actor)


def a_finding(actor: Actor, **fields: Any) -> FindingCard:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "kind": FindingKind.UNAUTHORISED_PERFORMANCE,
        "state": FindingState.OPEN,
        "found_by": "R. Lindqvist",
        "found_on": now().date(),
        "text": "A likeness in a trailer that nobody agreed to.",
    }
    return record_finding(NewFinding(**whole | fields), actor=actor)


def a_training_licence(actor: Actor, **fields: Any) -> TrainingLicenceCard:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "union": TrainingUnion.SAG_AFTRA,
        "material": "Dailies of reel 3",
        "licensee": "Model Works",
    }
    return record_training_licence(NewTrainingLicence(**whole | fields), actor=actor)


def table_of(run: RunCard, actor: Actor) -> list[dict[str, str]]:
    """The CSV of a report as a spreadsheet without formulas would read it."""
    text = report_file(run.id, "csv", actor=actor).read_bytes().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def rows_of(actor: Actor, code: str, **scope: Any) -> list[dict[str, str]]:  # noqa: ANN401 - any field
    """The rows of a report that is made now."""
    return table_of(a_report(actor, code, **scope), actor)


def words_of(run: RunCard, actor: Actor) -> str:
    """What stands in the PDF, in the order it is read; spaces and line ends are all one space."""
    return pdf_words(report_file(run.id, "pdf", actor=actor))


def pdf_words(path: Path) -> str:
    told = subprocess.run(["pdftotext", "-raw", path, "-"], capture_output=True, check=True)
    return " ".join(told.stdout.decode().split())


def every_kind_of_report(actor: Actor) -> dict[str, str]:
    """A row in every table of reports, for the world of one studio."""
    schedule = a_schedule(actor)
    run = a_report(actor)
    a_finding(actor)
    a_training_licence(actor)
    return {"report_run_id": str(run.id), "report_schedule_id": str(schedule.id)}


def ids(*runs: RunCard) -> set[UUID]:
    return {one.id for one in runs}
