"""In which order entries get their places, and how they are counted."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import connection, connections

from audit import batches
from audit.batches import PATIENCE
from audit.entry_body import read_leaf
from audit.entry_types import EntryType
from audit.models import Entry
from audit.queries import entries_about
from audit.sequencer import integrate_pending
from core.canonical import Canonical
from core.tenancy import tenant
from embedded.roles import conninfo
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded, waiting

pytestmark = pytest.mark.usefixtures("committed_db")

_WAYS_OF_FEW_ROWS = ("enable_seqscan", "enable_bitmapscan", "enable_sort")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")
FILM_A = UUID("018f0000-0000-7000-8000-0000000000fa")
FILM_B = UUID("018f0000-0000-7000-8000-0000000000fb")
FAILED = EntryType.TAKE_FAILED


def logged() -> list[UUID]:
    with tenant(STUDIO):
        return list(Entry.objects.order_by("index").values_list("uid", flat=True))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log waits for older writers as long as a slow machine may need."""
    monkeypatch.setattr(batches, "PATIENCE", timedelta(seconds=60))


@contextmanager
def writer(
    first: Callable[[], object], then: Callable[[], object] = lambda: None
) -> Iterator[Callable[[], None]]:
    """A transaction elsewhere that has done `first`; the call it gives lets it do `then` and commit."""
    begun, go_on = threading.Event(), threading.Event()

    def write() -> None:
        try:
            with suppress(ZeroDivisionError), tenant(STUDIO):
                first()
                begun.set()
                go_on.wait(20)
                then()
        finally:
            begun.set()
            connections.close_all()

    thread = threading.Thread(target=write)

    def finish() -> None:
        go_on.set()
        thread.join(20)

    thread.start()
    begun.wait(20)
    try:
        yield finish
    finally:
        finish()


def draw_a_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()")


@pytest.mark.usefixtures("patient")
class TestOrderOfWriting:
    def test_who_wrote_first_stands_first_although_committed_last(self) -> None:
        uids = [recorded(STUDIO)]
        with writer(lambda: uids.append(recorded(STUDIO))) as finish:
            uids.append(recorded(STUDIO))

            integrate_pending()

            assert logged() in ([], uids[:1])
            finish()
        integrate_all()
        assert logged() == uids

    def test_the_age_of_a_transaction_gives_it_no_place_before_what_it_saw(self) -> None:
        """One that drew its number early and waited, say for a lock, writes after younger ones."""
        uids = [recorded(STUDIO)]
        with writer(draw_a_number, lambda: uids.append(recorded(STUDIO))) as finish:
            uids.append(recorded(STUDIO))

            integrate_pending()

            assert waiting() >= 1
            finish()
        integrate_all()
        assert logged() == uids

    def test_a_rolled_back_writer_leaves_no_gap(self) -> None:
        uids = [recorded(STUDIO)]

        def fall() -> None:
            raise ZeroDivisionError

        with writer(lambda: recorded(STUDIO), fall) as finish:
            uids.append(recorded(STUDIO))
            finish()
        integrate_all()

        assert logged() == uids
        with tenant(STUDIO):
            assert list(Entry.objects.order_by("index").values_list("counter", flat=True)) == [1, 2]


class TestPatience:
    def test_ends_and_what_was_seen_goes_on(self) -> None:
        uids = [recorded(STUDIO)]
        integrate_all()
        with writer(draw_a_number, lambda: uids.append(recorded(STUDIO))) as finish:
            uids.append(recorded(STUDIO))
            began = time.monotonic()

            integrate_all()

            assert time.monotonic() - began >= PATIENCE.total_seconds() / 2
            assert logged() == uids
            finish()
        assert integrate_all() == 1
        assert logged() == uids

    def test_a_foreign_transaction_that_lasts_does_not_stop_the_log(self) -> None:
        elsewhere = replace(settings.ENVIRONMENT.database, database="postgres")
        url = conninfo(elsewhere, elsewhere.administrator, settings.DATA_FOLDER)
        with psycopg.connect(url) as foreign:
            foreign.execute("SELECT pg_current_xact_id()")
            uids = [recorded(STUDIO) for _ in range(3)]

            integrate_all(within_s=10)

            assert logged() == uids
            foreign.rollback()


