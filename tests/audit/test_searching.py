"""Finding entries, by whoever may see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from accounts.values import Actor, Role
from audit.entry_types import EntryType
from audit.queries import EntryLine
from audit.reader import EXPORTS, READS_ALL, WATCHES_HEALTH
from audit.searching import Search, entry_for, find_entries, walk_entries
from audit.trail import record
from core.canonical import Canonical
from core.tenancy import tenant
from tests.factories.accounts import a_member, a_membership, a_user, an_organisation
from tests.factories.audit import NOON, integrate_all, recorded
from tests.factories.log_readers import reading_as
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def lawyer() -> Actor:
    return a_member(Role.LEGAL)


def uids(lines: Sequence[EntryLine]) -> list[UUID]:
    return [line.uid for line in lines]


def found(actor: Actor, search: Search) -> list[UUID]:
    return uids(find_entries(reading_as(actor), search).entries)


def done_by(actor: Actor, *, fields: dict[str, Canonical] | None = None) -> UUID:
    with tenant(actor.organisation_id):
        return record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.TOKEN_ISSUED,
            actor=actor.label,
            subject=f"user:{actor.user_id}",
            fields=fields or {"token_key": "0123456789abcdef"},
            at=NOON,
        )


class TestSearching:
    def test_by_what_an_entry_is_about(self, lawyer: Actor) -> None:
        take = uuid4()
        about = recorded(lawyer.organisation_id, subject=f"take:{take}")
        recorded(lawyer.organisation_id)
        integrate_all()
        (line,) = find_entries(reading_as(lawyer), Search(subject=f"take:{take}")).entries

        # The log itself knows the take by a commitment alone; people know it by its address.
        assert line.uid == about
        assert str(take) not in line.subject
        assert found(lawyer, Search(subject=str(take))) == [about]
        assert found(lawyer, Search(subject=f" {str(take).upper()} ")) == [about]
        assert found(lawyer, Search(subject=line.subject)) == [about]
        assert found(lawyer, Search(subject=f"decision:{take}")) == []
        assert found(lawyer, Search(subject="nonsense")) == []

    def test_about_a_performer_without_saying_whose_key_it_is(self, lawyer: Actor) -> None:
        performer, consent = uuid4(), uuid4()
        about = recorded(lawyer.organisation_id, subject=f"consent:{consent}", person_id=performer)
        integrate_all()

        assert found(lawyer, Search(subject=str(consent))) == [about]

    def test_by_who_did_it(self, lawyer: Actor) -> None:
        own = done_by(lawyer)
        other = recorded(lawyer.organisation_id)
        integrate_all()

        assert found(lawyer, Search(actor=lawyer.label)) == [own]
        assert found(lawyer, Search(actor=str(lawyer.user_id))) == [own]
        assert found(lawyer, Search(actor="worker:render-1")) == [other]
        assert found(lawyer, Search(actor="system")) == []

    def test_by_type_production_and_time_together(self, lawyer: Actor) -> None:
        production = uuid4()
        right = recorded(lawyer.organisation_id, production_id=production, at=NOON)
        recorded(lawyer.organisation_id, at=NOON)
        recorded(lawyer.organisation_id, production_id=production, at=NOON + timedelta(days=1))
        recorded(
            lawyer.organisation_id,
            production_id=production,
            entry_type=EntryType.TAKE_RETRIED,
        )
        integrate_all()

        search = Search(
            entry_type=EntryType.TAKE_CANCELLED,
            production_id=production,
            since=NOON,
            until=NOON + timedelta(days=1),
        )
        assert found(lawyer, search) == [right]

    def test_a_span_includes_its_beginning_and_not_its_end(self, lawyer: Actor) -> None:
        at = [recorded(lawyer.organisation_id, at=NOON + timedelta(hours=n)) for n in range(3)]
        integrate_all()

        hours = [NOON + timedelta(hours=n) for n in range(4)]
        assert found(lawyer, Search(since=hours[0], until=hours[1])) == [at[0]]
        assert found(lawyer, Search(since=hours[1])) == [at[2], at[1]]
        assert found(lawyer, Search(until=hours[2])) == [at[1], at[0]]
        assert found(lawyer, Search(since=hours[3])) == []

    def test_pages_and_walks_see_the_same_in_opposite_orders(self, lawyer: Actor) -> None:
        for _ in range(7):
            recorded(lawyer.organisation_id)
        integrate_all()
        reader = reading_as(lawyer)
        paged: list[UUID] = []
        before: UUID | None = None
        while True:
            page = find_entries(reader, Search(), before=before, limit=3)
            paged += uids(page.entries)
            before = page.next_before
            if before is None:
                break

        assert [one.line.uid for one in walk_entries(reader, Search())] == paged[::-1]
        assert len(paged) == 7

    def test_a_walk_opens_no_transaction_that_lasts(self, lawyer: Actor) -> None:
        from django.db import connection

        recorded(lawyer.organisation_id)
        integrate_all()
        walk = walk_entries(reading_as(lawyer), Search())

        next(walk)

        assert not connection.in_atomic_block

    def test_another_organisations_entries_are_not_there(self, lawyer: Actor) -> None:
        stranger = a_member(Role.ADMIN)
        take = uuid4()
        uid = recorded(lawyer.organisation_id, subject=f"take:{take}")
        integrate_all()

        assert found(stranger, Search()) == []
        assert found(stranger, Search(subject=f"take:{take}")) == []
        assert entry_for(reading_as(stranger), uid) is None
        assert list(walk_entries(reading_as(stranger), Search())) == []


class TestRights:
    def test_are_given_to_roles_that_exist(self) -> None:
        assert {str(role) for role in Role} >= READS_ALL | EXPORTS | WATCHES_HEALTH

    @pytest.mark.parametrize("role", [Role.PRODUCER, Role.LEGAL, Role.AUDITOR, Role.ADMIN, Role.UNION_REP])
    def test_to_read_all_of_the_log(self, role: Role) -> None:
        reader = a_member(role)
        uid = recorded(reader.organisation_id)
        integrate_all()

        assert found(reader, Search()) == [uid]

    @pytest.mark.parametrize("role", [Role.ARTIST, Role.PERFORMER, Role.REPRESENTATIVE])
    def test_to_read_what_one_did_oneself(self, role: Role) -> None:
        organisation = an_organisation()
        reader, colleague = a_member(role, organisation=organisation), a_member(organisation=organisation)
        own, other = done_by(reader), done_by(colleague)
        integrate_all()

        assert found(reader, Search()) == [own]
        assert found(reader, Search(actor=colleague.label)) == []
        assert entry_for(reading_as(reader), own) is not None
        assert entry_for(reading_as(reader), other) is None
        browser, client = a_browser(reader), an_api_client(reader)
        assert browser.get(f"/log/entries/{other}").status_code == 404
        assert client.get(f"/v1/log/entries/{other}").status_code == 404
        assert str(other) not in browser.get("/log/").content.decode()
        assert [one["uid"] for one in client.get("/v1/log/entries").json()["results"]] == [str(own)]

    def test_grow_with_a_second_role(self) -> None:
        organisation = an_organisation()
        reader = a_membership(a_user(), organisation.id, Role.ARTIST, Role.AUDITOR)
        uid = recorded(organisation.id)
        integrate_all()

        assert found(reader, Search()) == [uid]


class TestInTheApi:
    def test_every_way_of_searching_is_there(self, lawyer: Actor) -> None:
        production, take = uuid4(), uuid4()
        uid = recorded(lawyer.organisation_id, subject=f"take:{take}", production_id=production)
        recorded(lawyer.organisation_id, at=NOON + timedelta(days=2))
        integrate_all()
        client = an_api_client(lawyer)

        for query in (
            {"subject": f"take:{take}"},
            {"subject": str(take)},
            {"production": str(production)},
            {"actor": "worker:render-1", "until": "2026-11-24T00:00:00Z"},
            {
                "type": "generation.take.cancelled",
                "since": "2026-11-23T12:00:00Z",
                "until": "2026-11-23T13:00:00Z",
            },
        ):
            (entry,) = client.get("/v1/log/entries", query).json()["results"]
            assert entry["uid"] == str(uid), query
            assert (entry["production"], entry["counter"]) == (str(production), 1)

    @pytest.mark.parametrize("query", ["production=x", "since=yesterday", "until=x", "actor=" + "x" * 201])
    def test_what_cannot_be_read_is_refused(self, lawyer: Actor, query: str) -> None:
        answer = an_api_client(lawyer).get(f"/v1/log/entries?{query}")

        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        assert answer.json()["errors"].keys() == {query.partition("=")[0]}
