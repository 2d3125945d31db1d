"""What covers an entry, and waiting for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings as product
from django.db import connections, transaction
from django.db.transaction import TransactionManagementError
from pytest_django import Settings

from audit.cosignature import WitnessKey
from audit.coverage import is_covered, wait_until_covered
from audit.errors import LogNotReady
from audit.listening import parse_address
from audit.witness.client import Witness
from core.ids import new_id
from tests import database
from tests.factories.accounts import an_organisation
from tests.factories.audit import recorded
from tests.sequencing import SEQUENCER

pytestmark = pytest.mark.usefixtures("committed_db")


def _witness(name: str) -> Witness:
    key = Ed25519PrivateKey.generate().public_key()
    return Witness(WitnessKey(name, key.public_bytes_raw()), parse_address("http://127.0.0.1:9"))


@pytest.fixture
def studio(committed_db: None, settings: Settings) -> UUID:
    settings.LOG_WAIT_S = 0.3
    return an_organisation().id


@pytest.fixture
def as_administrator(committed_db: None) -> Iterator[psycopg.Connection]:
    folder: Path = product.DATA_FOLDER
    with database.administrator(product.ENVIRONMENT.database, folder) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


class TestCovered:
    def test_from_the_signed_checkpoint_on(self, studio: UUID) -> None:
        uid = recorded(studio)

        before = is_covered(studio, uid)
        with SEQUENCER.working():
            wait_until_covered(studio, [uid], timeout_s=20)

        assert not before
        assert is_covered(studio, uid)

    def test_not_by_a_checkpoint_that_nobody_signed(
        self, studio: UUID, as_administrator: psycopg.Connection
    ) -> None:
        with SEQUENCER.working():
            uid = recorded(studio)
            wait_until_covered(studio, [uid], timeout_s=20)

        as_administrator.execute("UPDATE audit_checkpoint SET note = NULL")

        assert not is_covered(studio, uid)

    def test_not_by_a_checkpoint_from_before_it(
        self, studio: UUID, as_administrator: psycopg.Connection
    ) -> None:
        with SEQUENCER.working():
            first = recorded(studio)
            wait_until_covered(studio, [first], timeout_s=20)
            second = recorded(studio)
            wait_until_covered(studio, [second], timeout_s=20)

        as_administrator.execute("DELETE FROM audit_checkpoint WHERE size > 1")

        assert is_covered(studio, first)
        assert not is_covered(studio, second)

    def test_not_by_another_houses_log(self, studio: UUID) -> None:
        with SEQUENCER.working():
            uid = recorded(studio)
            wait_until_covered(studio, [uid], timeout_s=20)

        assert not is_covered(an_organisation().id, uid)

    def test_only_when_enough_of_the_configured_witnesses_cosigned_the_same_checkpoint(
        self, studio: UUID, as_administrator: psycopg.Connection, settings: Settings
    ) -> None:
        with SEQUENCER.working():
            uid = recorded(studio)
            wait_until_covered(studio, [uid], timeout_s=20)
            wait_until_covered(studio, [recorded(studio)], timeout_s=20)
        names = ("union.example", "agency.example", "press.example")
        settings.WITNESSES = tuple(_witness(name) for name in names)
        settings.WITNESS_QUORUM = 2
        cosign = (
            "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
            " SELECT organisation_id, origin_id, size, %s, '', now() FROM audit_checkpoint WHERE size = %s"
        )
        seen = [is_covered(studio, uid)]

        for name, size in ((names[0], 1), (names[1], 2), ("stranger.example", 1), (names[2], 1)):
            as_administrator.execute(cosign, [name, size])
            seen.append(is_covered(studio, uid))

        assert seen == [False, False, False, False, True]

    def test_never_what_was_never_recorded(self, studio: UUID) -> None:
        assert not is_covered(studio, new_id())


class TestWaiting:
    def test_for_nothing_takes_no_time(self, studio: UUID) -> None:
        wait_until_covered(studio, [], timeout_s=0)

    def test_ends_in_time_when_no_sequencer_works(self, studio: UUID) -> None:
        uid = recorded(studio)
        began = time.monotonic()

        with pytest.raises(LogNotReady, match="nothing was done"):
            wait_until_covered(studio, [uid])

        assert 0.2 < time.monotonic() - began < 2

    def test_says_what_was_kept_where_something_was(self, studio: UUID) -> None:
        with pytest.raises(LogNotReady, match=r"^The consent is kept$"):
            wait_until_covered(studio, [recorded(studio)], message="The consent is kept")

    def test_wants_every_entry(self, studio: UUID) -> None:
        with SEQUENCER.working():
            first = recorded(studio)
            wait_until_covered(studio, [first], timeout_s=20)

        with pytest.raises(LogNotReady):
            wait_until_covered(studio, [first, recorded(studio)])

    def test_for_an_entry_that_was_dropped_before_it_got_its_place_never_ends_well(
        self, studio: UUID, as_administrator: psycopg.Connection
    ) -> None:
        dropped = recorded(studio)
        as_administrator.execute("DELETE FROM audit_outbox WHERE uid = %s", [dropped])

        with SEQUENCER.working():
            wait_until_covered(studio, [recorded(studio)], timeout_s=20)
            with pytest.raises(LogNotReady):
                wait_until_covered(studio, [dropped])

    def test_inside_a_transaction_is_refused_before_it_begins(self, studio: UUID) -> None:
        uid = recorded(studio)

        with (
            transaction.atomic(),
            pytest.raises(TransactionManagementError, match="outside every transaction"),
        ):
            wait_until_covered(studio, [uid])

    def test_ends_at_once_when_something_else_says_stop(self, studio: UUID) -> None:
        class Stop(Exception):
            pass

        def stop() -> None:
            raise Stop

        with pytest.raises(Stop):
            wait_until_covered(studio, [recorded(studio)], timeout_s=20, meanwhile=stop)

    def test_outlives_a_connection_that_breaks(
        self, studio: UUID, as_administrator: psycopg.Connection
    ) -> None:
        uid = recorded(studio)
        ended: list[str] = []

        def wait() -> None:
            try:
                wait_until_covered(studio, [uid], timeout_s=20)
                ended.append("covered")
            finally:
                connections.close_all()

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.1)
        # The waiting one's among them, idle or in the middle of its question.
        as_administrator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE usename = 'countersign_app' AND datname = current_database()"
        )
        connections.close_all()
        with SEQUENCER.working():
            waiting.join(20)

        assert ended == ["covered"]
