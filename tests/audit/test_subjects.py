"""What entries are about can be found by whoever knows it, shown to a stranger, and forgotten."""

from __future__ import annotations

import hashlib
import hmac
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connections, transaction

from accounts.values import Role as MemberRole
from audit import subjects
from audit.entry_types import EntryType
from audit.models import SubjectKey
from audit.queries import entries_about
from audit.subjects import commitment, opened, opening, performers, spellings, stands_for
from core.canonical import Canonical
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all, recorded
from tests.factories.log_readers import newest_entries
from tests.factories.requests import a_browser, an_api_client

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


class TestCommitment:
    def test_is_always_the_same(self) -> None:
        assert commitment(STUDIO, TAKE) == commitment(STUDIO, TAKE)
        assert commitment(STUDIO, TAKE).startswith("take:")

    def test_tells_apart_what_is_apart(self) -> None:
        identifier = uuid4()
        committed = {
            commitment(STUDIO, f"take:{identifier}"),
            commitment(OTHER, f"take:{identifier}"),
            commitment(STUDIO, f"shot:{identifier}"),
            commitment(STUDIO, f"take:{uuid4()}"),
            commitment(STUDIO, f"take:{identifier}", person_id=ANA),
            commitment(STUDIO, f"take:{identifier}", person_id=BEN),
        }

        assert len({one.partition(":")[2] for one in committed}) == 6

    def test_is_made_as_the_documentation_says(self) -> None:
        with tenant(STUDIO):
            committed = commitment(STUDIO, TAKE)
            row = SubjectKey.objects.get()

        assert row.key is not None
        assert row.salt is not None
        subject_key = hmac.new(bytes(row.key), TAKE.encode(), hashlib.sha256).digest()
        expected = hmac.new(subject_key, bytes(row.salt) + TAKE.encode(), hashlib.sha256).hexdigest()
        assert committed == f"take:{expected}"

    def test_of_a_performer_is_made_with_their_own_key(self) -> None:
        assert commitment(STUDIO, f"performer:{ANA}") == commitment(STUDIO, f"performer:{ANA}", person_id=ANA)
        with tenant(STUDIO):
            assert list(SubjectKey.objects.values_list("person_id", flat=True)) == [ANA]

    def test_of_several_performers_is_one_for_each_in_no_telling_order(self) -> None:
        listed = performers(STUDIO, [ANA, BEN, ANA])

        assert listed == sorted(listed)
        assert set(listed) == {commitment(STUDIO, f"performer:{one}").partition(":")[2] for one in (ANA, BEN)}
        assert performers(STUDIO, []) == []

    def test_is_the_same_for_all_who_need_its_key_first_at_once(self) -> None:
        start = Barrier(8)

        def commit(_number: int) -> tuple[str, tuple[str, ...]]:
            try:
                start.wait(10)
                return commitment(STUDIO, TAKE), tuple(performers(STUDIO, [ANA, BEN]))
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as threads:
            made = set(threads.map(commit, range(8)))

        assert len(made) == 1
        with tenant(STUDIO):
            assert SubjectKey.objects.count() == 3


class TestOpening:
    def test_leads_to_the_commitment(self) -> None:
        committed = commitment(STUDIO, TAKE)

        found = opening(STUDIO, TAKE)

        assert found is not None
        assert found.subject == TAKE
        assert found.commitment == committed

    def test_opens_nothing_else(self) -> None:
        commitment(STUDIO, TAKE)
        other = f"take:{uuid4()}"
        shown, hidden = opening(STUDIO, TAKE), opening(STUDIO, other)

        assert shown is not None
        assert hidden is not None
        with_the_shown_key = hmac.new(
            shown.subject_key, shown.salt + other.encode(), hashlib.sha256
        ).hexdigest()
        assert f"take:{with_the_shown_key}" != hidden.commitment

    def test_is_found_among_candidates_under_whoever_holds_the_key(self) -> None:
        consent = f"consent:{uuid4()}"
        committed = commitment(STUDIO, consent, person_id=ANA)

        found = opened(STUDIO, committed, [TAKE, consent])

        assert found is not None
        assert found.subject == consent
        assert opened(STUDIO, committed, [TAKE]) is None
        assert opened(OTHER, committed, [consent]) is None

    def test_is_told_where_a_field_of_the_entry_names_it(self) -> None:
        take, consent = uuid4(), uuid4()
        of_take = commitment(STUDIO, f"take:{take}")
        of_consent = commitment(STUDIO, f"consent:{consent}", person_id=ANA)
        of_ana = commitment(STUDIO, f"performer:{ANA}")
        fields: dict[str, Canonical] = {
            "attempt": 1,
            "decision": str(uuid4()),
            "take": str(take),
            "consent": str(consent),
        }

        assert stands_for(STUDIO, of_take, fields) == f"take:{take}"
        assert stands_for(STUDIO, of_consent, fields) == f"consent:{consent}"
        assert stands_for(STUDIO, of_ana, {"performer": of_ana.partition(":")[2]}) is None
        assert stands_for(STUDIO, of_take, {"take": str(uuid4())}) is None

    def test_without_a_key_there_is_none(self) -> None:
        assert opening(STUDIO, TAKE) is None
        with tenant(STUDIO):
            assert not SubjectKey.objects.exists()

    def test_tells_no_key_by_accident(self) -> None:
        commitment(STUDIO, TAKE)
        found = opening(STUDIO, TAKE)

        assert found is not None
        assert found.salt.hex() not in repr(found)
        assert "salt" not in repr(found)


