from __future__ import annotations

from argparse import Namespace

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from audit.witness.__main__ import add_verbs, follow


class Command(BaseCommand):
    help = "Cosign the checkpoints of logs that are not one's own; the same as `python -m audit.witness`."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        add_verbs(parser, folder=settings.DATA_FOLDER / "witness")

    def handle(self, *_args: object, **options: object) -> None:
        code = follow(Namespace(**options))
        if code:
            raise CommandError("The witness could not do that.", returncode=code)
