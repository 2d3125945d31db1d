"""Nothing is lost, nothing is there twice, and cause stands before effect."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection, connections

from audit import stored_tree
from audit.batches import PATIENCE
from audit.checkpoint import NoteKey, verify_checkpoint
from audit.errors import LogDamaged
from audit.inspection import inspect_logs
from audit.log_key import public_key
from audit.merkle import leaf_hash, tree_root
from audit.models import Checkpoint, Entry, LogOrigin
from audit.sequencer import integrate_pending
from core.clock import now
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded, waiting

pytestmark = pytest.mark.usefixtures("committed_db")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")


def logged(organisation_id: UUID = STUDIO) -> list[UUID]:
    with tenant(organisation_id):
        return list(Entry.objects.order_by("index").values_list("uid", flat=True))


def in_thread(work: Callable[[], object]) -> threading.Thread:
    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


class TestIntegration:
    def test_nothing_waiting_is_nothing_done(self) -> None:
        assert integrate_pending() == 0
        assert not LogOrigin.objects.using("log").exists()

    def test_entries_become_leaves_under_a_signed_checkpoint(self) -> None:
        uids = [recorded(STUDIO) for _ in range(5)]

        integrated = integrate_all()

        assert integrated == 5
        assert waiting() == 0
        assert logged() == uids
        with tenant(STUDIO):
            leaves = [leaf_hash(bytes(entry.body)) for entry in Entry.objects.order_by("index")]
            checkpoint = Checkpoint.objects.get()
            origin = LogOrigin.objects.get().origin
        key = public_key(settings.KEYS_FOLDER)
        assert key is not None
        assert checkpoint.note is not None
        signed = verify_checkpoint(checkpoint.note, key=NoteKey.of(origin, key))
        assert (signed.size, signed.root) == (5, tree_root(leaves))

    def test_batches_continue_one_tree(self) -> None:
        for batch in (1, 255, 1, 300):
            with tenant(STUDIO):
                for _ in range(batch):
                    recorded(STUDIO)
            integrate_all()

        report = inspect_logs(at=now())

        assert (report.entries, report.problems) == (557, ())

    def test_a_batch_has_its_limit(self) -> None:
        uids = [recorded(STUDIO) for _ in range(7)]

        counts = [integrate_pending(limit=3) for _ in range(4)]

        assert counts == [3, 3, 1, 0]
        assert logged() == uids

    def test_organisations_have_logs_of_their_own(self) -> None:
        for _ in range(3):
            recorded(STUDIO)
            recorded(OTHER)

        integrate_all()

        with tenant(STUDIO):
            ours = LogOrigin.objects.get().origin
            places = list(Entry.objects.order_by("index").values_list("index", flat=True))
        with tenant(OTHER):
            theirs = LogOrigin.objects.get().origin
        assert places == [0, 1, 2]
        assert ours != theirs
        assert str(STUDIO) not in ours


class TestConcurrency:
    def test_sixteen_writers_with_open_transactions_lose_nothing(self) -> None:
        """The trap: rows get their numbers before they commit, so a reader that remembers a number skips some."""
        kept: list[list[UUID]] = [[] for _ in range(16)]
        stop = threading.Event()

        def write(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 - a schedule, not a secret
            try:
                for _ in range(25):
                    with suppress(ZeroDivisionError):
                        with tenant(STUDIO):
                            uid = recorded(STUDIO)
                            time.sleep(chance.random() * 0.01)
                            if chance.random() < 0.1:
                                raise ZeroDivisionError  # takes its entry with it
                        kept[number].append(uid)
            finally:
                connections.close_all()

        def integrate() -> None:
            while not stop.is_set():
                integrate_pending(limit=7)

        sequencers = [in_thread(integrate), in_thread(integrate)]
        try:
            with ThreadPoolExecutor(16) as writers:
                list(writers.map(write, range(16)))
        finally:
            stop.set()
            for thread in sequencers:
                thread.join()
        integrate_all()

        found = logged()
        assert Counter(found) == Counter(uid for uids in kept for uid in uids)
        places = {uid: place for place, uid in enumerate(found)}
        for uids in kept:
            assert [places[uid] for uid in uids] == sorted(places[uid] for uid in uids)
        assert inspect_logs(at=now()).problems == ()

    def test_what_was_committed_first_stands_first_whatever_the_age_of_its_transaction(self) -> None:
        """An old transaction that waited for a lock writes after a young one, and is logged after it."""
        old_has_begun, young_has_committed = threading.Event(), threading.Event()
        uids: dict[str, UUID] = {}

        def old() -> None:
            with tenant(STUDIO):
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_current_xact_id()")
                old_has_begun.set()
                young_has_committed.wait(10)
                uids["old"] = recorded(STUDIO)

        writer = in_thread(old)
        old_has_begun.wait(10)
        uids["young"] = recorded(STUDIO)
        young_has_committed.set()
        writer.join()

        integrate_all()

        assert logged() == [uids["young"], uids["old"]]

    def test_a_long_transaction_holds_up_nobody_else_for_long(self) -> None:
        first = recorded(STUDIO)
        begun, finish = threading.Event(), threading.Event()

        def long() -> None:
            with tenant(STUDIO):
                recorded(STUDIO)
                begun.set()
                finish.wait(10)

        writer = in_thread(long)
        begun.wait(10)
        uid = recorded(STUDIO)

        began = time.monotonic()
        integrate_all()
        waited_s = time.monotonic() - began

        found = logged()
        finish.set()
        writer.join()
        assert found == [first, uid]
        assert PATIENCE.total_seconds() <= waited_s < 5
        assert integrate_all() == 1

    def test_two_sequencers_at_once_do_nothing_twice(self) -> None:
        uids = [recorded(STUDIO) for _ in range(200)]
        start = threading.Barrier(4)

        def integrate() -> None:
            start.wait(10)
            while integrate_pending(limit=11):
                pass

        for thread in [in_thread(integrate) for _ in range(4)]:
            thread.join()

        assert logged() == uids
        assert inspect_logs(at=now()).problems == ()

    def test_it_does_not_wait_for_ever_for_one_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(stored_tree, "_LONGEST_LOCK_WAIT", "50ms")
        recorded(STUDIO)
        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as hanging:
            hanging.execute("SELECT pg_advisory_lock(%s)", [stored_tree.WRITERS_LOCK])

            with pytest.raises(OperationalError, match="lock timeout"):
                integrate_pending()

        assert integrate_all() == 1


class TestDamage:
    def damage(self, statement: str) -> None:
        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute(statement.encode())

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_tile SET hashes = decode(repeat('00', 64), 'hex') WHERE organisation_id = '{}'",
            "DELETE FROM audit_tile WHERE organisation_id = '{}'",
            "UPDATE audit_checkpoint SET root = decode(repeat('00', 32), 'hex') WHERE organisation_id = '{}'",
            "DELETE FROM audit_checkpoint WHERE organisation_id = '{}'",
        ],
    )
    def test_a_damaged_log_signs_nothing_more_and_holds_up_no_other(self, statement: str) -> None:
        for organisation_id in (STUDIO, OTHER):
            recorded(organisation_id)
            recorded(organisation_id)
        integrate_all()
        self.damage(statement.format(STUDIO))
        recorded(STUDIO)
        after = recorded(OTHER)

        with pytest.raises(LogDamaged):
            integrate_pending()

        assert len(logged(STUDIO)) == 2
        assert logged(OTHER)[-1] == after
        assert waiting() == 1

    def test_an_interrupted_batch_leaves_nothing(self) -> None:
        uid = recorded(STUDIO)
        taken = uuid4()
        self.damage(
            "INSERT INTO audit_logorigin (id, organisation_id, origin)"  # noqa: S608
            f" VALUES ('{taken}', '{STUDIO}', 'countersign/log/{taken.hex}')"
        )
        self.damage(
            "INSERT INTO audit_checkpoint (organisation_id, origin_id, size, root, note)"  # noqa: S608
            f" VALUES ('{OTHER}', '{taken}', 1, decode(repeat('00', 32), 'hex'), '')"
        )

        with pytest.raises(LogDamaged):
            integrate_pending()

        assert waiting() == 1
        assert logged() == []
        self.damage("DELETE FROM audit_checkpoint")
        assert integrate_all() == 1
        assert logged() == [uid]
