"""The log as a file: enough to check it by, safe to open, of any length."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.values import Actor, Role
from audit.entry_types import EntryType
from audit.exporting import COLUMNS, _harmless, csv_of, json_lines_of
from audit.models import Checkpoint
from audit.pages.forms import SearchForm
from audit.searching import Search
from core.tenancy import tenant
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all, recorded
from tests.factories.log_readers import reading_as
from tests.factories.requests import a_browser, an_api_client

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def auditor() -> Actor:
    return a_member(Role.AUDITOR)


def exported(actor: Actor, search: Search | None = None) -> list[dict[str, object]]:
    content = b"".join(json_lines_of(reading_as(actor), search or Search()))
    return [json.loads(line) for line in content.decode().splitlines()]


def root_of(leaves: list[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, written down once more from its text: nothing of ours is asked."""
    if len(leaves) == 1:
        return leaves[0]
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return hashlib.sha256(b"\x01" + root_of(leaves[:middle]) + root_of(leaves[middle:])).digest()


class TestJsonLines:
    def test_of_a_whole_log_give_its_root(self, auditor: Actor) -> None:
        for _ in range(300):
            recorded(auditor.organisation_id)
        integrate_all()

        lines = exported(auditor)

        bodies = [str(line["body"]).encode() for line in lines]
        leaves = [hashlib.sha256(b"\x00" + body).digest() for body in bodies]
        assert [line["index"] for line in lines] == list(range(300))
        assert [line["leaf_hash"] for line in lines] == [leaf.hex() for leaf in leaves]
        with tenant(auditor.organisation_id):
            newest = Checkpoint.objects.order_by("-size")[0]
        assert newest.size == 300
        assert root_of(leaves) == bytes(newest.root)

    def test_say_what_the_body_says(self, auditor: Actor) -> None:
        production = uuid4()
        uid = recorded(auditor.organisation_id, production_id=production)
        integrate_all()

        (line,) = exported(auditor)

        leaf = json.loads(str(line["body"]))
        stated = leaf["entry"]
        assert (line["uid"], line["type"], line["subject"], line["at"], line["actor"]) == (
            *(str(uid), stated["type"], stated["subject"], stated["at"], stated["actor"]),
        )
        assert (
            (line["production"], line["counter"])
            == (stated["production"], leaf["counter"])
            == (str(production), 1)
        )

    def test_hold_what_was_searched_for_alone(self, auditor: Actor) -> None:
        recorded(auditor.organisation_id)
        recorded(auditor.organisation_id, entry_type=EntryType.TAKE_RETRIED)
        integrate_all()

        lines = exported(auditor, Search(entry_type=EntryType.TAKE_RETRIED))

        assert [(line["index"], line["type"]) for line in lines] == [(1, "generation.take.retried")]

    def test_of_an_empty_log_are_none(self, auditor: Actor) -> None:
        assert exported(auditor) == []


