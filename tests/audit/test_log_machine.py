"""Whatever is done to the log in whatever order, it stays one history: a machine that does everything at random."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Thread
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audit import batches
from audit.checkpoint import Checkpoint as Head
from audit.checkpoint import NoteKey, verify_checkpoint
from audit.coverage import is_covered
from audit.entry_body import read_leaf
from audit.entry_types import EntryType
from audit.erasure import erase_person
from audit.inspection import inspect_logs
from audit.log_key import public_key, signer_client
from audit.merkle import CompactRange, leaf_hash, verify_inclusion
from audit.models import PLATFORM, Checkpoint, Entry, PlatformEntry
from audit.platform_log import append_checkpoints
from audit.queries import entry_with_proof
from audit.reader import Reader
from audit.searching import Search, find_entries
from audit.sequencer import integrate_pending
from audit.stored_tree import consistency_proof
from core.canonical import Canonical
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import NOON, recorded
from tests.factories.signer import a_signer_of_its_own, publish_all

FILMS = (None, UUID(int=0xFA), UUID(int=0xFB))
TYPES = (EntryType.TAKE_CANCELLED, EntryType.TAKE_FAILED)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as whoever recorded it knows it. `life`: how often the person had been erased before."""

    uid: UUID
    entry_type: EntryType
    film: UUID | None
    subject: str
    person: UUID | None
    life: int


@dataclass
class Studio:
    """What the log of one organisation must hold."""

    id: UUID = field(default_factory=new_id)
    waiting: list[Told] = field(default_factory=list)
    placed: list[Told] = field(default_factory=list)
    published: int = 0
    # Every size and root that was ever seen signed.
    seen: set[tuple[str, int, bytes]] = field(default_factory=set)
    lives: dict[UUID, int] = field(default_factory=dict)
    held: set[UUID] = field(default_factory=set)


