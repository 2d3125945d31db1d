"""The health of the log, as it is told to whoever runs the product."""

from __future__ import annotations

import html
import secrets
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import connection, connections, transaction
from django.test import Client

from accounts.values import Actor, Role
from audit.cosignature import WitnessKey
from audit.health import log_health
from audit.health_values import Health, Line, State, lasting
from audit.listening import Address
from audit.models import Checkpoint, LogOrigin, Outbox
from audit.signer.place import own_address
from audit.witness.client import Witness
from config.environment import TimeStamping
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from tests.database import administrator
from tests.embedded.watching import eventually
from tests.factories.accounts import a_member, an_organisation
from tests.factories.audit import integrate_all, recorded
from tests.factories.log_readers import reading_as
from tests.factories.requests import a_browser, an_api_client
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")

HOUR = timedelta(hours=1)


@pytest.fixture
def auditor() -> Actor:
    return a_member(Role.AUDITOR)


@pytest.fixture
def logged(auditor: Actor) -> Actor:
    """An auditor whose log has three entries, all signed for."""
    for _ in range(3):
        recorded(auditor.organisation_id)
    integrate_all()
    return auditor


def lines(actor: Actor, *, at: datetime | None = None) -> dict[str, Line]:
    return {line.part: line for line in log_health(reading_as(actor), at=at or now()).lines}


def log_of(actor: Actor) -> LogOrigin:
    with tenant(actor.organisation_id):
        return LogOrigin.objects.order_by("-id")[0]


def undisturbed(actor: Actor) -> Health:
    """The health of the log at a moment at which no other worker of this run writes on the same server."""
    found: list[Health] = []

    def is_undisturbed() -> bool:
        found.append(log_health(reading_as(actor), at=now()))
        (line,) = (one for one in found[-1].lines if one.part == "transactions")
        return line.state is not State.UNKNOWN

    assert eventually(is_undisturbed)
    return found[-1]


def test_a_log_that_works_is_well(logged: Actor) -> None:
    found = undisturbed(logged)

    told = {line.part: line for line in found.lines}
    assert found.state is State.WELL
    assert {part: line.state for part, line in told.items()} == {
        "waiting": State.WELL,
        "checkpoint": State.WELL,
        "signer": State.WELL,
        "witness": State.NOT_CONFIGURED,
        "time": State.NOT_CONFIGURED,
        "gaps": State.WELL,
        "transactions": State.WELL,
        "credentials": State.NOT_CONFIGURED,
        "credential-time": State.NOT_CONFIGURED,
    }
    assert told["checkpoint"].size == told["signer"].size == 3
    assert told["checkpoint"].said.endswith("It covers every entry.")
    assert all(bool(line.to_do) == (line.state is not State.WELL) for line in found.lines)


def test_an_empty_log_is_well_too(auditor: Actor) -> None:
    found = undisturbed(auditor)

    assert found.state is State.WELL
    assert "nothing has been logged yet" in found.lines[1].said


class TestWaiting:
    @pytest.mark.parametrize(
        ("waits", "state"),
        [(0, State.WELL), (4, State.WELL), (6, State.LATE), (59, State.LATE), (61, State.FAILING)],
    )
    def test_is_judged_by_the_oldest(self, auditor: Actor, waits: int, state: State) -> None:
        recorded(auditor.organisation_id)
        with connections["log"].cursor() as cursor:
            cursor.execute("SELECT min(recorded_at) FROM audit_outbox")
            (oldest,) = cursor.fetchone()
        recorded(auditor.organisation_id)

        line = lines(auditor, at=oldest + timedelta(seconds=waits))["waiting"]

        assert (line.state, line.size, line.at) == (state, 2, oldest)
        assert line.said == f"2 entries wait, the oldest for {lasting(timedelta(seconds=waits))}."
        assert ("sequencer" in line.to_do) is (state is not State.WELL)

    def test_of_other_organisations_is_not_told(self, auditor: Actor) -> None:
        recorded(an_organisation().id)

        assert lines(auditor)["waiting"].size == 0

    def test_tells_the_application_nothing_else_of_what_waits(self, auditor: Actor) -> None:
        recorded(auditor.organisation_id)

        with pytest.raises(Exception, match="permission denied"), tenant(auditor.organisation_id):
            list(Outbox.objects.values_list("body"))


class TestCheckpoints:
    @pytest.mark.parametrize(("later", "state"), [(1, State.WELL), (20, State.LATE), (3600, State.FAILING)])
    def test_that_lag_behind_the_entries_are_told(self, logged: Actor, later: int, state: State) -> None:
        with tenant(logged.organisation_id):
            newest_at = Checkpoint.objects.order_by("-size")[0].created_at

        with tampered("audit_checkpoint", "UPDATE audit_checkpoint SET note = NULL, signed_at = NULL"):
            line = lines(logged, at=newest_at + timedelta(seconds=later))["checkpoint"]

        assert (line.state, line.size) == (state, 0)
        assert "None has been signed for this log, which has 3 entries." in line.said


