"""What a restored database lost is not signed away: real dumps, really restored."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from psycopg import sql

from audit.coverage import is_covered
from audit.entry_body import read_leaf
from audit.entry_types import EntryType
from audit.errors import LogDamaged
from audit.inspection import inspect_logs
from audit.models import PLATFORM, Checkpoint, Entry, LogOrigin
from audit.platform_log import append_checkpoints
from audit.sequencer import integrate_pending
from audit.signed_heads import Signed, read_heads
from audit.signer.signing import STATE
from core.clock import now
from core.tenancy import tenant
from embedded.binaries import find_binaries
from embedded.roles import conninfo
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import a_signer_of_its_own, publish_all, the_sequencer, until

pytestmark = pytest.mark.usefixtures("committed_db")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")


def checkpoints(organisation_id: UUID = STUDIO) -> list[Checkpoint]:
    with tenant(organisation_id):
        return list(Checkpoint.objects.select_related("origin").order_by("origin_id", "size"))


def signed_sizes(organisation_id: UUID = STUDIO) -> list[int]:
    return [row.size for row in checkpoints(organisation_id) if row.note is not None]


def origins(organisation_id: UUID = STUDIO) -> list[str]:
    with tenant(organisation_id):
        return list(LogOrigin.objects.order_by("id").values_list("origin", flat=True))


def problems() -> dict[str, set[str]]:
    """Logs by kind of problem."""
    found: dict[str, set[str]] = {}
    for problem in inspect_logs(at=now()).problems:
        found.setdefault(problem.kind, set()).add(problem.log)
    return found


@dataclass(frozen=True)
class Dump:
    path: Path

    def restore(self) -> None:
        """Put the tables of the log back to what they held when this was taken."""
        connections.close_all()
        server = settings.ENVIRONMENT.database
        with administrator(server, settings.DATA_FOLDER) as superuser:
            superuser.execute("SET session_replication_role = replica")
            for table in TABLES:
                superuser.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        script = run_tool("pg_restore", "--data-only", "--disable-triggers", "--file=-", str(self.path))
        # A setting that servers before 17 do not know; the tools are those of the embedded server.
        known = [line for line in script.splitlines(True) if not line.startswith(b"SET transaction_timeout")]
        run_tool("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", _at(), stdin=b"".join(known))


TABLES = (
    "audit_outbox",
    "audit_entry",
    "audit_tile",
    "audit_checkpoint",
    "audit_cosignature",
    "audit_timestamp",
    "audit_platformentry",
    "audit_logorigin",
)


def _at() -> str:
    server = settings.ENVIRONMENT.database
    return f"--dbname={conninfo(server, server.administrator, settings.DATA_FOLDER)}"


def run_tool(name: str, *arguments: str, stdin: bytes | None = None) -> bytes:
    """What a tool of PostgreSQL says."""
    command = [find_binaries(None).program(name), *arguments]
    return subprocess.run(command, check=True, capture_output=True, input=stdin).stdout


@pytest.fixture
def dump(tmp_path: Path) -> Callable[[], Dump]:
    """Take a real dump of the log's tables."""

    def take() -> Dump:
        path = tmp_path / "older.dump"
        run_tool(
            "pg_dump",
            "--format=custom",
            "--data-only",
            *(f"--table={one}" for one in TABLES),
            f"--file={path}",
            _at(),
        )
        return Dump(path)

    return take


class TestARestoredDump:
    @pytest.fixture(autouse=True)
    def own_signer(self) -> Iterator[None]:
        with a_signer_of_its_own():
            yield

    def test_closes_the_log_and_says_in_another_what_is_missing(
        self, dump: Callable[[], Dump], caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(5):
            recorded(STUDIO)
        recorded(OTHER)
        integrate_all()
        older = dump()
        for _ in range(3):
            recorded(STUDIO)
        integrate_all()
        lost = checkpoints()[-1]
        older.restore()

        after = recorded(STUDIO)
        with the_sequencer():
            wait_for(after)

        assert len(origins(STUDIO)) == 2
        assert len(origins(OTHER)) == 1
        old, new = origins(STUDIO)
        with tenant(STUDIO):
            first, second = Entry.objects.filter(origin__origin=new).order_by("index")
            kept = Entry.objects.filter(origin__origin=old).count()
        assert kept == 5
        told = read_leaf(bytes(first.body))
        assert (told.body.entry_type, told.counter) == (EntryType.LOG_REOPENED, 1)
        assert told.body.fields == {
            "old_origin_sha256": sha256(old.encode()).hexdigest(),
            "signed_size": 8,
            "signed_root": bytes(lost.root).hex(),
            "stored_size": 5,
        }
        assert second.uid == after
        assert is_covered(STUDIO, after)
        assert signed_heads()[old] == Signed(8, bytes(lost.root))
        assert problems() == {"reopened": {new}}
        assert any("restored from an older copy" in record.message for record in caplog.records)

        with pytest.raises(CommandError):
            call_command("audit", "acknowledge", old, "--reason", "disk_failure")
        with pytest.raises(CommandError):
            call_command("audit", "acknowledge", new, "--reason", "Peter restored it")
        call_command("audit", "acknowledge", new, "--reason", "disk_failure")
        integrate_all()

        assert problems() == {}
        [gap] = inspect_logs(at=now()).acknowledged
        assert (gap.kind, gap.log) == ("reopened_acknowledged", new)
        assert "disk_failure" in gap.what

    def test_nothing_gets_a_place_in_the_old_log(self, dump: Callable[[], Dump]) -> None:
        recorded(STUDIO)
        integrate_all()
        older = dump()
        recorded(STUDIO)
        integrate_all()
        recorded(STUDIO)
        older.restore()
        before = [recorded(STUDIO) for _ in range(3)]

        with the_sequencer():
            wait_for(before[-1])

        old, new = origins()
        with tenant(STUDIO):
            assert Entry.objects.filter(origin__origin=old).count() == 1
            assert (
                list(
                    Entry.objects.filter(origin__origin=new, index__gt=0)
                    .order_by("index")
                    .values_list("uid", flat=True)
                )
                == before
            )

    def test_of_the_moment_is_no_restore(self, dump: Callable[[], Dump]) -> None:
        recorded(STUDIO)
        integrate_all()
        dump().restore()
        after = recorded(STUDIO)

        with the_sequencer():
            wait_for(after)

        assert len(origins()) == 1
        assert problems() == {}

    def test_of_which_the_last_signature_is_missing_goes_on(self, dump: Callable[[], Dump]) -> None:
        recorded(STUDIO)
        integrate_pending()
        older = dump()
        publish_all()
        older.restore()
        after = recorded(STUDIO)

        with the_sequencer():
            wait_for(after)

        assert len(origins()) == 1
        assert problems() == {}

    def test_of_the_platforms_log_begins_another_with_what_was_signed(self, dump: Callable[[], Dump]) -> None:
        recorded(STUDIO)
        integrate_all()
        append_checkpoints()
        publish_all()
        older = dump()
        recorded(OTHER)
        integrate_all()
        append_checkpoints()
        publish_all()
        lost = checkpoints(PLATFORM)[-1]
        older.restore()

        with the_sequencer():
            until(lambda: len(origins(PLATFORM)) > 1)

        old, new = origins(PLATFORM)
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "SELECT body FROM audit_platformentry p JOIN audit_logorigin o ON o.id = p.origin_id"
                " WHERE o.origin = %s ORDER BY index LIMIT 1",
                [new],
            )
            first = bytes(cursor.fetchone()[0]).decode()
        assert first == f'{{"log":"{old}","root":"{bytes(lost.root).hex()}","size":2,"v":1}}'
        assert problems() == {}