class TestSearch:
    def test_finds_what_a_thing_is_called_in_the_log(self) -> None:
        uid = recorded(STUDIO, subject=TAKE)
        recorded(STUDIO)
        integrate_all()

        assert [line.uid for line in entries_about(STUDIO, TAKE)] == [uid]
        assert [line.uid for line in newest_entries(STUDIO, subject=TAKE.upper()).entries] == [uid]
        by_commitment = newest_entries(STUDIO, subject=commitment(STUDIO, TAKE)).entries
        assert [line.uid for line in by_commitment] == [uid]
        assert entries_about(OTHER, TAKE) == ()

    def test_finds_what_is_about_a_person_with_and_without_their_name(self) -> None:
        uid, consent = consent_of(ANA)
        consent_of(BEN)
        integrate_all()

        assert [line.uid for line in entries_about(STUDIO, f"consent:{consent}")] == [uid]
        assert [line.uid for line in entries_about(STUDIO, f"consent:{consent}", person_id=ANA)] == [uid]
        assert entries_about(STUDIO, f"consent:{consent}", person_id=BEN) == ()

    def test_of_something_unreadable_finds_nothing(self) -> None:
        assert spellings(STUDIO, "Ana Lopez") == ("ana lopez",)
        assert entries_about(STUDIO, "Ana Lopez") == ()


class TestPages:
    def test_show_what_the_commitment_of_an_entry_stands_for(self) -> None:
        member, take = a_member(MemberRole.AUDITOR), uuid4()
        uid = recorded(member.organisation_id, subject=f"take:{take}", fields={"take": str(take)})
        integrate_all()

        page = a_browser(member).get(f"/log/entries/{uid}").content.decode()

        assert f"take:{take}" in page
        assert commitment(member.organisation_id, f"take:{take}") in page

    def test_find_entries_by_what_they_are_about(self) -> None:
        member, take = a_member(MemberRole.AUDITOR), uuid4()
        uid = recorded(member.organisation_id, subject=f"take:{take}")
        integrate_all()
        asked = {"subject": f"take:{take}"}

        page = a_browser(member).get("/log/", asked).content.decode()
        told = an_api_client(member).get("/v1/log/entries", asked).json()

        assert f"/log/entries/{uid}" in page
        assert [one["uid"] for one in told["results"]] == [str(uid)]


class TestRememberedKeys:
    def test_one_that_was_rolled_back_is_not_used(self) -> None:
        with transaction.atomic():
            recorded(STUDIO, subject=TAKE)
            transaction.set_rollback(True)

        recorded(STUDIO, subject=TAKE)

        integrate_all()
        assert len(entries_about(STUDIO, TAKE)) == 1

    def test_one_that_is_gone_from_the_database_is_made_anew(self) -> None:
        recorded(STUDIO)
        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
            superuser.execute("SET session_replication_role = replica")
            superuser.execute("DELETE FROM audit_subjectkey")

        uid = recorded(STUDIO, subject=TAKE)

        integrate_all()
        assert [line.uid for line in entries_about(STUDIO, TAKE)] == [uid]

    def test_those_of_persons_are_not_remembered(self) -> None:
        consent_of(ANA)

        assert all(key.person_id is None for key in subjects._remembered.values())
