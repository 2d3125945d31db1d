from __future__ import annotations

from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from embedded.connections import acting_as_owner
from embedded.lean_states import lean_states
from embedded.roles import Role


class Command(migrate.Command):
    """Django's `migrate`, connected as the owner of the tables: the application's role may not change them."""

    def handle(self, *args: object, **options: object) -> str | None:
        with acting_as_owner(str(options["database"])), lean_states():
            said = super().handle(*args, **options)
            if MigrationRecorder(connection).has_table():
                with connection.cursor() as cursor:
                    # What has been migrated is not the application's to say; the default rights would let it.
                    cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {Role.APP}")
            return said
