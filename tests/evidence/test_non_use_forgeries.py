"""A real statement of non-use changed in every way that somebody with something to hide would try."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import sign_note, text_of
from audit.coverage import wait_until_covered
from audit.entry_types import USES, EntryType
from audit.inspection import inspect_logs
from audit.log_key import signer_client
from audit.non_use import KIND
from audit.non_use_found import NonUse, find_for
from audit.signer.signing import named_statement_key
from audit.trail import record
from core import clock
from core.clock import rfc3339
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.trust import trust_document
from tests.evidence.bundles import (
    changed_values,
    failure,
    lines,
    members_of,
    packed,
    respelt,
    verifier,
    with_member,
)
from tests.evidence.test_non_use import LONG_AGO, decided, stated
from tests.factories.takes import Studio

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ENTRIES = "log/entries.json"
STATEMENT = "statement.txt"


@dataclass(frozen=True)
class Statement:
    """A statement, and one of the same house that reaches further back."""

    bundle: bytes
    another: bytes
    trust: dict[str, Any]


_made: list[Statement] = []


@pytest.fixture
def statement(request: pytest.FixtureRequest) -> Statement:
    """Made with the first test that asks, on a database that it alone needs."""
    if not _made:
        _made.append(_a_statement(request.getfixturevalue("studio")))
    return _made[0]


def _a_statement(studio: Studio) -> Statement:
    from audit.subjects import performers

    touched = performers(studio.organisation_id, [studio.consenting.id])
    decided(studio, performers=[], at=LONG_AGO)
    began = clock.now()
    for whom in ([], touched, []):
        decided(studio, performers=whom)
    ended = clock.now()
    decided(studio, performers=[])
    decided(studio, performers=[])
    bundle = stated(studio, studio.other.id, since=began, until=ended)
    another = stated(studio, studio.other.id, since=LONG_AGO, until=ended)
    return Statement(bundle, another, json.loads(trust_document()))


def sign(text: str) -> str:
    """By the house's own key: the signer signs whatever statement it is given."""
    client = signer_client()
    try:
        return client.sign_statement(text)
    finally:
        client.close()


def said_in(bundle: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text_of(members_of(bundle)[STATEMENT].decode()))
    return found


def entries_in(bundle: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(members_of(bundle)[ENTRIES])
    return found


def with_entries(bundle: bytes, entries: list[dict[str, Any]]) -> bytes:
    return with_member(bundle, ENTRIES, verifier.canonical(entries))


def test_it_holds_as_it_is(statement: Statement) -> None:
    report = lines(statement.bundle, statement.trust)

    assert not [text for result, text in report if result == "FAILED"]
    assert "Not touched: 3 of 6 licensing.use.decided" in str(report)
    assert not failure(statement.another, statement.trust)


def test_every_byte_of_the_statement_and_places_in_every_member(statement: Statement) -> None:
    drawn = random.Random(5)  # noqa: S311 - the same places each time
    for name, content in members_of(statement.bundle).items():
        places = (
            range(len(content)) if name == STATEMENT else [drawn.randrange(len(content)) for _ in range(60)]
        )
        for place in places:
            changed = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
            assert failure(with_member(statement.bundle, name, changed), statement.trust), (name, place)


def test_bytes_of_the_archive(statement: Statement) -> None:
    whole = statement.bundle
    drawn = random.Random(6)  # noqa: S311 - the same places each time
    for place in {
        *range(64),
        *range(len(whole) - 64, len(whole)),
        *(drawn.randrange(len(whole)) for _ in range(400)),
    }:
        assert failure(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :], statement.trust), place


def test_every_value_of_every_entry(statement: Statement) -> None:
    for where, changed in changed_values(entries_in(statement.bundle)):
        assert failure(with_entries(statement.bundle, changed), statement.trust), where
    for spelling in respelt(entries_in(statement.bundle)):
        assert failure(with_member(statement.bundle, ENTRIES, spelling), statement.trust)


