"""Row-level security as a migration operation."""

from __future__ import annotations

from django.db.migrations.operations import RunSQL

POLICY_NAME = "organisation_isolation"


class IsolateByOrganisation(RunSQL):
    """Let a table show and take only rows of the organisation the transaction acts for.

    FORCE binds the table's owner too. `nullif` turns the empty setting of a finished block into NULL, so a
    transaction that named nobody sees nothing instead of failing on a cast.

    Args:
        table: name of the table.
        column: its uuid column naming the organisation.
    """

    def __init__(self, table: str, column: str = "organisation_id") -> None:
        self.table = table
        self.column = column
        matches = f"{column} = nullif(current_setting('app.organisation', true), '')::uuid"
        super().__init__(
            sql=[
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY {POLICY_NAME} ON {table} USING ({matches}) WITH CHECK ({matches})",
            ],
            reverse_sql=[
                f"DROP POLICY {POLICY_NAME} ON {table}",
                f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
            ],
        )

    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        return (self.__class__.__qualname__, [self.table, self.column], {})

    def describe(self) -> str:
        return f"Isolate {self.table} by organisation"
