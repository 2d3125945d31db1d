"""Put a file of performers on the register."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.values import process_actor
from core.errors import StudioError
from licensing.agreeing.performer_rows import RowRefused
from licensing.operations.performer_import import ImportProgress, import_performers


class Command(BaseCommand):
    help = "Put a file of performers on the register: CSV with a head, or a JSON object a line."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        importing = actions.add_parser("import", help="register the performers in FILE; safe to repeat")
        importing.add_argument("file", metavar="FILE", type=Path)
        importing.add_argument(
            "--organisation", type=UUID, required=True, help="Identifier of whose register it is."
        )
        importing.add_argument(
            "--json", action="store_true", help="One JSON object for the whole, at the end."
        )

    def handle(self, *_: object, **options: object) -> None:
        file, organisation = options["file"], options["organisation"]
        if not isinstance(file, Path) or not isinstance(organisation, UUID):
            raise CommandError("Name a file, and an organisation by its identifier.")
        refused: list[RowRefused] = []
        last = ImportProgress(0, 0, 0, 0)
        shows_progress = sys.stderr.isatty()
        try:
            with file.open("rb") as source:
                actor = process_actor(organisation_id=organisation, label="system")
                for step in import_performers(source, actor=actor):
                    if isinstance(step, RowRefused):
                        refused.append(step)
                        continue
                    last = step
                    if shows_progress:
                        self.stderr.write(f"\r{last.read} rows read, {last.added} added", ending="")
        except (OSError, StudioError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            rows = [asdict(row) for row in refused]
            self.stdout.write(json.dumps({**asdict(last), "rows_refused": rows}, ensure_ascii=False))
            return
        for row in refused:
            self.stdout.write(f"line {row.line}: {row.field + ': ' if row.field else ''}{row.reason}")
        self.stdout.write(
            f"{last.added} added, {last.present} there before, {last.refused} left out of {last.read} rows."
        )
