"""Migrations whose SQL stands in files of its own, with a way back."""

from __future__ import annotations

from pathlib import Path

from django.db.migrations.operations import RunSQL


class RunSQLFile(RunSQL):
    """Run `sql/<name>.sql` beside the migration, and `sql/<name>.down.sql` on the way back.

    Both files must exist: a migration that cannot be undone is written as one, not by forgetting. Names carry a
    version (`append_v1`), because a function that older code still calls is replaced by a new one, not edited.
    """

    def __init__(self, migration_file: str, name: str) -> None:
        folder = Path(migration_file).parent / "sql"
        self.name = name
        self.migration_file = migration_file
        super().__init__(
            sql=(folder / f"{name}.sql").read_text(encoding="utf-8"),
            reverse_sql=(folder / f"{name}.down.sql").read_text(encoding="utf-8"),
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (self.__class__.__qualname__, [self.migration_file, self.name], {})

    def describe(self) -> str:
        return f"SQL from {self.name}.sql"
