from __future__ import annotations

import pytest
from django.db import connection


@pytest.mark.django_db
@pytest.mark.parametrize(
    "table",
    [
        *("generation_modelrelease", "generation_take", "generation_takeevent", "generation_takelineage"),
        "generation_takereferencepicture",
    ],
)
def test_tables_of_studios_force_row_level_security(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
        found = cursor.fetchone()

    assert found == (True, True)
