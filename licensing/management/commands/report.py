"""Make a report into a folder, or every scheduled one that is due."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.command_line import add_who_asks, who_asks
from core.errors import StudioError
from licensing.reporting.definition import Scope
from licensing.reporting.making import make_report
from licensing.reporting.reading import RunCard, report_file
from licensing.reporting.registry import reports
from licensing.reporting.schedules import make_due_reports

_FORMS: tuple[Literal["csv", "pdf"], ...] = ("csv", "pdf")


class Command(BaseCommand):
    help = "Make a report as CSV and PDF. `report due` makes every scheduled one that is due."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("code", choices=[*reports(), "due"], metavar="CODE", help=", ".join(reports()))
        add_who_asks(parser, required=False)
        parser.add_argument("--production", type=UUID, action="append", default=[], help="May be repeated.")
        parser.add_argument("--performer", type=UUID)
        parser.add_argument("--agreement")
        parser.add_argument("--from", dest="begins", type=date.fromisoformat, help="First day, in UTC.")
        parser.add_argument("--until", type=date.fromisoformat, help="First day after it.")
        parser.add_argument("-o", dest="folder", type=Path, default=Path(), help="Where the files go.")
        parser.add_argument("--json", action="store_true", help="One JSON object on what was made.")

    def handle(self, *_: object, **options: object) -> None:
        if options["code"] == "due":
            due = make_due_reports()
            told = {"made": due.made, "ended": due.ended, "failed": due.failed}
            self.stdout.write(json.dumps(told))
            if due.failed:
                raise CommandError("Some reports were not made; the log of this process says why.")
            return
        try:
            self._make(options)
        except (OSError, StudioError) as error:
            raise CommandError(str(error)) from error

    def _make(self, options: dict[str, object]) -> None:
        actor, folder = who_asks(options), Path(str(options["folder"]))
        card = make_report(str(options["code"]), _scope(options), actor=actor)
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for form in _FORMS:
            path = folder / f"{card.code.replace('_', '-')}-{card.made_at:%Y-%m-%d}.{form}"
            shutil.copyfile(report_file(card.id, form, actor=actor), path)
            written.append(str(path))
        self.stdout.write(json.dumps(_told(card, written)) if options["json"] else "\n".join(written))


def _scope(options: dict[str, object]) -> Scope:
    productions, performer, agreement = options["production"], options["performer"], options["agreement"]
    begins, ends = options["begins"], options["until"]
    return Scope(
        production_ids=tuple(productions) if isinstance(productions, list) else (),
        performer_id=performer if isinstance(performer, UUID) else None,
        agreement=agreement if isinstance(agreement, str) else None,
        period_from=begins if isinstance(begins, date) else None,
        period_until=ends if isinstance(ends, date) else None,
    )


def _told(card: RunCard, written: list[str]) -> dict[str, object]:
    return {
        "report": str(card.id),
        "code": card.code,
        "rows": card.rows,
        "not_recorded": card.not_recorded,
        "csv_sha256": card.csv_sha256,
        "pdf_sha256": card.pdf_sha256,
        "log_size": card.log_size,
        "files": written,
    }