def test_an_entry_less_an_entry_of_elsewhere_and_entries_in_another_order(statement: Statement) -> None:
    entries, others = entries_in(statement.bundle), entries_in(statement.another)
    for place in range(len(entries)):
        assert failure(
            with_entries(statement.bundle, entries[:place] + entries[place + 1 :]), statement.trust
        )
        swapped = [*entries[:place], *reversed(entries[place : place + 2]), *entries[place + 2 :]]
        if swapped != entries:
            assert failure(with_entries(statement.bundle, swapped), statement.trust)
    for entry in others:
        assert failure(with_entries(statement.bundle, sorted([*entries, entry], key=_index)), statement.trust)


def test_members_of_another_statement(statement: Statement) -> None:
    others = members_of(statement.another)
    for name, content in members_of(statement.bundle).items():
        if others[name] != content:
            assert failure(with_member(statement.bundle, name, others[name]), statement.trust), name


def test_a_member_more_or_less(statement: Statement) -> None:
    members = members_of(statement.bundle)
    for name in members:
        less = {one: content for one, content in members.items() if one != name}
        assert failure(packed(less, like=statement.bundle), statement.trust), name
    for name in ("take.json", "video/take.mp4", "zz.txt", "timestamps/1.tsr"):
        assert failure(packed(members | {name: b"{}"}, like=statement.bundle), statement.trust), name


def test_the_key_of_somebody_else(statement: Statement) -> None:
    text = text_of(members_of(statement.bundle)[STATEMENT].decode())
    key = Ed25519PrivateKey.generate()
    own_name = named_statement_key(key).name
    known_name = statement.trust["statements"][0].partition("+")[0]

    for name in (own_name, known_name):
        forged = with_member(statement.bundle, STATEMENT, sign_note(text, name=name, key=key).encode())
        assert failure(forged, statement.trust)
    assert failure(statement.bundle, statement.trust | {"statements": []})
    assert failure(statement.bundle, statement.trust | {"statements": [named_statement_key(key).vkey()]})


def test_the_keys_of_logs_sign_no_statements(statement: Statement) -> None:
    assert failure(statement.bundle, statement.trust | {"statements": statement.trust["logs"]})


def test_an_opening_of_another_key(statement: Statement) -> None:
    """A house that wants somebody unseen makes up a key for them: their commitment then is in nothing at all."""
    entries = entries_in(statement.bundle)
    opened = [place for place, entry in enumerate(entries) if entry["opening"]]
    assert len(opened) == 1
    for member, value in (("key", "0" * 64), ("salt", "0" * 64), ("about", f"performer:{new_id()}")):
        forged = json.loads(json.dumps(entries))
        forged[opened[0]]["opening"][0][member] = value
        assert "false opening" in failure(with_entries(statement.bundle, forged), statement.trust)


@pytest.mark.usefixtures("committed_db")
class TestTheHouseLies:
    """Whoever has the house's key for statements and writes its log: what they sign is still held against the log."""

    def test_signed_and_never_announced(self, studio: Studio) -> None:
        bundle = _a_statement(studio)
        for name, value in (
            ("performer", str(studio.consenting.id)),
            ("until", "2026-12-01T00:00:00.000000Z"),
            ("since", "2025-01-01T00:00:00.000000Z"),
            ("production", str(new_id())),
        ):
            text = verifier.canonical(said_in(bundle.bundle) | {name: value}).decode() + "\n"
            forged = with_member(bundle.bundle, STATEMENT, sign(text).encode())
            assert "0 entries audit.statement.issued" in failure(forged, bundle.trust), name

    @pytest.mark.parametrize(
        "lie",
        ["touched", "narrow", "earlier", "later", "fewer", "future", "other-performer", "other-log", "kind"],
    )
    def test_signed_and_announced(self, studio: Studio, lie: str) -> None:
        honest = _a_statement(studio)
        told = said_in(honest.bundle)
        counters = [6, 0, 0, 0]
        decisions = told["examined"][0]
        match lie:
            case "touched":  # the one who was
                told |= _about(studio)
            case "narrow":  # the first of the period left out
                told["examined"][0] = decisions | {"first": decisions["first"] + 1}
            case "earlier":  # the period made longer, its numbers not
                told["since"] = "2025-01-01T00:00:00.000000Z"
            case "later":
                told["until"] = rfc3339(clock.now())
            case "fewer":  # as if there had been three
                counters[0] = decisions["last"]
            case "future":
                told["until"] = "2036-01-01T00:00:00.000000Z"
                told["examined"][0] = decisions | {"last": 6}
            case "other-performer":
                told["performer"] = str(studio.consenting.id)
            case "other-log":
                told["log"] = "countersign/log/" + "0" * 32
            case _:
                told["kind"] = "non_use_of_anything"

        assert failure(_issued(studio, honest, told, counters), honest.trust)

    def test_the_same_way_an_honest_one_holds(self, studio: Studio) -> None:
        honest = _a_statement(studio)

        assert not failure(_issued(studio, honest, said_in(honest.bundle), [6, 0, 0, 0]), honest.trust)

    def test_numbers_that_are_false_are_found_by_the_check_of_the_log(self, studio: Studio) -> None:
        decided(studio, performers=[])
        _announce(studio, "0" * 64, size=1, counters=[5, 0, 0, 0])

        found = [problem.kind for problem in inspect_logs(at=clock.now()).problems]

        assert found == ["statement"]


