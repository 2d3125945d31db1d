from __future__ import annotations

from django.core.management.base import BaseCommand

from embedded.session import prepare_database, server_ready


class Command(BaseCommand):
    help = "Make the database roles, the database and its tables, or bring them up to date. Safe to repeat."
    requires_system_checks = ()

    def handle(self, *_args: object, **_options: object) -> None:
        with server_ready() as server:
            prepare_database(server)
        self.stdout.write(f"PostgreSQL at {server.place} is ready.")
