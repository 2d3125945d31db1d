from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import StudioError
from generation.engines.folder import check_folder, write_lock


class Command(BaseCommand):
    help = "Lock a model folder as it is (lock), or check it against its lock (check). Needs no database."
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
            digest = write_lock(folder) if options["action"] == "lock" else check_folder(folder).lock_sha256
        except StudioError as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"folder": str(folder), "lock_sha256": digest}))
        else:
            self.stdout.write(f"{folder} is in order. Its digest is {digest}.")
