"""Histories that an administrator of the database writes so that the hashes agree: who tells, what never happens.

Edits that leave something contradicting are in test_check.py, test_check_attacks.py and test_check_columns.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from audit.cosignature import WitnessKey, cosign
from audit.coverage import is_covered
from audit.erasure import erase_person
from audit.errors import LogDamaged
from audit.inspection import inspect_logs
from audit.merkle import leaf_hash, tree_root
from audit.models import Checkpoint, Entry
from audit.publishing import Publisher
from audit.queries import entries_about
from audit.sequencer import integrate_pending
from audit.subjects import opened
from core import clock
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import NOON, integrate_all, recorded
from tests.factories.signer import a_signer_of_its_own, publish_all
from tests.factories.witnesses import a_witness

pytestmark = pytest.mark.usefixtures("committed_db", "log")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")


@pytest.fixture
def log(committed_db: None) -> Iterator[None]:
    """Six entries under signed checkpoints of 3 and 6, and the log of somebody else."""
    with a_signer_of_its_own():
        for _ in range(2):
            for _ in range(3):
                recorded(STUDIO)
            recorded(OTHER)
            integrate_all()
        assert kinds() == set()
        yield


@pytest.fixture
def superuser(log: None) -> Iterator[psycopg.Connection]:
    with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def kinds() -> set[str]:
    return {problem.kind for problem in inspect_logs(at=clock.now()).problems}


def compare_with_the_signer() -> None:
    publisher = Publisher()
    try:
        publisher.compare()
    finally:
        publisher.close()


def backdated(superuser: psycopg.Connection, *, place: int) -> UUID:
    """An entry nobody recorded, at `place`, all after it moved, counted and hashed anew; its identifier."""
    with tenant(STUDIO):
        rows = list(Entry.objects.order_by("index"))
    uid = uuid4()
    copied = rows[place - 1]
    bodies = [bytes(row.body) for row in rows]
    bodies.insert(place, bodies[place - 1].replace(str(copied.uid).encode(), str(uid).encode()))
    uids = [row.uid for row in rows]
    uids.insert(place, uid)
    bodies = [
        re.sub(rb'^{"counter":\d+', b'{"counter":%d' % number, body)
        for number, body in enumerate(bodies, start=1)
    ]
    leaves = [leaf_hash(body) for body in bodies]
    superuser.execute("CREATE TEMP TABLE copied AS SELECT * FROM audit_entry WHERE uid = %s", [copied.uid])
    superuser.execute("UPDATE copied SET uid = %s, index = 1000, counter = 1000", [uid])
    superuser.execute("INSERT INTO audit_entry TABLE copied")
    # Away first, so that no two stand at one place in between.
    superuser.execute(
        "UPDATE audit_entry SET index = index + 5000, counter = counter + 5000 WHERE organisation_id = %s",
        [STUDIO],
    )
    for index, (one, body, leaf) in enumerate(zip(uids, bodies, leaves, strict=True)):
        superuser.execute(
            "UPDATE audit_entry SET index = %s, counter = %s, body = %s, leaf_hash = %s WHERE uid = %s",
            [index, index + 1, body, leaf, one],
        )
    superuser.execute(
        "UPDATE audit_tile SET hashes = %s WHERE level = 0 AND organisation_id = %s",
        [b"".join(leaves), STUDIO],
    )
    # What was signed cannot be signed again, so it is taken away, as if it still waited.
    superuser.execute("DELETE FROM audit_checkpoint WHERE size = 3 AND organisation_id = %s", [STUDIO])
    superuser.execute(
        "UPDATE audit_checkpoint SET size = %s, root = %s, note = NULL, signed_at = NULL WHERE organisation_id = %s",
        [len(leaves), tree_root(leaves), STUDIO],
    )
    return uid


class TestAnEntryWithABackdatedPlace:
    """All tables agree with one another afterwards: what is left is that nobody signs it."""

    def test_looks_right_to_the_tables_and_is_refused_by_the_signer(
        self, superuser: psycopg.Connection
    ) -> None:
        uid = backdated(superuser, place=2)
        assert kinds() == set(), "the tables contradict each other, so this attack is weaker than it could be"

        with pytest.raises(LogDamaged, match="refuses 7 entries after the 6"):
            publish_all()

        assert not is_covered(STUDIO, uid)

    def test_stops_the_log_when_the_sequencer_starts(self, superuser: psycopg.Connection) -> None:
        backdated(superuser, place=2)

        with pytest.raises(
            LogDamaged, match="the first 6 entries that are stored are not those that were signed"
        ):
            compare_with_the_signer()

    def test_gives_nothing_that_follows_an_effect(self, superuser: psycopg.Connection) -> None:
        backdated(superuser, place=2)
        after = recorded(STUDIO)
        integrate_pending()

        with pytest.raises(LogDamaged):
            publish_all()

        assert not is_covered(STUDIO, after)

    def test_is_told_by_the_check_when_no_signature_came(self, superuser: psycopg.Connection) -> None:
        backdated(superuser, place=2)
        superuser.execute("UPDATE audit_checkpoint SET created_at = created_at - interval '1 hour'")

        assert kinds() == {"unsigned_entries"}


class TestACheckpoint:
    @pytest.mark.parametrize(
        ("replacement", "found"),
        [
            # A genuine note of the same log, over fewer entries.
            (
                "(SELECT note FROM audit_checkpoint WHERE organisation_id = '{0}' AND size = 3)",
                "checkpoint_columns",
            ),
            # A genuine note of the same key, of another log.
            ("(SELECT note FROM audit_checkpoint WHERE organisation_id = '{1}' AND size = 2)", "signature"),
        ],
        ids=["an older one of the same log", "one of another log"],
    )
    def test_replaced_by_another_that_is_signed_is_found(
        self, superuser: psycopg.Connection, replacement: str, found: str
    ) -> None:
        superuser.execute(
            f"UPDATE audit_checkpoint SET note = {replacement.format(STUDIO, OTHER)}"  # noqa: S608 - of this test
            f" WHERE organisation_id = '{STUDIO}' AND size = 6".encode()
        )

        assert found in kinds()
        recorded(STUDIO)
        with pytest.raises(LogDamaged, match="the last checkpoint"):
            integrate_pending()

    def test_that_is_only_missing_is_found(self, superuser: psycopg.Connection) -> None:
        superuser.execute("DELETE FROM audit_checkpoint WHERE size = 6")

        assert "unsigned_entries" in kinds()


def test_a_cosignature_that_the_witness_never_gave_is_found(
    superuser: psycopg.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would let effects through where only rows are looked at; the check holds every line against the key."""
    witness = a_witness(tmp_path / "w1")
    monkeypatch.setattr(settings, "WITNESSES", (witness.configured,))
    monkeypatch.setattr(settings, "WITNESS_QUORUM", 1)
    name = witness.configured.key.name
    forger = Ed25519PrivateKey.generate()
    assert WitnessKey.of(name, forger).vkey() != witness.vkey
    with tenant(STUDIO):
        newest = Checkpoint.objects.select_related("origin").order_by("-size")[0]
    assert newest.note is not None
    at = clock.now().replace(microsecond=0)
    line = cosign(newest.note.rpartition("\n\n")[0] + "\n", name=name, key=forger, at=at)
    superuser.execute(
        "INSERT INTO audit_cosignature (organisation_id, origin_id, size, witness, line, at)"
        " VALUES (%s, %s, %s, %s, %s, %s)",
        [STUDIO, newest.origin_id, newest.size, name, line, at],
    )

    assert kinds() == {"cosignature"}