def test_cause_stands_before_effect_among_sixteen_writers() -> None:
    """Whatever was committed before another entry was begun stands before it."""
    spans: dict[UUID, tuple[float, float]] = {}
    stop = threading.Event()

    def write(number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - a schedule, not a secret
        try:
            for _ in range(20):
                with tenant(STUDIO):
                    if chance.random() < 0.5:
                        draw_a_number()
                    time.sleep(chance.random() * 0.01)
                    began = time.monotonic()
                    uid = recorded(STUDIO, production_id=chance.choice([None, FILM_A, FILM_B]))
                    time.sleep(chance.random() * 0.01)
                spans[uid] = (began, time.monotonic())
        finally:
            connections.close_all()

    def integrate() -> None:
        try:
            while not stop.is_set():
                integrate_pending(limit=11)
        finally:
            connections.close_all()

    sequencers = [threading.Thread(target=integrate) for _ in range(2)]
    for thread in sequencers:
        thread.start()
    try:
        with ThreadPoolExecutor(16) as writers:
            list(writers.map(write, range(16)))
    finally:
        stop.set()
        for thread in sequencers:
            thread.join()
    integrate_all()

    places = {uid: place for place, uid in enumerate(logged())}
    assert places.keys() == spans.keys()
    out_of_order = [
        (cause, effect)
        for cause, effect in product(spans, spans)
        if spans[cause][1] < spans[effect][0] and places[cause] > places[effect]
    ]
    assert out_of_order == []
    assert counters() == counted_by_hand()


def counters(organisation_id: UUID = STUDIO) -> list[tuple[str, UUID | None, int]]:
    """Type, production and counter of each entry, as its bytes say."""
    with tenant(organisation_id):
        rows = list(Entry.objects.order_by("index"))
    leaves = [read_leaf(bytes(row.body)) for row in rows]
    said = [(str(leaf.body.entry_type), leaf.body.production_id, leaf.counter or 0) for leaf in leaves]
    assert said == [(row.type, row.production_id, row.counter) for row in rows]
    return said


def counted_by_hand(organisation_id: UUID = STUDIO) -> list[tuple[str, UUID | None, int]]:
    seen: dict[tuple[str, UUID | None], int] = {}
    counted = []
    for entry_type, production, _ in counters(organisation_id):
        seen[entry_type, production] = seen.get((entry_type, production), 0) + 1
        counted.append((entry_type, production, seen[entry_type, production]))
    return counted


def failed(production_id: UUID | None, organisation_id: UUID = STUDIO) -> UUID:
    fields: dict[str, Canonical] = {"take": str(uuid4()), "attempt": 1, "reason_code": "out_of_memory"}
    return recorded(organisation_id, entry_type=FAILED, fields=fields, production_id=production_id)


class TestCounters:
    def test_count_each_type_of_each_production(self) -> None:
        for production in (FILM_A, None, FILM_A, FILM_B, None):
            recorded(STUDIO, production_id=production)
        failed(FILM_A)
        integrate_all()

        numbers = [number for _, _, number in counters()]

        assert numbers == [1, 1, 2, 1, 2, 1]

    @pytest.mark.parametrize("limit", [1, 2, 5000])
    def test_go_on_from_batch_to_batch(self, limit: int) -> None:
        for _ in range(3):
            for production in (FILM_A, None, FILM_B, FILM_A):
                recorded(STUDIO, production_id=production)
                failed(production)
            while waiting():
                integrate_pending(limit=limit)

        assert counters() == counted_by_hand()
        assert max(number for _, _, number in counters()) == 6

    def test_of_one_log_know_nothing_of_another(self) -> None:
        recorded(STUDIO)
        recorded(OTHER)
        integrate_all()

        assert [number for _, _, number in counters(STUDIO)] == [1]
        assert [number for _, _, number in counters(OTHER)] == [1]

    def test_are_looked_up_and_not_counted(self) -> None:
        """However long the log, the last counter of each kind is one row of an index."""
        for production in (FILM_A, None) * 20:
            recorded(STUDIO, production_id=production)
        integrate_all()
        with connections["log"].cursor() as cursor:
            # So few rows are read in any way; of many none of these would be chosen.
            for way in _WAYS_OF_FEW_ROWS:
                cursor.execute(f"SET {way} = off")
            cursor.execute(
                "EXPLAIN (ANALYZE, FORMAT TEXT) " + batches._LAST_COUNTERS,
                {
                    "origin": uuid4(),
                    "types": [str(EntryType.TAKE_CANCELLED)] * 2,
                    "productions": [None, FILM_A],
                },
            )
            plan = "\n".join(line for (line,) in cursor.fetchall())
            for way in _WAYS_OF_FEW_ROWS:
                cursor.execute(f"RESET {way}")

        assert plan.count("Scan Backward using audit_entry_counter") == 2
        assert "Sort" not in plan


class TestFormerEntries:
    def test_that_still_wait_become_leaves_as_they_are(self) -> None:
        recorded(STUDIO)
        take, uid = uuid4(), uuid4()
        body = (
            f'{{"actor":"system","at":"2026-11-23T12:00:00.000000Z","fields":{{"take":"{take}"}},'
            f'"organisation":"{STUDIO}","subject":"take:{take}","type":"generation.take.cancelled",'
            f'"uid":"{uid}","v":1}}'
        ).encode()
        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
            superuser.execute(
                "INSERT INTO audit_outbox (uid, organisation_id, type, actor, subject, at, body)"
                " VALUES (%s, %s, 'generation.take.cancelled', 'system', %s, '2026-11-23T12:00:00Z', %s)",
                [uid, STUDIO, f"take:{take}", body],
            )
        after = recorded(STUDIO)

        integrate_all()

        with tenant(STUDIO):
            assert bytes(Entry.objects.get(uid=uid).body) == body
            assert Entry.objects.get(uid=after).counter == 3
        assert read_leaf(body).counter is None
        assert [line.uid for line in entries_about(STUDIO, f"take:{take}")] == [uid]
