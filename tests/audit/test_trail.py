import json
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.transaction import TransactionManagementError

from audit.entry_body import EntryBody, read_leaf
from audit.entry_types import EntryType
from audit.field_kinds import EntryRefused
from audit.models import Entry, SubjectKey
from audit.subjects import commitment
from audit.trail import record
from core.tenancy import tenant
from tests.factories.audit import NOON, integrate_all, recorded, waiting

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")
FILM = UUID("018f0000-0000-7000-8000-0000000000f1")
TAKE = "take:018f0000-0000-7000-8000-0000000000bb"
COMMITTED = f"take:{'0a' * 32}"


@pytest.mark.usefixtures("committed_db")
class TestRecord:
    def test_an_entry_says_what_it_was_told(self) -> None:
        take = uuid4()

        uid = recorded(STUDIO, subject=f"take:{take}", fields={"take": str(take)}, production_id=FILM)

        integrate_all()
        with tenant(STUDIO):
            entry = Entry.objects.get(uid=uid)
        committed = commitment(STUDIO, f"take:{take}")
        assert json.loads(bytes(entry.body)) == {
            "counter": 1,
            "entry": {
                "uid": str(uid),
                "organisation": str(STUDIO),
                "type": "generation.take.cancelled",
                "at": "2026-11-23T12:00:00.000005Z",
                "actor": "worker:render-1",
                "subject": committed,
                "production": str(FILM),
                "fields": {"take": str(take)},
            },
            "v": 2,
        }
        assert read_leaf(bytes(entry.body)).counter == 1
        assert (entry.type, entry.actor, entry.subject, entry.at, entry.production_id, entry.counter) == (
            "generation.take.cancelled",
            "worker:render-1",
            committed,
            NOON,
            FILM,
            1,
        )

    def test_a_commitment_that_was_made_already_is_taken_as_it_is(self) -> None:
        committed = commitment(STUDIO, TAKE)

        uid = recorded(STUDIO, subject=committed)

        integrate_all()
        with tenant(STUDIO):
            assert Entry.objects.get(uid=uid).subject == committed

    def test_an_entry_vanishes_with_the_act_it_tells_of(self) -> None:
        with transaction.atomic():
            recorded(STUDIO)
            transaction.set_rollback(True)

        assert waiting() == 0

    def test_an_entry_outside_a_transaction_is_refused(self) -> None:
        with pytest.raises(TransactionManagementError, match="inside the transaction"):
            record(
                organisation_id=STUDIO,
                entry_type=EntryType.TAKE_CANCELLED,
                actor="system",
                subject=f"take:{uuid4()}",
                fields={"take": str(uuid4())},
                at=NOON,
            )

    @pytest.mark.parametrize("acting", [OTHER, None])
    def test_an_entry_of_another_organisation_is_refused(self, acting: UUID | None) -> None:
        acting_for = tenant(acting) if acting else transaction.atomic()

        with acting_for, pytest.raises(DatabaseError, match="acted for"), transaction.atomic():
            record(
                organisation_id=STUDIO,
                entry_type=EntryType.TAKE_CANCELLED,
                actor="system",
                subject=f"take:{uuid4()}",
                fields={"take": str(uuid4())},
                at=NOON,
            )

        assert waiting() == 0

    @pytest.mark.parametrize(
        ("actor", "subject", "at"),
        [
            ("Ana Lopez", TAKE, NOON),
            ("user:ana@example.com", TAKE, NOON),
            ("worker:Ana Lopez", TAKE, NOON),
            ("system", "performer:Ana Lopez", NOON),
            ("system", "take", NOON),
            ("system", TAKE + "\n", NOON),
            ("system", TAKE, datetime(2026, 11, 23, 12, 0)),  # noqa: DTZ001 - that is the point
        ],
    )
    @pytest.mark.usefixtures("committed_db")
    def test_actor_subject_and_time_have_one_form(self, actor: str, subject: str, at: datetime) -> None:
        with tenant(STUDIO), pytest.raises(EntryRefused):
            record(
                organisation_id=STUDIO,
                entry_type=EntryType.TAKE_CANCELLED,
                actor=actor,
                subject=subject,
                fields={"take": str(uuid4())},
                at=at,
            )


@pytest.mark.usefixtures("db")
class TestAppendFunction:
    """What holds also for whoever calls the database function past `record`."""

    def body(self, **changes: object) -> bytes:
        stated: dict[str, object] = {
            "uid": "018f0000-0000-7000-8000-0000000000aa",
            "organisation": str(STUDIO),
            "type": "generation.take.cancelled",
            "at": "2026-11-23T12:00:00.000005Z",
            "actor": "system",
            "subject": COMMITTED,
            "fields": {},
        }
        return json.dumps(stated | changes).encode()

    def append(self, body: bytes, *, key: UUID | None = None) -> bool:
        with tenant(STUDIO), connection.cursor() as cursor:
            cursor.execute("SELECT audit_append_v3(%s, %s, %s)", [STUDIO, key, body])
            return bool(cursor.fetchone()[0])

    def test_takes_a_body_that_agrees(self) -> None:
        assert self.append(self.body())

    def test_takes_nothing_committed_to_with_a_key_that_is_not_held(self) -> None:
        commitment(OTHER, TAKE)
        with tenant(OTHER):
            theirs = SubjectKey.objects.get().id

        assert not self.append(self.body(), key=uuid4())
        assert not self.append(self.body(), key=theirs)

    def test_the_former_way_in_is_closed(self) -> None:
        with (
            tenant(STUDIO),
            connection.cursor() as cursor,
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(
                "SELECT audit_append_v1(%s, %s, %s, %s, %s)",
                [STUDIO, uuid4(), "generation.take.cancelled", TAKE, self.body()],
            )

    @pytest.mark.parametrize(
        "change",
        [
            {"organisation": str(OTHER)},
            {"v": 1},
            {"subject": "take:018f0000-0000-7000-8000-0000000000cc"},
            {"subject": "performer:Ana Lopez"},
            {"subject": None},
            {"production": "film-a"},
            {"type": None},
            {"uid": None},
            {"actor": None},
            {"at": None},
            {"at": "yesterday evening"},
        ],
    )
    def test_refuses_a_body_that_says_something_else(self, change: dict[str, object]) -> None:
        with pytest.raises(DatabaseError):
            self.append(self.body(**change))

    @pytest.mark.parametrize("body", [b"", b"not json", b"null", b"[]", b"\xff\xfe", b"{}"])
    def test_refuses_bytes_that_are_no_entry(self, body: bytes) -> None:
        with pytest.raises(DatabaseError):
            self.append(body)

    def test_refuses_a_body_too_long_for_a_tile(self) -> None:
        with pytest.raises(DatabaseError, match="audit_outbox_body_length"):
            self.append(self.body(fields={"padding": "x" * 66_000}))


@pytest.mark.usefixtures("committed_db")
def test_one_identifier_is_recorded_once() -> None:
    """A second entry of one identifier could never get its place and would stop the log."""
    uid = recorded(STUDIO)
    body = EntryBody(
        uid=uid,
        organisation_id=STUDIO,
        entry_type=EntryType.TAKE_CANCELLED,
        at=NOON,
        actor="system",
        subject=COMMITTED,
        fields={"take": str(uid)},
    ).to_bytes()

    def again() -> None:
        with tenant(STUDIO), connection.cursor() as cursor:
            cursor.execute("SELECT audit_append_v3(%s, NULL, %s)", [STUDIO, body])

    with pytest.raises(IntegrityError):
        again()
    integrate_all()
    with pytest.raises(IntegrityError, match="in the log already"):
        again()
    assert waiting() == 0
