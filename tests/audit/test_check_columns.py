"""Every column of every table of the log is changed once, and the check finds it or it is said here why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connections

from audit.anchoring import anchor_now
from audit.checkpoint import Checkpoint
from audit.cosignature import cosign
from audit.inspection import inspect_logs
from audit.platform_log import append_checkpoints
from config.environment import TimeStamping
from core import clock
from core.ids import new_id
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import publish_all
from tests.tampered_rows import tampered
from tests.timestamping import local_authority

pytestmark = pytest.mark.usefixtures("committed_db")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")

# What the check does not stand for, and who does instead. A new column fails the test until it is checked, or named.
NOT_CHECKED = {
    "audit_outbox": "Until it has its place nothing protects an entry: effects wait until it is covered.",
    "audit_subjectkey": "Keys are erasable; a wrong one opens no commitment, and shows as soon as it is used.",
    "audit_anchortrouble": "What an authority answered last, for the health page.",
    "audit_logorigin.opened_at": "The database's own clock; logs are ordered by their ids.",
    "audit_entry.recorded_at": "The database's own clock, in no hashed bytes.",
    "audit_checkpoint.id": "Names the row and says nothing.",
    "audit_checkpoint.created_at": "The database's own clock, in no signed bytes.",
    "audit_checkpoint.signed_at": "The database's own clock; time stamps tell the time to others.",
    "audit_cosignature.id": "Names the row and says nothing.",
    "audit_cosignature.created_at": "The database's own clock; the line says when the witness signed.",
    "audit_timestamp.id": "Names the row and says nothing.",
    "audit_timestamp.created_at": "The database's own clock; the token says the time.",
    "audit_timestamp.tsa": "Whom we asked; who answered is in the token's certificate.",
    "audit_platformentry.id": "Names the row and says nothing.",
}
# Another value of each type, for any value; far from it where the next one may be another row's.
OTHERWISE = {
    "uuid": "'018f0000-0000-7000-8000-00000000ffff'",
    "bigint": "coalesce({0}, 0) + 1000",
    "smallint": "coalesce({0}, 0) + 1",
    "bytea": "set_byte({0}, octet_length({0}) / 2, get_byte({0}, octet_length({0}) / 2) # 1)",
    "character varying": "overlay({0} PLACING '~' FROM length({0}) / 2)",
    "text": "overlay({0} PLACING '~' FROM length({0}) / 2)",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 hour'",
}
# In the middle of a token may stand a certificate that is known anyway; at its end is the signature.
OTHERWISE_OF = {
    "audit_timestamp.token": "set_byte({0}, octet_length({0}) - 5, get_byte({0}, octet_length({0}) - 5) # 1)",
}
COLUMNS = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name LIKE 'audit\\_%' ORDER BY table_name, ordinal_position
"""


def kinds() -> set[str]:
    return {problem.kind for problem in inspect_logs(at=clock.now()).problems}


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """At least one row in every table whose columns are checked."""
    for production_id in (None, new_id()):
        recorded(STUDIO, production_id=production_id)
        recorded(STUDIO, production_id=production_id)
        integrate_all()
        publish_all()
    append_checkpoints()
    publish_all()
    with local_authority(tmp_path / "tsa") as authority:
        stamping = TimeStamping((authority.url,), authority.folder / "roots.pem", 3600, "off")
        monkeypatch.setattr(settings, "TIME_STAMPING", stamping)
        anchor_now(STUDIO)
        _cosigned()
        yield


def _cosigned() -> None:
    key, at = Ed25519PrivateKey.generate(), clock.now().replace(microsecond=0)
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "SELECT c.origin_id, o.origin, c.size, c.root FROM audit_checkpoint c JOIN audit_logorigin o"
            " ON o.id = c.origin_id WHERE c.organisation_id = %s ORDER BY c.size DESC LIMIT 1",
            [STUDIO],
        )
        origin_id, origin, size, root = cursor.fetchone()
        text = Checkpoint(origin, size, bytes(root)).body()
        line = cosign(text, name="witness.example", key=key, at=at)
        cursor.execute(
            "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
            " VALUES (%s, %s, %s, 'witness.example', %s, %s)",
            [STUDIO, origin_id, size, line, at],
        )


@pytest.mark.usefixtures("log")
def test_every_column_is_checked_or_named(subtests: pytest.Subtests) -> None:
    assert kinds() == set()
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        columns = superuser.execute(COLUMNS.encode()).fetchall()
    for table, column, data_type in columns:
        if table in NOT_CHECKED or f"{table}.{column}" in NOT_CHECKED:
            continue
        value = OTHERWISE_OF.get(f"{table}.{column}", OTHERWISE[data_type]).format(column)
        change = f"UPDATE {table} SET {column} = {value} WHERE ctid = (SELECT max(ctid) FROM {table})"  # noqa: S608
        with subtests.test(f"{table}.{column}"), tampered(table, change):
            assert kinds()


def test_nothing_is_named_that_is_not_there() -> None:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        columns = superuser.execute(COLUMNS.encode()).fetchall()

    known = {table for table, _, _ in columns} | {f"{table}.{column}" for table, column, _ in columns}

    assert NOT_CHECKED.keys() <= known