class LogMachine(RuleBasedStateMachine):
    """Two organisations, of their own in every run: logs of earlier runs stay and are checked along."""

    uids = Bundle("uids")

    @initialize()
    def open_studios(self) -> None:
        self.studios = [Studio(), Studio()]
        self.persons = [uuid4(), uuid4()]

    # --- what applications do

    @rule(
        target=uids,
        which=st.integers(0, 1),
        entry_type=st.sampled_from(TYPES),
        film=st.sampled_from(FILMS),
        who=st.none() | st.integers(0, 1),
        number=st.integers(1, 4),
    )
    def append(
        self, which: int, entry_type: EntryType, film: UUID | None, who: int | None, number: int
    ) -> object:
        studio = self.studios[which]
        made = [self._recorded(studio, entry_type, film, who) for _ in range(number)]
        return multiple(*((which, one) for one in made))

    @rule(which=st.integers(0, 1), who=st.none() | st.integers(0, 1))
    def roll_back(self, which: int, who: int | None) -> None:
        studio = self.studios[which]
        with suppress(ZeroDivisionError), tenant(studio.id):
            person = None if who is None else self.persons[who]
            recorded(studio.id, subject=f"consent:{uuid4()}", person_id=person)
            raise ZeroDivisionError

    @rule(target=uids, which=st.integers(0, 1), who=st.integers(0, 1))
    def erase(self, which: int, who: int) -> object:
        studio, person = self.studios[which], self.persons[who]
        erasure = erase_person(studio.id, person, actor="system", at=NOON)
        assert (erasure is not None) == (person in studio.held)
        if erasure is None:
            return multiple()
        life = studio.lives.get(person, 0)
        told = Told(erasure, EntryType.SUBJECT_ERASED, None, f"performer:{person}", person, life)
        studio.waiting.append(told)
        studio.lives[person] = life + 1
        studio.held.discard(person)
        return which, told

    # --- what the programs of the log do, and where they die

    @rule(limit=st.integers(1, 7))
    def integrate(self, limit: int) -> None:
        taken = integrate_pending(limit=limit)

        expected = 0
        for studio in self.studios:
            batch, studio.waiting = studio.waiting[:limit], studio.waiting[limit:]
            studio.placed += batch
            expected += len(batch)
        assert taken == expected

    @precondition(lambda self: any(studio.waiting for studio in self.studios))
    @rule()
    def die_between_entries_and_checkpoint(self) -> None:
        died: list[Exception] = []

        def work() -> None:
            try:
                integrate_pending()
            except OperationalError as error:
                died.append(error)
            finally:
                connections.close_all()

        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
            thread = Thread(target=work)
            with superuser.transaction():
                superuser.execute("LOCK TABLE audit_checkpoint IN EXCLUSIVE MODE")
                thread.start()
                _kill_who_waits_for_it(superuser)
                thread.join(20)
        assert died

    @rule()
    def publish(self) -> None:
        publish_all()
        for studio in self.studios:
            studio.published = len(studio.placed)

    @rule(which=st.integers(0, 1))
    def die_between_signature_and_note(self, which: int) -> None:
        """The signer has answered, and whoever asked is gone before the note is stored."""
        with tenant(self.studios[which].id):
            newest = Checkpoint.objects.select_related("origin").order_by("-size").first()
        if newest is None or newest.note is not None:
            return
        client = signer_client()
        origin = newest.origin.origin
        known = client.head(origin)
        with connections["log"].cursor() as cursor:
            proof = consistency_proof(
                cursor, newest.origin_id, old_size=known.size if known else 0, new_size=newest.size
            )
        head = Head(origin, newest.size, bytes(newest.root))
        client.sign(head, old_size=known.size if known else 0, proof=proof)
        client.close()
        self.studios[which].seen.add((origin, newest.size, bytes(newest.root)))

    @rule()
    def tell_the_platform(self) -> None:
        if append_checkpoints():
            self.publish()

    # --- what readers do

    @rule(of=uids)
    def read_proof(self, of: tuple[int, Told]) -> None:
        which, told = of
        studio = self.studios[which]
        place = studio.placed.index(told) if told in studio.placed else None
        covered = place is not None and place < studio.published
        assert is_covered(studio.id, told.uid) is covered

        proved = entry_with_proof(studio.id, told.uid)

        assert (proved is not None) is covered
        if proved is None:
            return
        signed = verify_checkpoint(proved.checkpoint, key=_log_key(proved.line.origin))
        assert proved.line.index == place
        assert str(told.uid) in proved.body
        verify_inclusion(
            leaf_hash=leaf_hash(proved.body.encode()),
            index=proved.line.index,
            size=signed.size,
            proof=[bytes.fromhex(one) for one in proved.proof_hex],
            root=signed.root,
        )

    @rule(of=uids, by=st.sampled_from(["subject", "type", "production", "all"]))
    def search(self, of: tuple[int, Told], by: str) -> None:
        which, told = of
        studio = self.studios[which]
        search, expected = Search(), studio.placed
        if by == "subject":
            search = Search(subject=told.subject)
            expected = [
                one for one in studio.placed if one.subject == told.subject and self._known(studio, one)
            ]
        elif by == "type":
            search = Search(entry_type=told.entry_type)
            expected = [one for one in studio.placed if one.entry_type == told.entry_type]
        elif by == "production" and told.film is not None:
            search = Search(production_id=told.film)
            expected = [one for one in studio.placed if one.film == told.film]
        reader = Reader(studio.id, own_actor=None, may_export=True, may_watch=True)

        page = find_entries(reader, search, limit=200)

        assert [line.uid for line in page.entries] == [one.uid for one in reversed(expected)]

    # --- what holds at every moment

    @invariant()
    def every_log_is_what_was_recorded(self) -> None:
        for studio in self.studios:
            with tenant(studio.id):
                rows = list(Entry.objects.order_by("index"))
            assert [row.uid for row in rows] == [told.uid for told in studio.placed]
            assert [row.index for row in rows] == list(range(len(rows)))
            counted: dict[tuple[EntryType, UUID | None], int] = {}
            for told, row in zip(studio.placed, rows, strict=True):
                kind = told.entry_type, told.film
                counted[kind] = counted.get(kind, 0) + 1
                leaf = read_leaf(bytes(row.body))
                assert (leaf.body.entry_type, leaf.body.production_id, leaf.counter) == (*kind, counted[kind])
            self._every_commitment_is_a_prefix(studio, [bytes(row.body) for row in rows])

    @invariant()
    def nothing_else_waits(self) -> None:
        ids = [studio.id for studio in self.studios]
        with connections["log"].cursor() as cursor:
            cursor.execute(
                "SELECT uid FROM audit_outbox WHERE organisation_id = ANY(%s) ORDER BY organisation_id, id",
                [ids],
            )
            waiting = [uid for (uid,) in cursor.fetchall()]
        by_id = sorted(self.studios, key=lambda studio: studio.id)
        assert waiting == [told.uid for studio in by_id for told in studio.waiting]

    def teardown(self) -> None:
        while any(studio.waiting for studio in self.studios):
            self.integrate(5000)
        self.tell_the_platform()
        self.publish()
        for studio in self.studios:
            assert all(is_covered(studio.id, told.uid) for told in studio.placed)
        self.every_log_is_what_was_recorded()
        _the_platforms_log_holds()
        assert inspect_logs(at=now()).problems == ()

    def _recorded(self, studio: Studio, entry_type: EntryType, film: UUID | None, who: int | None) -> Told:
        take = str(uuid4())
        fields: dict[str, Canonical] = {"take": take}
        if entry_type == EntryType.TAKE_FAILED:
            fields |= {"attempt": 1, "reason_code": "out_of_memory"}
        person = None if who is None else self.persons[who]
        subject = f"take:{take}" if person is None else f"performer:{person}"
        uid = recorded(
            studio.id,
            entry_type=entry_type,
            fields=fields,
            subject=subject,
            production_id=film,
            person_id=person,
        )
        if person is not None:
            studio.held.add(person)
        told = Told(uid, entry_type, film, subject, person, studio.lives.get(person, 0) if person else 0)
        studio.waiting.append(told)
        return told

    def _known(self, studio: Studio, told: Told) -> bool:
        """Whether what it is about can still be told."""
        return told.person is None or told.life == studio.lives.get(told.person, 0)

    def _every_commitment_is_a_prefix(self, studio: Studio, bodies: list[bytes]) -> None:
        with tenant(studio.id):
            checkpoints = list(Checkpoint.objects.select_related("origin"))
        tree = CompactRange.empty()
        roots = [tree.root()]
        for body in bodies:
            tree.append(leaf_hash(body))
            roots.append(tree.root())
        for row in checkpoints:
            assert bytes(row.root) == roots[row.size]
            if row.note is not None:
                signed = verify_checkpoint(row.note, key=_log_key(row.origin.origin))
                studio.seen.add((signed.origin, signed.size, signed.root))
        for origin, size, root in studio.seen:
            assert root == roots[size]
            assert {row.origin.origin for row in checkpoints} == {origin}


