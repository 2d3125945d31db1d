"""What an administrator of the database can do with all its rights, and cannot hide."""

from __future__ import annotations

from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from audit.checkpoint import Checkpoint as SignedCheckpoint
from audit.checkpoint import sign_checkpoint
from audit.inspection import inspect_logs
from audit.merkle import leaf_hash, tree_root
from audit.models import Checkpoint, Entry
from core.clock import now
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import publish_all

pytestmark = pytest.mark.usefixtures("committed_db", "log")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")


@pytest.fixture
def log(committed_db: None) -> None:
    for _ in range(5):
        recorded(STUDIO)
    integrate_all()
    publish_all()
    assert kinds() == set()


def kinds() -> set[str]:
    return {problem.kind for problem in inspect_logs(at=now()).problems}


def forged(connection: psycopg.Connection, index: int) -> None:
    """Entry `index` says that another worker did it, and every copy of its hash agrees."""
    with tenant(STUDIO):
        entries = list(Entry.objects.order_by("index"))
        newest = Checkpoint.objects.select_related("origin").order_by("-size")[0]
    bodies = [bytes(entry.body) for entry in entries]
    bodies[index] = bodies[index].replace(b"render-1", b"render-2")
    leaves = [leaf_hash(body) for body in bodies]
    connection.execute(
        "UPDATE audit_entry SET body = %s, leaf_hash = %s, actor = 'worker:render-2' WHERE index = %s",
        [bodies[index], leaves[index], index],
    )
    connection.execute("UPDATE audit_tile SET hashes = %s WHERE level = 0", [b"".join(leaves)])
    root = tree_root(leaves)
    # The key of checkpoints is elsewhere; all that is left is to sign with another one.
    note = sign_checkpoint(
        SignedCheckpoint(newest.origin.origin, newest.size, root), key=Ed25519PrivateKey.generate()
    )
    connection.execute("UPDATE audit_checkpoint SET root = %s, note = %s", [root, note])


def test_an_edit_past_disabled_triggers_is_found() -> None:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        try:
            superuser.execute("UPDATE audit_entry SET actor = 'system' WHERE index = 2")
        finally:
            superuser.execute("ALTER TABLE audit_entry ENABLE TRIGGER ALL")

    assert kinds() == {"columns"}


def test_an_entry_taken_out_with_all_after_it_moved_up_is_found() -> None:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("DELETE FROM audit_entry WHERE index = 2")
        for index in (3, 4):
            superuser.execute("UPDATE audit_entry SET index = index - 1 WHERE index = %s", [index])

    assert {"counter", "missing_entries", "tile"} <= kinds()


def test_a_forged_entry_whose_every_hash_agrees_is_found_by_the_signature_alone() -> None:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        forged(superuser, 2)

    assert kinds() == {"signature"}


def test_a_forged_entry_under_an_unsigned_checkpoint_is_found_by_the_next_signature() -> None:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        forged(superuser, 2)
        superuser.execute(
            "UPDATE audit_checkpoint SET note = NULL, created_at = created_at - interval '1 hour'"
        )

    assert kinds() == {"unsigned_entries"}


def test_columns_that_hold_nothing_do_not_stop_the_check() -> None:
    columns = ["type", "actor", "subject", "at", "counter", "body", "leaf_hash", "organisation_id"]
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        for column in columns:
            superuser.execute(f"ALTER TABLE audit_entry ALTER {column} DROP NOT NULL".encode())
        try:
            for index, column in enumerate(columns[:5]):
                superuser.execute(f"UPDATE audit_entry SET {column} = NULL WHERE index = {index}".encode())  # noqa: S608
            first = kinds()
            for index, column in enumerate(columns[5:]):
                superuser.execute(f"UPDATE audit_entry SET {column} = NULL WHERE index = {index}".encode())  # noqa: S608
            second = kinds()
        finally:
            superuser.execute("DELETE FROM audit_entry")
            for column in columns:
                superuser.execute(f"ALTER TABLE audit_entry ALTER {column} SET NOT NULL".encode())

    assert "columns" in first
    assert {"columns", "leaf", "body"} <= second
