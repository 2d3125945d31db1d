"""Erasing a person from the log: who may, what stays, and what the database demands."""

from __future__ import annotations

from io import StringIO
from uuid import UUID, uuid4

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from audit.entry_types import EntryType
from audit.erasure import erase_person
from audit.models import Entry, SubjectKey
from audit.queries import entries_about
from audit.subjects import commitment, opening, performers, spellings
from core.tenancy import tenant
from embedded.roles import Role, conninfo
from tests.factories.audit import NOON, integrate_all, recorded
from tests.factories.log_readers import newest_entries

pytestmark = pytest.mark.usefixtures("committed_db")

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")
OTHER = UUID("018f0000-0000-7000-8000-000000000002")
ANA = UUID("018f0000-0000-7000-8000-0000000000a1")
BEN = UUID("018f0000-0000-7000-8000-0000000000b2")
TAKE = "take:018f0000-0000-7000-8000-0000000000bb"


def consent_of(person_id: UUID) -> tuple[UUID, UUID]:
    """An entry about a consent of a person, and the consent."""
    consent = uuid4()
    uid = recorded(
        STUDIO,
        entry_type=EntryType.CONSENT_WITHDRAWN,
        subject=f"consent:{consent}",
        person_id=person_id,
        fields={"consent": str(consent), "reason_code": "other"},
    )
    return uid, consent


class TestErasure:
    def test_nobody_can_tell_any_more_what_was_about_the_person(self) -> None:
        of_ana, consent = consent_of(ANA)
        of_ben, other_consent = consent_of(BEN)
        before = opening(STUDIO, f"consent:{consent}", person_id=ANA)
        integrate_all()

        erasure = erase_person(STUDIO, ANA, actor="system", at=NOON)

        integrate_all()
        assert entries_about(STUDIO, f"consent:{consent}", person_id=ANA) == ()
        assert opening(STUDIO, f"consent:{consent}", person_id=ANA) is None
        assert [line.uid for line in entries_about(STUDIO, f"consent:{other_consent}")] == [of_ben]
        with tenant(STUDIO):
            entry = Entry.objects.get(uid=of_ana)
            row = SubjectKey.objects.get(person_id=ANA)
        assert before is not None
        assert entry.subject == before.commitment
        assert (row.key, row.salt, row.erasure) == (None, None, erasure)

    def test_is_itself_an_entry(self) -> None:
        committed = commitment(STUDIO, f"performer:{ANA}")

        erasure = erase_person(STUDIO, ANA, actor="system", at=NOON)

        integrate_all()
        (line,) = newest_entries(STUDIO, entry_type=EntryType.SUBJECT_ERASED).entries
        assert (line.uid, line.subject) == (erasure, committed)
        assert line.fields == {"person": committed.partition(":")[2]}

    def test_of_nobody_is_nothing(self) -> None:
        recorded(STUDIO)
        commitment(OTHER, f"performer:{ANA}")

        assert erase_person(STUDIO, ANA, actor="system", at=NOON) is None

        integrate_all()
        assert newest_entries(STUDIO, entry_type=EntryType.SUBJECT_ERASED).entries == ()

    def test_is_done_once(self) -> None:
        consent_of(ANA)

        assert erase_person(STUDIO, ANA, actor="system", at=NOON) is not None
        assert erase_person(STUDIO, ANA, actor="system", at=NOON) is None

    def test_whoever_is_recorded_about_again_is_somebody_new(self) -> None:
        former = commitment(STUDIO, f"performer:{ANA}")
        erase_person(STUDIO, ANA, actor="system", at=NOON)

        later = commitment(STUDIO, f"performer:{ANA}")

        assert later != former
        assert former not in spellings(STUDIO, f"performer:{ANA}")

    def test_is_a_command(self) -> None:
        consent_of(ANA)
        output = StringIO()

        for _ in range(2):
            call_command("audit", "erase-person", str(ANA), "--organisation", str(STUDIO), stdout=output)

        done, again = output.getvalue().splitlines()
        assert done.startswith("Erased")
        assert again.startswith("Nothing")
        with tenant(STUDIO):
            assert SubjectKey.objects.get(person_id=ANA).key is None


