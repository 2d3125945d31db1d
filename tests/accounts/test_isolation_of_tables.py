"""Another studio sees nothing and writes nothing: every table of ours, found in the database itself."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, transaction
from django.test import override_settings

from accounts.models.organisation import Organisation
from core.rls import POLICY_NAME
from core.tenancy import person, tenant
from tests.factories.accounts import a_member, an_organisation
from tests.factories.audit import recorded
from tests.factories.world import World, a_world
from tests.sequencing import SEQUENCER

OURS = ("accounts", "audit", "productions", "licensing", "provenance", "generation")

# Tables of ours that belong to no organisation. Everything else must be isolated.
OPEN = {
    "accounts_user": "one person may belong to several organisations; lists show members only",
    "accounts_user_groups": "Django's own; nothing is read from it, roles come from memberships",
    "accounts_user_user_permissions": "Django's own; what staff may do in administration",
    "accounts_apitoken": "looked up by digest before any organisation is known; lists name user and organisation",
    "accounts_signinfailure": "nobody is signed in yet; keyed digests, nothing readable",
    "audit_anchortrouble": "says that no time-stamping authority answers, which is the same for everybody",
    "audit_platformentry": "the platform's log of checkpoints is public and names no organisation",
    "provenance_statuslist": "a signed list that anybody may fetch; it holds a number for each index and no name",
    "generation_worker": "the installation's machines; a row names no organisation and no take",
    "licensing_rulepack": "the published rules are the same for everybody",
}
# The application's role may not even read these.
CLOSED = {"audit_outbox": "only the sequencer reads it"}


def all_tables() -> dict[str, tuple[bool, bool]]:
    """Every table of ours with whether row-level security is enabled and whether it is forced."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class"
            " WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
            " AND split_part(relname, '_', 1) = ANY(%s) ORDER BY relname",
            [list(OURS)],
        )
        return {name: (enabled, forced) for name, enabled, forced in cursor.fetchall()}


def _has_organisation(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_attribute"
            " WHERE attrelid = %s::regclass AND attname = 'organisation_id' AND NOT attisdropped",
            [table],
        )
        return bool(cursor.fetchone()[0])


def _count(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names from the catalogue
        return int(cursor.fetchone()[0])


def _refusal(statement: str, parameters: list[str | UUID]) -> str:
    """What the database says to `statement`; empty when it does as told."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, parameters)
    except ProgrammingError as refusal:
        return str(refusal)
    return ""


def _is_about_rights(refusal: str) -> bool:
    return "row-level security" in refusal or "permission denied" in refusal


@pytest.mark.django_db
class TestEveryTable:
    def test_is_isolated_by_a_forced_policy_or_open_for_a_stated_reason(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_policies WHERE policyname = %s", [POLICY_NAME])
            with_policy = {row[0] for row in cursor.fetchall()}

        isolated = {
            name
            for name, (enabled, forced) in all_tables().items()
            if enabled and forced and name in with_policy
        }

        assert all_tables().keys() - isolated == OPEN.keys() & all_tables().keys()

    def test_with_an_organisation_is_isolated_even_if_a_list_says_otherwise(self) -> None:
        open_ones = {name for name in OPEN.keys() & all_tables().keys() if _has_organisation(name)}

        assert open_ones == {"accounts_apitoken"}

    def test_has_policies_that_read_who_the_transaction_acts_for_and_check_what_is_written(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tablename, permissive, qual, with_check FROM pg_policies"
                " WHERE schemaname = 'public' AND roles && ARRAY['public', current_user]"
            )
            policies = cursor.fetchall()

        assert policies
        for table, permissive, using, check in policies:
            assert permissive == "PERMISSIVE", table
            assert "app.organisation" in using, table
            assert check is None or "app.organisation" in check, table

    def test_belongs_to_a_role_the_application_is_not(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
                " AND pg_get_userbyid(relowner) = current_user"
            )
            owned = cursor.fetchone()[0]
            cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")

            assert (owned, cursor.fetchone()) == (0, (False, False))

    def test_of_a_model_of_ours_is_known_by_its_prefix(self) -> None:
        for label in OURS:
            for model in apps.get_app_config(label).get_models():
                assert model._meta.db_table in all_tables()


@pytest.fixture(scope="module")
def world(committed_for_the_module: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    tmp_path = tmp_path_factory.mktemp("world")
    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        world = a_world("Aurora", tmp_path)
        SEQUENCER.hold()
        recorded(world.organisation_id)  # one entry that waits for its place as long as the test lasts
        yield world


def test_another_organisation_sees_no_row_and_writes_none(world: World) -> None:
    stranger = a_member().organisation_id
    isolated = [name for name in all_tables() if name not in OPEN and name not in CLOSED]
    rows: dict[str, str] = {}

    with tenant(world.organisation_id):
        for table in isolated:
            assert _count(table) > 0, f"Teach tests/factories/world.py to put a row into {table}."
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t LIMIT 1')  # noqa: S608 - from the catalogue
                rows[table] = cursor.fetchone()[0]

    for table in isolated:
        own_rows = 1 if table in {"accounts_organisation", "accounts_membership"} else 0
        with tenant(stranger):
            assert _count(table) == own_rows, f"{table} shows rows of another organisation"
        assert _count(table) == 0, f"{table} shows rows to a transaction that acts for nobody"
        columns = _written_columns(table)
        insert = f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM jsonb_populate_record(NULL::"{table}", %s)'  # noqa: S608 - as above
        with tenant(stranger):
            assert _is_about_rights(_refusal(insert, [rows[table]])), (
                f"{table} took another organisation's row"
            )


def _written_columns(table: str) -> str:
    """All but those the database makes itself, which nobody may write."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
            [table],
        )
        return str(cursor.fetchone()[0])


def test_no_row_is_handed_over_to_another_organisation(world: World) -> None:
    stranger = an_organisation()
    tables = [name for name in all_tables() if name not in OPEN and _has_organisation(name)]

    assert len(tables) > 5
    for table in tables:
        handover = f'UPDATE "{table}" SET organisation_id = %s'  # noqa: S608 - as above
        with tenant(world.organisation_id):
            assert _is_about_rights(_refusal(handover, [stranger.id])), f"{table} gave its rows away"


def test_a_person_sees_their_own_memberships_and_those_organisations_alone(world: World) -> None:
    a_member()
    visitor = a_member()
    assert visitor.user_id is not None

    with person(visitor.user_id):
        assert _count("accounts_membership") == 1
        assert list(Organisation._base_manager.values_list("id", flat=True)) == [visitor.organisation_id]
        for table in all_tables():
            if table not in OPEN.keys() | CLOSED.keys() | {"accounts_organisation", "accounts_membership"}:
                assert _count(table) == 0, table


def test_what_is_closed_is_not_read(world: World) -> None:
    for table in CLOSED:
        with tenant(world.organisation_id):
            assert _is_about_rights(_refusal(f'SELECT * FROM "{table}"', [])), table  # noqa: S608 - named above