class TestTheSigner:
    def test_that_does_not_answer_is_failing(self, logged: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(settings, "LOG_SIGNER", own_address(Path("/nonexistent/signer")))

        found = log_health(reading_as(logged), at=now() + HOUR)

        line = {one.part: one for one in found.lines}["signer"]
        assert (line.state, found.state) == (State.FAILING, State.FAILING)
        assert "does not answer" in line.said
        assert line.said.endswith("Its last signature that is stored is 60 minutes old.")
        assert "manage.py audit signer" in line.to_do

    def test_that_signed_more_than_is_stored_tells_of_a_restored_database(self, logged: Actor) -> None:
        with tampered("audit_entry", "DELETE FROM audit_entry WHERE index = 2"):
            line = lines(logged)["signer"]

        assert line.state is State.FAILING
        assert "It has signed 3 entries and only 2 entries are stored" in line.said

    def test_that_signed_another_tree_tells_of_a_fork(self, logged: Actor) -> None:
        with tampered("audit_checkpoint", "UPDATE audit_checkpoint SET root = sha256(root)"):
            line = lines(logged)["signer"]

        assert line.state is State.FAILING
        assert "another tree of 3 entries" in line.said

    def test_that_knows_nothing_of_a_signed_log_has_lost_its_memory(self, logged: Actor) -> None:
        with tampered("audit_logorigin", "UPDATE audit_logorigin SET origin = origin || '0'"):
            line = lines(logged)["signer"]

        assert line.state is State.FAILING
        assert "its memory was lost" in line.said


class TestWitnesses:
    @pytest.fixture
    def witness(self, monkeypatch: pytest.MonkeyPatch) -> str:
        key = WitnessKey(
            "witness.union.example/w1", Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        )
        monkeypatch.setattr(settings, "WITNESSES", (Witness(key, Address(host="127.0.0.1", port=9)),))
        monkeypatch.setattr(settings, "WITNESS_QUORUM", 1)
        return key.name

    def cosigned(self, actor: Actor, witness: str, size: int) -> None:
        log = log_of(actor)
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
                " VALUES (%s, %s, %s, %s, '', now())",
                [log.organisation_id, log.id, size, witness],
            )

    def test_that_saw_everything_are_well(self, logged: Actor, witness: str) -> None:
        self.cosigned(logged, witness, 3)

        line = lines(logged, at=now() + HOUR)["witness"]

        assert (line.state, line.size, line.title) == (State.WELL, 3, f"Witness {witness}")
        assert "It cosigned 3 entries, 60 minutes ago." in line.said

    @pytest.mark.parametrize(
        ("later", "state"),
        [(timedelta(0), State.WELL), (timedelta(seconds=20), State.LATE), (HOUR, State.FAILING)],
    )
    def test_that_lag_behind_are_late(
        self, logged: Actor, witness: str, later: timedelta, state: State
    ) -> None:
        self.cosigned(logged, witness, 3)
        recorded(logged.organisation_id)
        integrate_all()

        line = lines(logged, at=now() + later)["witness"]

        assert (line.state, line.size) == (state, 3)
        assert ("fewer than 1 of 1" in line.to_do) is (state is not State.WELL)

    def test_that_never_cosigned_are_told(self, logged: Actor, witness: str) -> None:
        line = lines(logged, at=now() + HOUR)["witness"]

        assert (line.state, line.size) == (State.FAILING, 0)
        assert "It has cosigned nothing of this log" in line.said


