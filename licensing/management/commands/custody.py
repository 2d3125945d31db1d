from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from licensing.custody.sweeping import sweep


class Command(BaseCommand):
    """`manage.py custody sweep`: what may not be kept longer goes, and files that nobody can open."""

    help = "Destroy assets in custody whose time is over, and remove files without an asset."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["sweep"])

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401, ARG002 - Django's signature
        swept = sweep()
        told = {"destroyed": swept.destroyed, "orphans": swept.orphans, "left_files": swept.left_files}
        self.stdout.write(json.dumps(told))