class TestCsv:
    def test_holds_every_entry_under_its_head(self, auditor: Actor) -> None:
        uids = [recorded(auditor.organisation_id) for _ in range(3)]
        integrate_all()

        content = b"".join(csv_of(reading_as(auditor), Search())).decode()

        rows = list(csv.DictReader(io.StringIO(content, newline="")))
        lines = exported(auditor)
        assert tuple(rows[0]) == COLUMNS
        assert [row["uid"] for row in rows] == [str(uid) for uid in uids]
        assert [row["body"] for row in rows] == [line["body"] for line in lines]
        assert {row["what"] for row in rows} == {"A take was cancelled"}
        assert content.count("\r\n") == 4

    @pytest.mark.parametrize(
        "cell", ['=HYPERLINK("http://example.test")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"]
    )
    def test_no_cell_is_a_formula(self, cell: str) -> None:
        assert _harmless(cell) == f"'{cell}"

    @pytest.mark.parametrize("cell", ["", "take:12", '{"v":2}', "2026-11-23", 7, None])
    def test_every_other_cell_stays_as_it_is(self, cell: object) -> None:
        assert _harmless(cell) == cell


class TestFiles:
    @pytest.mark.parametrize(
        ("path", "content_type", "name"),
        [
            ("/log/entries.csv", "text/csv; charset=utf-8", "log.csv"),
            ("/log/entries.jsonl", "application/jsonl; charset=utf-8", "log.jsonl"),
            ("/v1/log/entries.csv", "text/csv; charset=utf-8", "log.csv"),
            ("/v1/log/entries.jsonl", "application/jsonl; charset=utf-8", "log.jsonl"),
        ],
    )
    def test_are_there_on_the_page_and_in_the_api(
        self, auditor: Actor, path: str, content_type: str, name: str
    ) -> None:
        recorded(auditor.organisation_id, entry_type=EntryType.TAKE_RETRIED)
        uid = recorded(auditor.organisation_id)
        integrate_all()
        asking = an_api_client(auditor) if path.startswith("/v1") else a_browser(auditor)

        answer = asking.get(path, {"type": "generation.take.cancelled"})

        content = answer.getvalue().decode()
        assert answer.status_code == 200
        assert answer["Content-Type"] == content_type
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert str(uid) in content
        assert "generation.take.retried" not in content

    def test_are_found_by_whoever_asks_for_their_type(self, auditor: Actor) -> None:
        recorded(auditor.organisation_id)
        integrate_all()
        client = an_api_client(auditor)

        assert client.get("/v1/log/entries.csv", headers={"Accept": "text/csv"}).status_code == 200
        refused = client.get("/v1/log/entries.csv?since=x", headers={"Accept": "text/csv"})
        assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")
        assert refused.json()["errors"].keys() == {"since"}

    @pytest.mark.parametrize("role", [Role.LEGAL, Role.AUDITOR, Role.ADMIN, Role.UNION_REP])
    def test_are_for_those_who_may_take_the_log_away(self, role: Role) -> None:
        reader = a_member(role)

        assert a_browser(reader).get("/log/entries.csv").status_code == 200

    @pytest.mark.parametrize("role", [Role.PRODUCER, Role.ARTIST, Role.PERFORMER, Role.REPRESENTATIVE])
    @pytest.mark.parametrize("name", ["entries.csv", "entries.jsonl"])
    def test_are_for_nobody_else(self, role: Role, name: str) -> None:
        reader = a_member(role)
        browser = a_browser(reader)

        page, answer = browser.get(f"/log/{name}"), an_api_client(reader).get(f"/v1/log/{name}")

        assert (page.status_code, answer.status_code) == (403, 403)
        assert answer.json()["type"].endswith("/problems/log-not-for-role")
        assert answer.json()["roles"] == ["admin", "auditor", "legal", "union_rep"]
        assert f"/log/{name}" not in browser.get("/log/").content.decode()

    @pytest.mark.parametrize("name", ["entries.csv", "entries.jsonl"])
    def test_are_for_no_stranger(self, name: str) -> None:
        assert Client().get(f"/log/{name}").status_code == 302
        assert Client().get(f"/v1/log/{name}").status_code == 401

    def test_a_search_that_cannot_be_read_goes_back_to_the_page_that_says_why(self, auditor: Actor) -> None:
        answer = a_browser(auditor).get("/log/entries.csv?since=2026-02-03&until=2026-01-01", follow=True)

        assert "The last day lies before the first." in answer.content.decode()

    def test_days_of_the_page_are_whole_days(self) -> None:
        form = SearchForm({"since": "2026-11-23", "until": "2026-11-23"})

        assert form.is_valid()
        search = form.search()
        assert search.since is not None
        assert search.until is not None
        assert (search.until - search.since).total_seconds() == 86_400


@pytest.mark.slow
def test_a_long_log_is_read_in_pieces_as_they_are_taken(auditor: Actor) -> None:
    for _ in range(2500):
        recorded(auditor.organisation_id)
    integrate_all()
    pieces = json_lines_of(reading_as(auditor), Search())

    with CaptureQueriesContext(connection) as asked:
        first = next(pieces)
        at_first = sum('FROM "audit_entry"' in query["sql"] for query in asked)
        rest = list(pieces)
        in_all = sum('FROM "audit_entry"' in query["sql"] for query in asked)

    assert (at_first, in_all) == (1, 3)
    assert len((first + b"".join(rest)).splitlines()) == 2500
    assert max(map(len, [first, *rest])) < 1_000_000
