"""The log as people and programs read it: queries, API, pages, administration."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.values import Actor, Role
from audit.checkpoint import NoteKey, verify_checkpoint
from audit.entry_types import EntryType
from audit.merkle import leaf_hash, verify_inclusion
from audit.queries import entries_about, entry_with_proof, log_summary
from tests.factories.accounts import a_member, a_user
from tests.factories.audit import integrate_all, recorded
from tests.factories.log_readers import newest_entries
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def member() -> Actor:
    return a_member(Role.AUDITOR)


@pytest.fixture
def stranger() -> Actor:
    return a_member(Role.AUDITOR)


def a_log(actor: Actor, *, entries: int = 3) -> list[UUID]:
    uids = [recorded(actor.organisation_id) for _ in range(entries)]
    integrate_all()
    return uids


class TestQueries:
    def test_a_summary_comes_from_a_signed_checkpoint(self, member: Actor) -> None:
        a_log(member)

        summary = log_summary(member.organisation_id)

        assert summary.vkey is not None
        assert summary.checkpoint is not None
        signed = verify_checkpoint(summary.checkpoint, key=NoteKey.from_vkey(summary.vkey))
        assert (signed.origin, signed.size, signed.root.hex()) == (summary.origin, 3, summary.root_hex)

    def test_an_empty_log_has_no_name_yet(self, member: Actor) -> None:
        summary = log_summary(member.organisation_id)

        assert (summary.origin, summary.size, summary.checkpoint) == (None, 0, None)

    def test_everything_about_a_subject_comes_in_order(self, member: Actor) -> None:
        take = uuid4()
        about = [recorded(member.organisation_id, subject=f"take:{take}") for _ in range(3)]
        a_log(member)

        found = entries_about(member.organisation_id, f"take:{take}")

        assert [line.uid for line in found] == about
        assert [line.index for line in found] == [0, 1, 2]

    def test_every_entry_is_proved_under_the_newest_checkpoint(self, member: Actor) -> None:
        uids = a_log(member, entries=5) + a_log(member, entries=300)

        for index in (0, 1, 4, 5, 255, 256, 304):
            proved = entry_with_proof(member.organisation_id, uids[index])

            assert proved is not None
            signed = verify_checkpoint(proved.checkpoint, key=NoteKey.from_vkey(proved.vkey))
            assert (signed.size, signed.root.hex()) == (305, proved.root_hex)
            assert proved.line.index == index
            verify_inclusion(
                leaf_hash=leaf_hash(proved.body.encode()),
                index=index,
                size=signed.size,
                proof=[bytes.fromhex(item) for item in proved.proof_hex],
                root=signed.root,
            )

    def test_pages_follow_one_another_without_gap(self, member: Actor) -> None:
        uids = a_log(member, entries=7)
        seen: list[UUID] = []
        before: UUID | None = None
        for _ in range(4):
            page = newest_entries(member.organisation_id, before=before, limit=2)
            seen += [line.uid for line in page.entries]
            before = page.next_before

        assert seen == uids[::-1]
        assert before is None

    def test_an_entry_names_the_first_checkpoint_that_covers_it(self, member: Actor) -> None:
        a_log(member, entries=2)
        a_log(member, entries=3)

        page = newest_entries(member.organisation_id)

        assert [line.checkpoint_size for line in page.entries] == [5, 5, 5, 2, 2]

    def test_what_waits_is_not_in_the_log(self, member: Actor) -> None:
        uid = recorded(member.organisation_id)

        assert entry_with_proof(member.organisation_id, uid) is None
        integrate_all()
        assert entry_with_proof(member.organisation_id, uid) is not None

    def test_another_organisation_reads_nothing(self, member: Actor, stranger: Actor) -> None:
        uids = a_log(member)

        assert newest_entries(stranger.organisation_id).entries == ()
        assert newest_entries(stranger.organisation_id, before=uids[0]).entries == ()
        assert entry_with_proof(stranger.organisation_id, uids[0]) is None
        assert log_summary(stranger.organisation_id).size == 0


class TestApi:
    def test_gives_the_summary(self, member: Actor) -> None:
        client = an_api_client(member)
        a_log(member)

        told = client.get("/v1/log").json()

        assert told["size"] == 3
        assert told["checkpoint"].startswith(f"{told['origin']}\n3\n")

    def test_finds_entries_by_subject_and_type(self, member: Actor) -> None:
        take = uuid4()
        uid = recorded(member.organisation_id, subject=f"take:{take}")
        a_log(member)
        client = an_api_client(member)

        by_subject = client.get("/v1/log/entries", {"subject": f"take:{take}"}).json()
        by_type = client.get("/v1/log/entries", {"type": EntryType.TAKE_CANCELLED}).json()
        by_other = client.get("/v1/log/entries", {"type": EntryType.ASSET_SIGNED}).json()

        assert [one["uid"] for one in by_subject["results"]] == [str(uid)]
        assert by_subject["results"][0]["fields"].keys() == {"take"}
        assert len(by_type["results"]) == 4
        assert by_other == {"results": [], "next": None}

    def test_leads_from_page_to_page(self, member: Actor) -> None:
        uids = a_log(member, entries=5)
        client = an_api_client(member)
        found: list[str] = []
        url: str | None = "/v1/log/entries?limit=2"
        while url:
            page = client.get(url).json()
            found += [one["uid"] for one in page["results"]]
            url = page["next"]

        assert found == [str(uid) for uid in reversed(uids)]

    def test_gives_a_proof_that_a_stranger_can_check(self, member: Actor) -> None:
        uid = a_log(member)[1]

        told = an_api_client(member).get(f"/v1/log/entries/{uid}").json()

        signed = verify_checkpoint(told["checkpoint"], key=NoteKey.from_vkey(told["vkey"]))
        verify_inclusion(
            leaf_hash=leaf_hash(told["body"].encode()),
            index=told["entry"]["index"],
            size=signed.size,
            proof=[bytes.fromhex(item) for item in told["proof_hex"]],
            root=signed.root,
        )

    @pytest.mark.parametrize(
        "query", ["limit=0", "limit=201", "limit=x", "before=x", "type=Ana", "subject=" + "x" * 201]
    )
    def test_refuses_a_search_it_cannot_read(self, member: Actor, query: str) -> None:
        response = an_api_client(member).get(f"/v1/log/entries?{query}")

        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"

    def test_another_organisations_entry_is_not_there(self, member: Actor, stranger: Actor) -> None:
        uid = a_log(member)[0]

        client = an_api_client(stranger)

        assert client.get(f"/v1/log/entries/{uid}").status_code == 404
        assert all(one["uid"] != str(uid) for one in client.get("/v1/log/entries").json()["results"])

    @pytest.mark.parametrize(
        "path", ["/v1/log", "/v1/log/entries", "/v1/log/entries/018f0000-0000-7000-8000-0000000000aa"]
    )
    def test_nobody_reads_it_without_signing_in(self, path: str) -> None:
        assert Client().get(path).status_code in {401, 403}

    @pytest.mark.parametrize("verb", ["post", "put", "patch", "delete"])
    def test_nothing_can_be_written_through_it(self, member: Actor, verb: str) -> None:
        uid = a_log(member)[0]

        response = getattr(an_api_client(member), verb)(f"/v1/log/entries/{uid}", {})

        assert response.status_code == 405


class TestPages:
    def test_the_log_lists_its_entries(self, member: Actor) -> None:
        uids = a_log(member)

        page = a_browser(member).get("/log/").content.decode()

        assert all(f"/log/entries/{uid}" in page for uid in uids)
        assert "generation.take.cancelled" in page
        assert "worker:render-1" in page

    def test_an_empty_log_says_so(self, member: Actor) -> None:
        page = a_browser(member).get("/log/").content.decode()

        assert "Nothing has been logged yet" in page

    def test_a_search_that_finds_nothing_says_so(self, member: Actor) -> None:
        a_log(member)

        page = a_browser(member).get("/log/", {"subject": f"take:{uuid4()}"}).content.decode()

        assert "No such entries" in page

    def test_older_entries_are_one_step_away(self, member: Actor) -> None:
        uids = a_log(member, entries=60)
        browser = a_browser(member)

        first = browser.get("/log/", {"type": "generation.take.cancelled"}).content.decode()
        link = re.search(r'href="(\?[^"]*before=[^"]*)"', first)

        assert link is not None
        second = browser.get("/log/" + link.group(1).replace("&amp;", "&")).content.decode()
        assert f"/log/entries/{uids[59]}" in first
        assert f"/log/entries/{uids[0]}" in second
        assert f"/log/entries/{uids[59]}" not in second

    def test_an_entry_shows_its_proof(self, member: Actor) -> None:
        uid = a_log(member)[1]
        proved = entry_with_proof(member.organisation_id, uid)

        page = a_browser(member).get(f"/log/entries/{uid}").content.decode()

        assert proved is not None
        assert proved.line.leaf_hash_hex in page
        assert all(one in page for one in proved.proof_hex)
        assert proved.vkey in page

    def test_another_organisation_sees_nothing(self, member: Actor, stranger: Actor) -> None:
        uid = a_log(member)[0]
        browser = a_browser(stranger)

        assert browser.get(f"/log/entries/{uid}").status_code == 404
        assert str(uid) not in browser.get("/log/").content.decode()

    def test_somebody_of_no_organisation_is_refused(self) -> None:
        browser = Client()
        browser.force_login(a_user())

        assert browser.get("/log/").status_code == 403
        assert browser.get(f"/log/entries/{uuid4()}").status_code == 403

    def test_a_stranger_is_sent_to_sign_in(self) -> None:
        response = Client().get("/log/")

        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in")


class TestAdministration:
    @pytest.mark.parametrize("table", ["entry", "checkpoint", "logorigin"])
    def test_shows_and_never_changes(self, table: str) -> None:
        admin = a_member(Role.ADMIN, is_staff=True)
        a_log(admin)
        browser = a_browser(admin)

        listed = browser.get(f"/admin/audit/{table}/")
        adding = browser.get(f"/admin/audit/{table}/add/")

        assert listed.status_code == 200
        assert adding.status_code == 403

    def test_shows_one_entry(self) -> None:
        admin = a_member(Role.ADMIN, is_staff=True)
        uid = a_log(admin)[0]

        page = a_browser(admin).get(f"/admin/audit/entry/{uid}/change/")

        assert page.status_code == 200
        assert "worker:render-1" in page.content.decode()
        assert a_browser(admin).post(f"/admin/audit/entry/{uid}/delete/").status_code == 403
