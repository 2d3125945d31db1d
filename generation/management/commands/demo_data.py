from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from audit.errors import LogNotReady
from embedded.session import database_ready
from generation.operations.demo_data import accounts_file, ensure_demo_data


class Command(BaseCommand):
    help = "Two invented studios with people, performers, a consent and shots. Safe to repeat."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        try:
            with database_ready():
                world = ensure_demo_data()
        except LogNotReady as refusal:
            raise CommandError(
                f"{refusal} No sequencer of the log is at work; `manage.py up` starts one and makes this data too."
            ) from refusal
        self.stdout.write("Demo accounts (invented people; e-mail, password, roles):")
        for account in world.accounts:
            self.stdout.write(f"  {account.email:36} {account.password:20} {account.what}")
        self.stdout.write(f"Passwords were made on this machine and are kept in {accounts_file()}.")