class TestAnotherHistory:
    @pytest.fixture(autouse=True)
    def own_signer(self) -> Iterator[None]:
        with a_signer_of_its_own():
            yield

    def test_of_the_same_length_is_not_signed(
        self, dump: Callable[[], Dump], caplog: pytest.LogCaptureFixture
    ) -> None:
        """Restored, and as many others written in place of what is gone: only the signer can tell."""
        recorded(STUDIO)
        integrate_all()
        older = dump()
        recorded(STUDIO)
        integrate_all()
        older.restore()
        forged = recorded(STUDIO)
        integrate_pending()

        with pytest.raises(LogDamaged, match="another tree of 2 entries"):
            publish_all()

        assert len(origins()) == 1
        assert not is_covered(STUDIO, forged)
        with caplog.at_level(logging.ERROR), the_sequencer():
            until(lambda: "not those that were signed" in caplog.text)
        assert not is_covered(STUDIO, forged)

    def test_that_is_longer_is_not_signed(self, dump: Callable[[], Dump]) -> None:
        recorded(STUDIO)
        integrate_all()
        older = dump()
        recorded(STUDIO)
        integrate_all()
        older.restore()
        forged = [recorded(STUDIO) for _ in range(5)]
        integrate_pending()

        with pytest.raises(LogDamaged, match="refuses"):
            publish_all()

        assert not any(is_covered(STUDIO, uid) for uid in forged)

    def test_is_given_up_by_a_person_who_has_looked(self, dump: Callable[[], Dump]) -> None:
        recorded(STUDIO)
        integrate_all()
        older = dump()
        recorded(STUDIO)
        integrate_all()
        older.restore()
        recorded(STUDIO)
        integrate_pending()
        [old] = origins()

        call_command("audit", "reopen", old)
        after = recorded(STUDIO)
        integrate_all()

        assert is_covered(STUDIO, after)
        assert origins()[0] == old
        with tenant(STUDIO):
            first = Entry.objects.filter(origin__origin=origins()[1]).order_by("index")[0]
        assert read_leaf(bytes(first.body)).body.fields["stored_size"] == 2
        with pytest.raises(CommandError):
            call_command("audit", "reopen", old)

    def test_is_not_signed_by_a_signer_that_forgot_the_first(self) -> None:
        recorded(STUDIO)
        integrate_all()
        with a_signer_of_its_own() as signer:
            # Its folder, as if somebody had made it new around the old key.
            recorded(OTHER)
            integrate_all()
            signer.stop()
            (settings.SIGNER_FOLDER / STATE).write_bytes(b"")
            signer.start()
            after = recorded(OTHER)
            integrate_pending()

            with pytest.raises(LogDamaged, match="audit signer adopt"):
                publish_all()
            assert not is_covered(OTHER, after)

            signer.stop()
            subprocess.run(adopt_command(), check=True, capture_output=True)
            signer.start()
            publish_all()
            assert is_covered(OTHER, after)


def adopt_command() -> list[str]:
    """A person lets the signer go on from the newest checkpoint of the one log that it may know."""
    note = next(row.note for row in reversed(checkpoints(OTHER)) if row.note is not None)
    path = settings.SIGNER_FOLDER.parent / "note.txt"
    path.write_text(note, encoding="utf-8")
    manage = str(settings.PROJECT_FOLDER / "manage.py")
    return [
        sys.executable,
        manage,
        "audit",
        "signer",
        "adopt",
        str(path),
        "--folder",
        str(settings.SIGNER_FOLDER),
    ]


def signed_heads() -> dict[str, Signed]:
    return read_heads(settings.SIGNER_FOLDER / STATE)


def wait_for(uid: UUID) -> None:
    until(lambda: is_covered(STUDIO, uid))