class TestTimeStamps:
    @pytest.fixture
    def hourly(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = TimeStamping(urls=("http://tsa.example",), roots=None, interval_s=3600, credentials="off")
        monkeypatch.setattr(settings, "TIME_STAMPING", asked)

    def stamped(self, actor: Actor, size: int) -> None:
        log = log_of(actor)
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_timestamp (organisation_id, origin_id, size, tsa, token, stated_at)"
                " VALUES (%s, %s, %s, 'http://tsa.example', '', now())",
                [log.organisation_id, log.id, size],
            )

    @pytest.mark.parametrize(("hours", "state"), [(1, State.WELL), (3, State.LATE), (25, State.FAILING)])
    def test_are_wanted_every_interval(self, logged: Actor, hourly: None, hours: int, state: State) -> None:
        line = lines(logged, at=now() + hours * HOUR)["time"]

        assert line.state is state
        assert "never time-stamped" in line.said

    def test_over_everything_stay_well_while_nothing_is_added(self, logged: Actor, hourly: None) -> None:
        self.stamped(logged, 3)

        line = lines(logged, at=now() + 100 * HOUR)["time"]

        assert (line.state, line.size) == (State.WELL, 3)
        assert "The checkpoint of 3 entries was stamped by http://tsa.example 4 days ago." in line.said

    def test_that_nobody_gives_are_told_with_the_reason(self, logged: Actor, hourly: None) -> None:
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_anchortrouble (id, since, tried_at, told)"
                " VALUES (1, now(), now(), 'http://tsa.example: did not answer in time')"
            )

        line = lines(logged, at=now() + timedelta(minutes=5))["time"]

        assert line.state is State.LATE
        assert "None could be had since 5 minutes: http://tsa.example: did not answer in time" in line.said


def test_a_log_that_was_opened_anew_says_so_for_ever(logged: Actor) -> None:
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_logorigin (id, organisation_id, origin) VALUES (%s, %s, %s)",
            [new_id(), logged.organisation_id, f"countersign/log/{secrets.token_hex(16)}"],
        )
    recorded(logged.organisation_id)
    integrate_all()

    found = undisturbed(logged)

    line = {one.part: one for one in found.lines}["gaps"]
    assert line.state is State.ON_RECORD
    assert "opened anew once" in line.said
    # It is no trouble that anybody could end.
    assert found.state is State.WELL


def test_a_transaction_that_writes_for_long_is_told(logged: Actor) -> None:
    begun, ended = threading.Event(), threading.Event()

    def forget() -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_current_xact_id()")
                begun.set()
                ended.wait(30)
        finally:
            connection.close()

    forgetful = threading.Thread(target=forget)
    forgetful.start()
    try:
        assert begun.wait(30)
        soon, late = lines(logged)["transactions"], lines(logged, at=now() + HOUR)["transactions"]
    finally:
        ended.set()
        forgetful.join()

    # Unknown where another worker of this run writes as well.
    assert soon.state in (State.WELL, State.UNKNOWN)
    assert late.state is State.LATE
    assert "One has been writing for 60 minutes." in late.said
    assert "pg_stat_activity" in late.to_do


def test_a_transaction_that_cannot_be_dated_is_called_unknown(logged: Actor) -> None:
    with (
        administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser,
        superuser.transaction(),
    ):
        superuser.execute("SELECT pg_current_xact_id()")
        line = lines(logged)["transactions"]

    assert line.state is State.UNKNOWN
    assert "more of other accounts" in line.said


class TestWhereItIsTold:
    def test_the_page_says_every_line(self, logged: Actor) -> None:
        browser = a_browser(logged)

        def is_told() -> bool:
            said = [*lines(logged).values()]
            page = html.unescape(browser.get("/log/health").content.decode())
            return all(line.said.split(",")[0] in page and line.title in page for line in said)

        # What other workers of this run write may change between two looks.
        assert eventually(is_told)
        page = html.unescape(browser.get("/log/health").content.decode())
        assert "What to do:" in page
        assert 'href="/log/health"' in browser.get("/log/").content.decode()

    def test_the_api_says_the_same(self, logged: Actor) -> None:
        told: dict[str, Any] = {}

        def is_well() -> bool:
            told.update(an_api_client(logged).get("/v1/log/health").json())
            return bool(told["state"] == "well")

        assert eventually(is_well)
        assert [line["part"] for line in told["lines"]] == [
            *("waiting", "checkpoint", "signer", "witness", "time", "gaps", "transactions"),
            *("credentials", "credential-time"),
        ]
        assert {line["state"] for line in told["lines"]} == {"well", "not configured"}

    def test_an_administrator_may_look(self) -> None:
        assert a_browser(a_member(Role.ADMIN)).get("/log/health").status_code == 200

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN, Role.AUDITOR}))
    def test_nobody_else_may(self, role: Role) -> None:
        member = a_member(role)
        browser = a_browser(member)

        page, answer = browser.get("/log/health"), an_api_client(member).get("/v1/log/health")

        assert (page.status_code, answer.status_code) == (403, 403)
        assert answer.json()["roles"] == ["admin", "auditor"]
        assert "/log/health" not in browser.get("/log/").content.decode()

    def test_a_stranger_signs_in_first(self) -> None:
        assert Client().get("/log/health").status_code == 302
        assert Client().get("/v1/log/health").status_code == 401


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-3, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7200, "2 hours"),
        (172_800, "2 days"),
    ],
)
def test_spans_are_said_in_their_largest_whole_unit(seconds: int, words: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == words