def test_tiles_of_two_logs_swapped_are_found_and_nothing_is_built_on_them(
    superuser: psycopg.Connection,
) -> None:
    superuser.execute("CREATE TEMP TABLE tiles AS TABLE audit_tile")
    superuser.execute(
        "UPDATE audit_tile t SET hashes = o.hashes FROM tiles o"
        " WHERE o.organisation_id <> t.organisation_id AND o.level = t.level AND o.number = t.number"
    )

    assert kinds() == {"tile"}
    recorded(STUDIO)
    with pytest.raises(LogDamaged):
        integrate_pending()


class TestKeysOfPersonsSwapped:
    """Keys are in no hash. A wrong one hides what is about a person; it makes nobody out to be somebody else."""

    def test_name_nobody_wrongly(self, superuser: psycopg.Connection) -> None:
        persons = [uuid4(), uuid4()]
        uids = [recorded(STUDIO, subject=f"performer:{one}") for one in persons]
        integrate_all()
        superuser.execute("CREATE TEMP TABLE keys AS TABLE audit_subjectkey")

        superuser.execute(
            "UPDATE audit_subjectkey k SET key = o.key, salt = o.salt FROM keys o"
            " WHERE o.person_id <> k.person_id AND k.person_id IS NOT NULL"
        )

        for one in persons:
            assert entries_about(STUDIO, f"performer:{one}") == ()
        with tenant(STUDIO):
            subjects = [Entry.objects.get(uid=uid).subject for uid in uids]
        everybody = [f"performer:{one}" for one in persons]
        for subject, person in zip(subjects, everybody, strict=True):
            # Whoever tries every key that is held still finds the right one, under whosever name it lies.
            opening = opened(STUDIO, subject, everybody)
            assert opening is not None
            assert opening.subject == person

    def test_erasing_one_of_them_still_says_that_somebody_was_erased(
        self, superuser: psycopg.Connection
    ) -> None:
        person = uuid4()
        recorded(STUDIO, subject=f"performer:{person}")
        superuser.execute("UPDATE audit_subjectkey SET key = salt, salt = key WHERE person_id = %s", [person])

        erasure = erase_person(STUDIO, person, actor="system", at=NOON)

        integrate_all()
        assert erasure is not None
        assert is_covered(STUDIO, erasure)