def _kill_who_waits_for_it(superuser: psycopg.Connection) -> None:
    """End the session that waits for the table of checkpoints, in the middle of its batch."""
    deadline = time.monotonic() + 20
    while True:
        killed = superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks"
            " WHERE NOT granted AND relation = 'audit_checkpoint'::regclass"
        ).fetchall()
        if killed:
            return
        assert time.monotonic() < deadline, "no batch came as far as its checkpoint"
        time.sleep(0.005)


def _log_key(origin: str) -> NoteKey:
    key = public_key(settings.KEYS_FOLDER)
    assert key is not None
    return NoteKey.of(origin, key)


def _the_platforms_log_holds() -> None:
    """Every signed checkpoint of the platform's log is the root over its leaves."""
    with tenant(PLATFORM):
        leaves = [leaf_hash(bytes(row.body)) for row in PlatformEntry.objects.order_by("index")]
        checkpoints = list(Checkpoint.objects.filter(note__isnull=False))
    for row in checkpoints:
        tree = CompactRange.empty()
        for leaf in leaves[: row.size]:
            tree.append(leaf)
        assert (tree.size, tree.root()) == (row.size, bytes(row.root))


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_whatever_is_done_the_log_stays_one_history(monkeypatch: pytest.MonkeyPatch) -> None:
    # Nobody writes at the same time, and the transactions of other tests on this server are not waited for.
    monkeypatch.setattr(batches, "PATIENCE", timedelta(0))
    with a_signer_of_its_own():
        run_state_machine_as_test(  # type: ignore[no-untyped-call]
            LogMachine,
            settings=hypothesis_settings(
                max_examples=25,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
            ),
        )
