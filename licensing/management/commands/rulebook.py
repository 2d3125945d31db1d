"""Ask the rulebook without a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from licensing.scenario_files import BadScenarioFile, decide_all, read_scenarios


class Command(BaseCommand):
    help = "Decide the scenarios of a file with the rulebook: one JSON answer a line."
    # No checks and no migrations check: the rulebook needs no database.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        asking = actions.add_parser("decide", help="decide every scenario of FILE")
        asking.add_argument("file", metavar="FILE", help='{"scenarios": [{"id", "facts"}]}')
        asking.add_argument(
            "--json", action="store_true", help="one JSON object a line instead of plain words"
        )

    def handle(self, *_: object, **options: object) -> None:
        try:
            # All of them before the first line: half an answer to a bad file would read as an answer.
            answers = list(decide_all(read_scenarios(Path(str(options["file"])))))
        except BadScenarioFile as error:
            raise CommandError(str(error)) from error
        for answer in answers:
            self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else _plain(answer))


def _plain(answer: dict[str, Any]) -> str:
    lines = [f"{answer['id']}: {answer['decision']}"]
    lines += [f"  {rule['id']} {rule['outcome']}: {rule['message']}" for rule in answer["rules"]]
    lines += [f"  owed: {duty['duty']} to {duty['to']}" for duty in answer["duties"]]
    return "\n".join(lines)
