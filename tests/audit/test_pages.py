"""The log's pages as a lawyer reads them."""

from __future__ import annotations

import html
import re
import subprocess
import sys
from uuid import UUID, uuid4

import pytest
from django.db import connections
from django.urls import NoReverseMatch, reverse

from accounts.values import Actor, Role
from audit.entry_types import EntryType
from audit.entry_words import TYPE_WORDS
from audit.models import PLATFORM, LogOrigin
from audit.pages.rows import _PAGES, page_of
from audit.platform_log import append_checkpoints
from audit.queries import entry_with_proof
from audit.searching import Search, find_entries, walk_entries
from core.ids import new_id
from core.tenancy import tenant
from tests.factories.accounts import a_member
from tests.factories.audit import integrate_all, recorded, vouched_for
from tests.factories.log_readers import reading_as
from tests.factories.requests import a_browser
from tests.factories.signer import publish_all
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def lawyer() -> Actor:
    return a_member(Role.LEGAL)


def seen(actor: Actor, path: str, **query: str) -> str:
    answer = a_browser(actor).get(path, query)
    assert answer.status_code == 200, answer
    return html.unescape(answer.content.decode())


def text_of(page: str) -> str:
    """The page without its marks, words apart by one space."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


class TestTheLog:
    def test_says_in_words_what_happened_and_leads_to_it(self, lawyer: Actor) -> None:
        take, decision = uuid4(), uuid4()
        recorded(
            lawyer.organisation_id,
            entry_type=EntryType.TAKE_REFUSED,
            subject=f"take:{take}",
            fields={"take": str(take), "decision": str(decision)},
        )
        integrate_all()

        page = seen(lawyer, "/log/")

        assert "A take was refused" in page
        assert "the worker render-1" in page
        assert f'href="{reverse("generation:take", args=[take])}"' in page

    def test_tells_entries_of_one_type_apart(self, lawyer: Actor) -> None:
        recorded(
            lawyer.organisation_id,
            entry_type=EntryType.TAKE_FAILED,
            fields={"take": str(uuid4()), "attempt": 2, "reason_code": "out_of_memory"},
        )
        integrate_all()

        assert "Reason: out of memory" in text_of(seen(lawyer, "/log/"))

    def test_offers_every_type_in_words(self, lawyer: Actor) -> None:
        page = seen(lawyer, "/log/")

        for entry_type, words in TYPE_WORDS.items():
            assert f'<option value="{entry_type}">{words.title}</option>' in page

    def test_offers_what_was_found_as_a_file(self, lawyer: Actor) -> None:
        recorded(lawyer.organisation_id)
        integrate_all()

        page = seen(lawyer, "/log/", type="generation.take.cancelled", before="")

        assert 'href="/log/entries.csv?type=generation.take.cancelled"' in page
        assert 'href="/log/entries.jsonl?type=generation.take.cancelled"' in page

    def test_keeps_a_search_by_person_or_production_in_sight(self, lawyer: Actor) -> None:
        production = uuid4()

        page = seen(lawyer, "/log/", production=str(production))

        assert re.search(r'<details class="fold" open>', page)
        assert f'value="{production}"' in page
        assert "No such entries" in page

    def test_says_what_is_wrong_with_a_search(self, lawyer: Actor) -> None:
        page = seen(lawyer, "/log/", since="2026-02-03", until="2026-01-01", production="x")

        assert "The last day lies before the first." in page
        assert "Enter a valid UUID." in page

    @pytest.mark.parametrize("kind", sorted(_PAGES))
    def test_links_only_to_pages_that_exist(self, kind: str) -> None:
        name, argument = _PAGES[kind]
        uid = uuid4()
        try:
            expected = reverse(name, kwargs={argument: uid})
        except NoReverseMatch:
            expected = ""

        assert page_of(kind, str(uid)) == expected
        assert page_of(kind, "no identifier") == page_of(kind, None) == page_of(kind, ["x"]) == ""

    def test_shows_no_entry_of_a_later_version_as_an_error(self, lawyer: Actor) -> None:
        recorded(lawyer.organisation_id)
        integrate_all()

        with tampered("audit_entry", "UPDATE audit_entry SET type = 'audit.moon.eaten', body = 'x'::bytea"):
            assert "audit.moon.eaten" in seen(lawyer, "/log/")


class TestAnEntry:
    @pytest.mark.parametrize("size", [1, 2, 7, 300])
    def test_draws_its_proof_beside_its_hashes(self, lawyer: Actor, size: int) -> None:
        uids = [recorded(lawyer.organisation_id) for _ in range(size)]
        integrate_all()
        uid = uids[size // 2]
        proved = entry_with_proof(lawyer.organisation_id, uid)
        assert proved is not None

        page = seen(lawyer, f"/log/entries/{uid}")

        drawn = page[page.index('<svg class="proof') : page.index("</svg>", page.index('<svg class="proof'))]
        assert drawn.count("proof-box--given") == len(proved.proof_hex)
        assert drawn.count("proof-box--entry") == drawn.count("proof-box--root") == 1
        assert all(f"{digest[:8]}…" in drawn and digest in page for digest in proved.proof_hex)
        assert f"{proved.root_hex[:8]}…" in drawn
        assert "style=" not in page
        assert "Proved." in page
        assert f"at place {size // 2} of the log since a checkpoint over it was signed on" in page

    @pytest.mark.parametrize("size", [1, 6])
    def test_gives_a_command_that_leads_to_the_signed_root_without_us(self, lawyer: Actor, size: int) -> None:
        uids = [recorded(lawyer.organisation_id) for _ in range(size)]
        integrate_all()
        proved = entry_with_proof(lawyer.organisation_id, uids[-1])
        assert proved is not None

        page = seen(lawyer, f"/log/entries/{uids[-1]}")
        command = re.search(r'<pre class="code command"[^>]*>(.*?)</pre>', page, re.DOTALL)
        assert command is not None
        shell = command[1].replace("python3", f"{sys.executable} -I", 1)
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=True)

        said, root = done.stdout.splitlines()
        assert root == f"Root: {proved.checkpoint.splitlines()[2]}"
        assert said == repr(proved.body.encode())

    def test_says_that_nobody_outside_vouches_for_it(self, lawyer: Actor) -> None:
        uid = recorded(lawyer.organisation_id)
        integrate_all()

        text = text_of(seen(lawyer, f"/log/entries/{uid}"))

        assert "None has cosigned a checkpoint over this entry." in text
        assert "not time-stamped" in text

    def test_says_who_outside_vouches_for_it(self, lawyer: Actor) -> None:
        first = recorded(lawyer.organisation_id)
        integrate_all()
        vouched_for(lawyer.organisation_id)
        later = recorded(lawyer.organisation_id)
        integrate_all()

        text = text_of(seen(lawyer, f"/log/entries/{first}"))
        after = text_of(seen(lawyer, f"/log/entries/{later}"))

        assert (
            "witness.example saw the log with this entry in it: it cosigned the checkpoint of 1 entry" in text
        )
        assert "stamped the checkpoint of 1 entry, which covers this entry" in text
        assert "http://tsa.example" in text
        # What came after the last cosignature and time stamp is covered by neither.
        assert "None has cosigned a checkpoint over this entry." in after
        assert "not time-stamped" in after

    def test_says_that_the_platforms_log_holds_a_checkpoint_over_it(self, lawyer: Actor) -> None:
        first = recorded(lawyer.organisation_id)
        integrate_all()
        assert "It holds no checkpoint over this entry yet." in seen(lawyer, f"/log/entries/{first}")

        append_checkpoints()
        publish_all()
        vouched_for(PLATFORM)
        later = recorded(lawyer.organisation_id)
        integrate_all()

        text, after = (text_of(seen(lawyer, f"/log/entries/{uid}")) for uid in (first, later))
        assert "It holds the checkpoint of 1 entry, which covers this entry" in text
        assert "stamped the platform's log, which holds a checkpoint over this entry, on" in text
        assert "It holds no checkpoint over this entry yet." in after
        assert "not time-stamped" in after

    def test_says_when_it_is_not_signed_for_yet(self, lawyer: Actor) -> None:
        uid = recorded(lawyer.organisation_id)
        integrate_all()

        with tampered("audit_checkpoint", "UPDATE audit_checkpoint SET note = NULL"):
            page, listed = seen(lawyer, f"/log/entries/{uid}"), seen(lawyer, "/log/")

        assert "Not yet proved." in page
        assert '<svg class="proof' not in page
        assert "not yet signed" in listed

    def test_leads_on_to_everything_about_the_same_thing(self, lawyer: Actor) -> None:
        take = uuid4()
        uid = recorded(lawyer.organisation_id, subject=f"take:{take}", fields={"take": str(take)})
        other = recorded(lawyer.organisation_id)
        integrate_all()
        page = seen(lawyer, f"/log/entries/{uid}")

        link = re.search(r'href="/log/(\?subject=[^"]+)">everything about it', page)

        assert link is not None
        listed = a_browser(lawyer).get("/log/" + link[1]).content.decode()
        assert f"/log/entries/{uid}" in listed
        assert f"/log/entries/{other}" not in listed
        assert f"take:{take}" in page


@pytest.fixture
def entry_in_doubt(lawyer: Actor) -> UUID:
    uids = [recorded(lawyer.organisation_id) for _ in range(5)]
    integrate_all()
    return uids[2]


class TestAnEntryThatWasTamperedWith:
    @pytest.mark.parametrize(
        ("table", "statement", "said"),
        [
            (
                *("audit_entry", "UPDATE audit_entry SET body = replace(body::text, '76', '77')::bytea"),
                "The text of the entry is not the text that was hashed",
            ),
            ("audit_entry", "UPDATE audit_entry SET body = '\\xff'", "What is stored of the log was changed"),
            (
                "audit_entry",
                "UPDATE audit_entry SET body = 'x'::bytea, leaf_hash = sha256('\\x0078'::bytea)",
                "The hashes lead to another root than the one that was signed",
            ),
            (
                "audit_tile",
                "UPDATE audit_tile SET hashes = set_byte(hashes, 7, get_byte(hashes, 7) # 1)",
                "The hashes lead to another root than the one that was signed",
            ),
            ("audit_tile", "DELETE FROM audit_tile", "What is stored of the log was changed"),
            (
                "audit_checkpoint",
                "UPDATE audit_checkpoint SET note = overlay(note placing 'AAAA' from length(note) - 20)",
                "The checkpoint is not signed by the log's key",
            ),
            (
                "audit_checkpoint",
                "UPDATE audit_checkpoint SET root = sha256(root)",
                "The hashes lead to another root than the one that was signed",
            ),
        ],
    )
    def test_is_never_called_proved(
        self, lawyer: Actor, entry_in_doubt: UUID, table: str, statement: str, said: str
    ) -> None:
        path = f"/log/entries/{entry_in_doubt}"
        assert "Proved." in seen(lawyer, path)

        with tampered(table, statement):
            page = seen(lawyer, path)

        assert "Proved." not in page
        assert said in page
        assert 'role="alert"' in page

    def test_runs_nothing_in_the_terminal_of_who_checks_it(self, lawyer: Actor, entry_in_doubt: UUID) -> None:
        """The command holds what the entry says in a spelling that no entry can break out of."""
        evil = "'; END'''\nEND\ntouch /tmp/countersign-owned\n$(reboot)`reboot`"
        quoted = evil.replace("'", "''")

        with tampered(
            "audit_entry",
            f"UPDATE audit_entry SET body = convert_to('{quoted}', 'UTF8')",  # noqa: S608 - an attack of our own
        ):
            page = seen(lawyer, f"/log/entries/{entry_in_doubt}")

        command = re.search(r'<pre class="code command"[^>]*>(.*?)</pre>', page, re.DOTALL)
        assert command is not None
        assert "reboot" not in command[1]
        assert command[1].count("END") == 2


def test_a_reopened_log_is_read_from_its_newest_entry_to_its_oldest(lawyer: Actor) -> None:
    """Entries of both logs stand on one list, and a page may begin in one and end in the other."""
    old = [recorded(lawyer.organisation_id) for _ in range(3)]
    integrate_all()
    with tenant(lawyer.organisation_id):
        first = LogOrigin.objects.get()
    with connections["log"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO audit_logorigin (id, organisation_id, origin) VALUES (%s, %s, %s)",
            [new_id(), lawyer.organisation_id, f"countersign/log/{uuid4().hex}"],
        )
    new = [recorded(lawyer.organisation_id) for _ in range(2)]
    integrate_all()

    reader = reading_as(lawyer)
    one = find_entries(reader, Search(), limit=3)
    two = find_entries(reader, Search(), before=one.next_before, limit=3)

    assert [line.uid for line in (*one.entries, *two.entries)] == [*reversed(new), *reversed(old)]
    assert (one.entries[2].origin, two.next_before) == (first.origin, None)
    assert [entry.line.uid for entry in walk_entries(reader, Search())] == [*old, *new]
