"""Whatever is changed behind our back in a stored log is found."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from audit.errors import LogDamaged
from audit.inspection import inspect_logs
from audit.log_key import PUBLIC_FILE
from audit.models import Entry
from audit.sequencer import integrate_pending
from core.clock import now
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded
from tests.factories.signer import a_signer_of_its_own, publish_all

pytestmark = pytest.mark.usefixtures("committed_db", "nothing_reconciled")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")


@pytest.fixture
def nothing_reconciled(monkeypatch: pytest.MonkeyPatch) -> None:
    """The entries here tell of takes that never were; see test_reconciliation."""
    monkeypatch.setattr(settings, "AUDIT_RECONCILERS", ())


def as_superuser(statement: str) -> int:
    """Run `statement` past every trigger and policy, as a database administrator could; give the rows touched."""
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
        superuser.execute("SET session_replication_role = replica")
        named = statement.replace(":studio", f"'{STUDIO}'").replace(":other", f"'{OTHER}'")
        return superuser.execute(named.encode()).rowcount


def kinds() -> set[str]:
    return {problem.kind for problem in inspect_logs(at=now()).problems}


def checked() -> tuple[int, dict[str, object]]:
    """Exit code and JSON of `manage.py audit check --json`."""
    output = StringIO()
    try:
        call_command("audit", "check", "--json", stdout=output)
    except CommandError as error:
        return error.returncode, json.loads(output.getvalue())
    return 0, json.loads(output.getvalue())


@pytest.fixture
def log() -> None:
    """Three batches: 8 entries under checkpoints of 3, 6 and 8; and another organisation's log."""
    for batch in (3, 3, 2):
        for _ in range(batch):
            recorded(STUDIO)
        recorded(OTHER)
        integrate_all()


@pytest.mark.usefixtures("log")
class TestCleanLog:
    def test_has_no_problems(self) -> None:
        code, told = checked()

        assert code == 0
        assert told == {"entries": 11, "problems": []}

    def test_is_said_to_have_none_in_words(self) -> None:
        output = StringIO()

        call_command("audit", "check", stdout=output)

        assert output.getvalue() == "11 entries, 0 problems.\n"


def test_an_empty_log_is_clean() -> None:
    assert checked() == (0, {"entries": 0, "problems": []})


RENAMED = "convert_to(replace(convert_from(body, 'UTF8'), 'render-1', 'render-2'), 'UTF8')"
ENTRY = "UPDATE audit_entry SET {} WHERE index = 4"
TAMPERING = {
    "body flipped": (ENTRY.format("body = set_byte(body, 30, get_byte(body, 30) # 1)"), {"leaf", "root"}),
    "body and leaf replaced": (
        ENTRY.format(f"body = {RENAMED}, leaf_hash = sha256('\\x00' || {RENAMED})"),
        {"root", "tile", "columns"},
    ),
    "body spelt otherwise": (ENTRY.format("body = body || ' '"), {"leaf", "root", "body"}),
    "leaf hash": (ENTRY.format("leaf_hash = sha256('')"), {"leaf"}),
    "index": (ENTRY.format("index = 40"), {"place"}),
    "counter": (ENTRY.format("counter = 40"), {"counter", "columns"}),
    "production": (ENTRY.format("production_id = :other"), {"counter", "columns"}),
    "time that is none": (ENTRY.format("at = 'infinity'"), {"columns"}),
    "uid": (ENTRY.format("uid = gen_random_uuid()"), {"columns"}),
    "organisation": (ENTRY.format("organisation_id = :other"), {"columns"}),
    "type": (ENTRY.format("type = 'generation.take.failed'"), {"columns"}),
    "actor": (ENTRY.format("actor = 'system'"), {"columns"}),
    "subject": (ENTRY.format("subject = 'take:' || gen_random_uuid()"), {"columns"}),
    "at": (ENTRY.format("at = at - interval '1 day'"), {"columns"}),
    "entry removed": (
        "DELETE FROM audit_entry WHERE index = 4",
        {"place", "root", "missing_entries", "counter"},
    ),
    "last entry removed": (
        "DELETE FROM audit_entry WHERE index = 7 AND organisation_id = :studio",
        {"missing_entries", "tile"},
    ),
    "two bodies swapped": (
        (
            "UPDATE audit_entry e SET body = o.body, leaf_hash = o.leaf_hash FROM audit_entry o"
            " WHERE o.origin_id = e.origin_id AND e.index IN (4, 5) AND o.index = 9 - e.index"
        ),
        {"root", "tile", "columns"},
    ),
    "two entries swapped": (
        (
            "UPDATE audit_entry SET index = 100 + index WHERE index IN (5, 6);"
            "UPDATE audit_entry SET index = 111 - index WHERE index IN (105, 106)"
        ),
        {"root", "tile"},
    ),
    "entry added": (
        (
            "INSERT INTO audit_entry SELECT (jsonb_populate_record(e, jsonb_build_object("
            "'uid', gen_random_uuid(), 'index', 8, 'counter', 9))).* FROM audit_entry e WHERE index = 7"
        ),
        {"unsigned_entries", "columns"},
    ),
    "checkpoint root": (
        "UPDATE audit_checkpoint SET root = sha256('') WHERE size = 6",
        {"checkpoint_columns"},
    ),
    "checkpoint size": ("UPDATE audit_checkpoint SET size = 7 WHERE size = 6", {"checkpoint_columns"}),
    "checkpoint owner": (
        "UPDATE audit_checkpoint SET organisation_id = :other WHERE size = 6",
        {"checkpoint_columns"},
    ),
    "checkpoint note": (
        "UPDATE audit_checkpoint SET note = replace(note, '\n6\n', '\n5\n') WHERE size = 6",
        {"signature"},
    ),
    "last checkpoint removed": ("DELETE FROM audit_checkpoint WHERE size = 8", {"unsigned_entries"}),
    "tile": ("UPDATE audit_tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)", {"tile"}),
    "tile removed": ("DELETE FROM audit_tile", {"tile"}),
    "origin renamed": ("UPDATE audit_logorigin SET origin = origin || 'x'", {"signature"}),
    "origin forgotten": ("DELETE FROM audit_logorigin WHERE organisation_id = :studio", {"nameless"}),
    "origin handed on": (
        "UPDATE audit_logorigin SET organisation_id = :other WHERE organisation_id = :studio",
        {"columns", "checkpoint_columns", "tile"},
    ),
}