class TestTheDatabase:
    """What holds also for whoever calls it past `erase_person`."""

    def erase(self, person_id: UUID, erasure: UUID) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT audit_erase_person_v1(%s, %s, %s)", [STUDIO, person_id, erasure])

    def erasure(self) -> UUID:
        return recorded(
            STUDIO,
            entry_type=EntryType.SUBJECT_ERASED,
            subject=f"performer:{ANA}",
            fields={"person": "0a" * 32},
        )

    @pytest.mark.parametrize("said", ["nothing", "another act", "before"])
    def test_erases_nothing_without_an_entry_in_the_same_transaction(self, said: str) -> None:
        commitment(STUDIO, f"performer:{ANA}")
        before = self.erasure()

        with tenant(STUDIO):
            entry = before if said == "before" else recorded(STUDIO) if said == "another act" else uuid4()
            with pytest.raises(DatabaseError, match="in the transaction that erases"), transaction.atomic():
                self.erase(ANA, entry)

        assert opening(STUDIO, f"performer:{ANA}") is not None

    def test_erases_one_person_for_one_entry(self) -> None:
        performers(STUDIO, [ANA, BEN])

        with tenant(STUDIO):
            entry = self.erasure()
            self.erase(ANA, entry)
            with pytest.raises(IntegrityError), transaction.atomic():
                self.erase(BEN, entry)

        assert opening(STUDIO, f"performer:{ANA}") is None
        assert opening(STUDIO, f"performer:{BEN}") is not None

    def test_erases_nobody_of_another_organisation(self) -> None:
        commitment(STUDIO, f"performer:{ANA}")

        with tenant(OTHER), pytest.raises(DatabaseError, match="acted for"), transaction.atomic():
            self.erase(ANA, uuid4())

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_subjectkey SET salt = key",
            "UPDATE audit_subjectkey SET key = NULL, salt = NULL, erased_at = now(), erasure = id",
            "DELETE FROM audit_subjectkey",
            "TRUNCATE audit_subjectkey",
        ],
    )
    def test_lets_the_application_change_no_key(self, statement: str) -> None:
        commitment(STUDIO, f"performer:{ANA}")

        with (
            tenant(STUDIO),
            connection.cursor() as cursor,
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
        ):
            cursor.execute(statement)

    @pytest.mark.parametrize(
        "statement",
        [
            b"UPDATE audit_subjectkey SET salt = key",
            b"UPDATE audit_subjectkey SET person_id = id",
            b"DELETE FROM audit_subjectkey",
            b"TRUNCATE audit_subjectkey",
        ],
    )
    def test_stops_the_owner_by_triggers(self, statement: bytes) -> None:
        commitment(STUDIO, f"performer:{ANA}")
        url = conninfo(settings.ENVIRONMENT.database, Role.OWNER, settings.DATA_FOLDER)

        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("SELECT set_config('app.organisation', %s, false)", [str(STUDIO)])
            with pytest.raises(psycopg.errors.RestrictViolation):
                owner.execute(statement)

    def test_shows_no_key_to_another_organisation_or_role(self) -> None:
        commitment(STUDIO, f"performer:{ANA}")

        with tenant(OTHER):
            assert not SubjectKey.objects.exists()
        assert not SubjectKey.objects.exists()
        for role in (Role.LOG, Role.QUEUE):
            url = conninfo(settings.ENVIRONMENT.database, role, settings.DATA_FOLDER)
            with (
                psycopg.connect(url, autocommit=True) as session,
                pytest.raises(psycopg.errors.InsufficientPrivilege),
            ):
                session.execute("SELECT key FROM audit_subjectkey")
