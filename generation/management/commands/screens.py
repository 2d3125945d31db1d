from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generation.screens.errors import ScreenUnusable
from generation.screens.weights import checked_digest, write_lock


class Command(BaseCommand):
    help = (
        "Lock a folder of a screen's weights as it is (lock), or check it against its lock (check). The digest that "
        "it tells goes into COUNTERSIGN_SCREEN_<KIND>. Needs no database."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["lock", "check"])
        parser.add_argument("folder", type=Path)
        parser.add_argument("--json", action="store_true", help="one JSON object on the last line")

    def handle(self, *_args: object, **options: object) -> None:
        folder = Path(str(options["folder"]))
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            digest = write_lock(folder) if options["action"] == "lock" else checked_digest(folder)
        except (ScreenUnusable, OSError) as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), "weights_sha256": digest}))
        else:
            self.stdout.write(f"{folder} is in order. Its digest is {digest}.")