@pytest.mark.usefixtures("log")
class TestTampering:
    @pytest.mark.parametrize("name", TAMPERING)
    def test_is_found(self, name: str) -> None:
        statement, expected = TAMPERING[name]

        touched = as_superuser(statement)

        assert touched > 0
        assert expected <= kinds()

    def test_is_told_with_the_exit_code(self) -> None:
        as_superuser(ENTRY.format("actor = 'system'"))
        with tenant(STUDIO):
            changed = Entry.objects.select_related("origin").get(index=4)

        code, told = checked()

        assert code == 1
        assert told == {
            "entries": 11,
            "problems": [
                {
                    "kind": "columns",
                    "log": changed.origin.origin,
                    "what": f"entry 4 ({changed.uid}) is stored as something it does not say",
                }
            ],
        }

    def test_a_log_signed_with_another_key_is_found(self) -> None:
        public = settings.KEYS_FOLDER / PUBLIC_FILE
        kept = public.read_bytes()
        try:
            public.unlink()
            assert "key_missing" in kinds()
            with a_signer_of_its_own():
                recorded(STUDIO)
                integrate_pending()
                # Somebody with the database alone would have to bring a signer with another key.
                with pytest.raises(LogDamaged, match="forgotten"):
                    publish_all()
                assert "signature" in kinds()
                recorded(STUDIO)
        finally:
            public.write_bytes(kept)


class TestWaiting:
    def age(self, interval: str) -> None:
        as_superuser(f"UPDATE audit_outbox SET recorded_at = recorded_at - interval '{interval}'")  # noqa: S608

    def test_an_entry_just_recorded_is_no_problem(self) -> None:
        recorded(STUDIO)

        assert kinds() == set()

    @pytest.mark.parametrize(("interval", "found"), [("50 seconds", set()), ("70 seconds", {"overdue"})])
    def test_an_entry_nobody_integrates_is(self, interval: str, found: set[str]) -> None:
        recorded(STUDIO)
        self.age(interval)

        assert kinds() == found

    def test_the_problem_goes_with_its_cause(self) -> None:
        recorded(STUDIO)
        self.age("1 hour")
        integrate_all()

        assert kinds() == set()


def test_times_are_judged_by_the_time_given() -> None:
    recorded(STUDIO)

    assert inspect_logs(at=now() + timedelta(minutes=5)).problems[0].kind == "overdue"
