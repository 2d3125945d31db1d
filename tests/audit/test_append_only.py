"""Nobody but the sequencer writes the log, and nobody at all changes it: each way is tried for real."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import DatabaseError, ProgrammingError, connection, connections, transaction
from psycopg import sql

from audit.models import Checkpoint, Entry, LogOrigin, Tile
from audit.sequencer import integrate_pending
from core.tenancy import tenant
from embedded.roles import Role, conninfo
from tests.factories.audit import integrate_all, recorded

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")

SET_ANY: dict[str, LiteralString] = {
    "audit_outbox": "body = ''",
    "audit_logorigin": "origin = 'other'",
    "audit_entry": "body = ''",
    "audit_tile": "hashes = decode(repeat('00', 32), 'hex')",
    "audit_checkpoint": "note = ''",
    "audit_cosignature": "line = ''",
    "audit_timestamp": "token = ''",
    "audit_platformentry": "body = ''",
}


EVIDENCE = list(SET_ANY)


@contextmanager
def acting_as(role: Role) -> Iterator[psycopg.Connection]:
    server = settings.ENVIRONMENT.database
    url = conninfo(server, role, settings.DATA_FOLDER)
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("SELECT set_config('app.organisation', %s, false)", [str(STUDIO)])
        yield session


def statement(verb: str, table: str) -> sql.Composed:
    template: dict[str, LiteralString] = {
        "insert": "INSERT INTO {table} SELECT * FROM {table}",
        "update": "UPDATE {table} SET {change}",
        "delete": "DELETE FROM {table}",
        "truncate": "TRUNCATE {table} CASCADE",
    }
    return sql.SQL(template[verb]).format(table=sql.Identifier(table), change=sql.SQL(SET_ANY[table]))


@contextmanager
def refused() -> Iterator[None]:
    """The block is refused by the database, and the transaction around it goes on."""
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        yield


@pytest.mark.usefixtures("committed_db")
class TestTheApplication:
    @pytest.mark.parametrize("verb", ["insert", "update", "delete", "truncate"])
    @pytest.mark.parametrize("table", EVIDENCE)
    def test_may_not_write(self, table: str, verb: str) -> None:
        recorded(STUDIO)
        integrate_all()
        recorded(STUDIO)

        with tenant(STUDIO), refused(), connection.cursor() as cursor:
            cursor.execute(statement(verb, table))

    def test_may_not_put_an_entry_at_a_place_of_its_choice(self) -> None:
        recorded(STUDIO)
        integrate_all()

        with tenant(STUDIO):
            taken = Entry.objects.get()
            forged = Entry(
                uid=uuid4(),
                organisation_id=STUDIO,
                origin_id=taken.origin_id,
                index=999,
                counter=999,
                leaf_hash=taken.leaf_hash,
                type=taken.type,
                actor=taken.actor,
                subject=taken.subject,
                at=taken.at,
                recorded_at=taken.recorded_at,
                body=taken.body,
            )
            with refused():
                forged.save(force_insert=True)

    def test_may_not_backdate_what_the_database_notes(self) -> None:
        before = recorded(STUDIO)
        after = recorded(STUDIO)
        integrate_all()

        with tenant(STUDIO):
            times = dict(Entry.objects.values_list("uid", "recorded_at"))
        assert times[before] < times[after]

    def test_may_not_read_what_waits(self) -> None:
        recorded(STUDIO)

        with tenant(STUDIO), refused(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM audit_outbox")

    def test_may_not_draw_or_set_the_numbers_of_the_outbox(self) -> None:
        with connection.cursor() as cursor:
            for call in ("nextval('audit_outbox_id_seq')", "setval('audit_outbox_id_seq', 1)"):
                with refused():
                    cursor.execute(f"SELECT {call}")

    def test_may_not_replace_the_function_or_its_triggers(self) -> None:
        with connection.cursor() as cursor:
            for statement in (
                "DROP FUNCTION audit_append_v3(uuid, uuid, bytea)",
                "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
                "SET session_replication_role = replica",
            ):
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(statement)

    @pytest.mark.parametrize("model", [Entry, Checkpoint, LogOrigin, Tile])
    def test_sees_its_own_log_alone(self, model: type[Entry]) -> None:
        recorded(STUDIO)
        recorded(OTHER)
        integrate_all()

        with tenant(STUDIO):
            owners = set(model.objects.values_list("organisation_id", flat=True))
        nobody = model.objects.count()

        assert owners == {STUDIO}
        assert nobody == 0


@pytest.mark.usefixtures("committed_db")
class TestEverybodyElse:
    # Rows leave the outbox by deletion, which only the log's role is granted; the owner has every right there.
    @pytest.mark.parametrize(
        ("table", "verb"),
        [(table, verb) for table in EVIDENCE for verb in ("update", "truncate")]
        + [(table, "delete") for table in EVIDENCE if table != "audit_outbox"],
    )
    def test_the_owner_is_stopped_by_triggers(self, table: str, verb: str) -> None:
        recorded(STUDIO)
        integrate_all()

        with acting_as(Role.OWNER) as owner, pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(statement(verb, table))

    @pytest.mark.parametrize("verb", ["update", "delete", "truncate"])
    @pytest.mark.parametrize(
        "table",
        ["audit_logorigin", "audit_entry", "audit_cosignature", "audit_timestamp", "audit_platformentry"],
    )
    def test_the_sequencer_adds_and_never_changes(self, table: str, verb: str) -> None:
        with acting_as(Role.LOG) as log, pytest.raises(psycopg.errors.InsufficientPrivilege):
            log.execute(statement(verb, table))

    @pytest.mark.parametrize(
        "change", ["note = 'another'", "note = NULL", "size = 9", "root = root", "origin_id = origin_id"]
    )
    def test_a_signed_checkpoint_is_not_changed(self, change: LiteralString) -> None:
        recorded(STUDIO)
        integrate_all()

        for role in (Role.LOG, Role.OWNER):
            with acting_as(role) as session, pytest.raises(psycopg.errors.Error) as refusal:
                session.execute(sql.SQL("UPDATE audit_checkpoint SET {}").format(sql.SQL(change)))
            assert refusal.type in (psycopg.errors.InsufficientPrivilege, psycopg.errors.RestrictViolation)

    def test_an_unsigned_checkpoint_takes_a_note_once_and_no_other_root(self) -> None:
        recorded(STUDIO)
        integrate_pending()

        with acting_as(Role.OWNER) as owner, pytest.raises(psycopg.errors.RestrictViolation):
            owner.execute(
                "UPDATE audit_checkpoint SET note = 'a note', root = decode(repeat('00', 32), 'hex')"
            )
        with acting_as(Role.LOG) as log:
            log.execute("UPDATE audit_checkpoint SET note = 'a note', signed_at = clock_timestamp()")
            with pytest.raises(psycopg.errors.RestrictViolation):
                log.execute("UPDATE audit_checkpoint SET note = 'a note'")

    def test_the_sequencer_cannot_make_up_an_entry_to_integrate(self) -> None:
        with acting_as(Role.LOG) as log, pytest.raises(psycopg.errors.InsufficientPrivilege):
            log.execute(statement("insert", "audit_outbox"))

    def test_a_tile_may_grow_but_not_change(self) -> None:
        recorded(STUDIO)
        integrate_all()

        with acting_as(Role.LOG) as log:
            log.execute("UPDATE audit_tile SET hashes = hashes || decode(repeat('00', 32), 'hex')")
            for forged in (b"\x00" * 32, b"\x00" * 96):
                with pytest.raises(psycopg.errors.RestrictViolation):
                    log.execute("UPDATE audit_tile SET hashes = %s", [forged])

    def test_the_queue_has_no_access(self) -> None:
        with acting_as(Role.QUEUE) as queue, pytest.raises(psycopg.errors.InsufficientPrivilege):
            queue.execute("SELECT * FROM audit_entry")

    @pytest.mark.parametrize(
        "former", ["audit_append_v1(uuid, uuid, text, text, bytea)", "audit_append_v2(uuid, uuid, bytea)"]
    )
    def test_nobody_comes_in_by_a_former_function(self, former: str) -> None:
        with connections["log"].cursor() as cursor:
            cursor.execute("SELECT has_function_privilege('countersign_app', %s, 'EXECUTE')", [former])
            assert cursor.fetchone() == (False,)

    def test_the_append_function_is_for_the_application_alone(self) -> None:
        with connections["log"].cursor() as cursor:
            cursor.execute(
                """
                SELECT role, has_function_privilege(
                    role, 'audit_append_v3(uuid, uuid, bytea)', 'EXECUTE')
                FROM unnest(ARRAY['countersign_app', 'countersign_log', 'countersign_queue']) AS role
                """
            )
            assert dict(cursor.fetchall()) == {
                "countersign_app": True,
                "countersign_log": False,
                "countersign_queue": False,
            }
