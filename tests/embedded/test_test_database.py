"""The promises that the fixtures make to every other test."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import ProgrammingError, connection, connections


def _role(alias: str) -> str:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_user")
        (name,) = cursor.fetchone()
    return str(name)


@pytest.mark.django_db(databases=["default", "log"])
def test_each_alias_connects_as_its_own_role() -> None:
    roles = {_role("default"), _role("log")}

    assert roles == {"countersign_app", "countersign_log"}


@pytest.mark.usefixtures("db")
def test_the_application_owns_no_table_and_is_no_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tableowner = current_user")
        owned = cursor.fetchone()
        cursor.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        powerful = cursor.fetchone()

    assert owned == (0,)
    assert powerful == (False,)


@pytest.mark.usefixtures("db")
def test_the_application_may_not_change_tables() -> None:
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE intruder (i int)")


@pytest.mark.usefixtures("committed_db")
class TestCommittedRows:
    def test_other_connections_see_them(self) -> None:
        ContentType.objects.create(app_label="embedded", model="seen-elsewhere")
        found: list[bool] = []

        def look() -> None:
            found.append(ContentType.objects.filter(model="seen-elsewhere").exists())
            connections.close_all()

        thread = threading.Thread(target=look)
        thread.start()
        thread.join()

        assert found == [True]


def test_the_developers_folder_is_out_of_reach() -> None:
    var = settings.PROJECT_FOLDER / "var"

    assert not any(
        folder.is_relative_to(var)
        for folder in (settings.DATA_FOLDER, settings.KEYS_FOLDER, settings.MEDIA_FOLDER)
    )


@pytest.mark.usefixtures("db")
def test_programs_started_by_a_test_use_the_folders_of_the_test() -> None:
    told = Path(os.environ["COUNTERSIGN_DATA"])

    assert told == settings.DATA_FOLDER
    assert (told / "keys", told / "media") == (settings.KEYS_FOLDER, settings.MEDIA_FOLDER)