def _index(entry: dict[str, Any]) -> int:
    index: int = entry["index"]
    return index


def _about(studio: Studio) -> dict[str, Any]:
    with tenant(studio.organisation_id):
        from audit.subjects import digits, opening

        found = opening(studio.organisation_id, f"performer:{studio.consenting.id}")
    assert found is not None
    return {"performer": str(studio.consenting.id), "commitment": digits(found.commitment)}


def _announce(
    studio: Studio, digest: str, *, size: int, counters: list[int], statement: str | None = None
) -> int:
    statement = statement or str(new_id())
    with tenant(studio.organisation_id):
        uid = record(
            organisation_id=studio.organisation_id,
            entry_type=EntryType.STATEMENT_ISSUED,
            actor="system",
            subject=f"statement:{statement}",
            fields={
                "statement": statement,
                "statement_sha256": digest,
                "kind": KIND,
                "size": size,
                "counters": counters,
            },
            at=clock.now(),
            production_id=studio.production.id,
        )
    wait_until_covered(studio.organisation_id, [uid])
    with tenant(studio.organisation_id):
        from audit.models import Entry

        index: int = Entry.objects.get(uid=uid).index
    return index


def _issued(studio: Studio, honest: Statement, told: dict[str, Any], counters: list[int]) -> bytes:
    """A bundle like the honest one, about what is `told`, with all that the house can do: log it and sign it."""
    from audit.evidence import Mentioned, log_evidence, log_members
    from audit.models import Entry

    with tenant(studio.organisation_id):
        asked = NonUse(
            organisation_id=studio.organisation_id,
            production_id=studio.production.id,
            performer_id=studio.other.id,
            since=verifier.datetime.fromisoformat(said_in(honest.bundle)["since"]),
            until=verifier.datetime.fromisoformat(said_in(honest.bundle)["until"]),
        )
        found = find_for(asked, at=clock.now())
        rows = {row.index: bytes(row.leaf_hash) for row in found.rows}
        if (
            told["performer"] != str(studio.other.id)
            and told["commitment"] != said_in(honest.bundle)["commitment"]
        ):
            rows.pop(told["known"])
            known = Entry.objects.get(
                type=EntryType.PERFORMER_REGISTERED, subject=f"performer:{told['commitment']}"
            )
            rows[known.index], told["known"] = bytes(known.leaf_hash), known.index
    told["statement"], told["size"] = str(new_id()), found.log.size
    told["leaves_sha256"] = sha256_hex(b"".join(leaf for _, leaf in sorted(rows.items())))
    text = verifier.canonical(told).decode() + "\n"
    index = _announce(
        studio, sha256_hex(text.encode()), size=found.log.size, counters=counters, statement=told["statement"]
    )
    people = [studio.other.id, studio.consenting.id]
    evidence = log_evidence(
        studio.organisation_id,
        found.log.origin,
        places={*rows, *range(found.log.size, index + 1)},
        mentioned=[Mentioned(f"performer:{one}", one) for one in people if str(one) == told["performer"]],
    )
    members = members_of(honest.bundle) | {STATEMENT: sign(text).encode()}
    members |= {one.name: one.content for one in log_members(evidence) if isinstance(one.content, bytes)}
    return packed(members, like=honest.bundle)


def test_the_verifier_knows_the_types_that_tell_of_a_use() -> None:
    assert list(map(str, USES)) == verifier.USES
