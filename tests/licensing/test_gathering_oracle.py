"""What one statement gathers, beside an oracle that reads the same tables row by row and thinks for itself.

Random worlds: consents of every status, withdrawals, notices of an end, strikes that begin and end about now,
confirmations. The oracle knows no SQL of ours but `SELECT` of whole tables.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.values import Actor, Role
from core.ids import new_id
from core.tenancy import tenant
from licensing.asking import OnRecord, look_up
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import a_performer, an_engagement, terms
from tests.factories.productions import a_production

Row = dict[str, Any]

_OFFSETS = st.sampled_from([-86_400.0, -1.0, -0.5, 60.0, 86_400.0])
_CONSENT = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "film": st.integers(0, 1),
        "kind": st.sampled_from(["ebdr_scan", "icdr", "voice_replica"]),
        "status": st.sampled_from(["active", "withdrawn", "superseded"]),
        "seconds": _OFFSETS,
        "in_log": st.booleans(),
    }
)
_STRIKE = st.fixed_dictionaries(
    {
        "agreement": st.sampled_from(["sag_tvt_2026", "sag_ima_2025", "actra_ipa_2025"]),
        "began": _OFFSETS,
        "lasts": st.sampled_from([None, 0.25, 30.0, 90_000.0]),
    }
)


class _Undone(Exception):
    """Rolls a world back."""


class World:
    """An organisation with two productions and three people, whose other rows are written anew for each example."""

    def __init__(self) -> None:
        self.actor: Actor = a_member(Role.PRODUCER)
        self.films: list[ProductionCard] = [a_production(self.actor, governing_law="US-WA") for _ in range(2)]
        self.people = [a_performer(self.actor, name) for name in ("Ana Ruiz", "Bo Lindqvist", "Cato Meyer")]
        for person in self.people[:2]:
            an_engagement(self.actor, self.films[0], person)
        self.covered = self._some_covered_entry()

    def _some_covered_entry(self) -> UUID:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with tenant(self.actor.organisation_id):
                if found := covered_uids():
                    return min(found)
            time.sleep(0.05)
        raise AssertionError("The log covers nothing.")

    def write(self, consents: list[Row], strikes: list[Row], *, covered: UUID) -> None:
        now = datetime.now(UTC)
        with connection.cursor() as cursor:
            for number, one in enumerate(consents):
                cursor.execute(
                    "INSERT INTO licensing_consent (id, organisation_id, production_id, performer_id, replica_type,"
                    " terms, terms_sha256, document_sha256, receipt_id, salt, entry_uid, valid_from, valid_until,"
                    " status, recorded_at, withdrawn_at, uses_are) VALUES (%s, %s, %s, %s, %s, %s, repeat('a', 64),"
                    " repeat('b', 64), %s, '\\x00', %s, %s, %s, %s, %s, %s, 'deliveries')",
                    [
                        new_id(),
                        self.actor.organisation_id,
                        self.films[one["film"]].id,
                        self.people[one["who"]].id,
                        one["kind"],
                        json.dumps(terms()),
                        new_id(),
                        covered if one["in_log"] else new_id(),
                        # Active records may not overlap: each on a day of its own.
                        (now + timedelta(days=number)).date(),
                        (now + timedelta(days=number)).date(),
                        one["status"],
                        now,
                        now + timedelta(seconds=one["seconds"]) if one["status"] == "withdrawn" else None,
                    ],
                )
            for one in strikes:
                began = now + timedelta(seconds=one["began"])
                cursor.execute(
                    "INSERT INTO licensing_strike (id, organisation_id, agreement, began_at, ended_at)"
                    " VALUES (%s, %s, %s, %s, %s)",
                    [
                        new_id(),
                        self.actor.organisation_id,
                        one["agreement"],
                        began,
                        None if one["lasts"] is None else began + timedelta(seconds=one["lasts"]),
                    ],
                )


def rows(table: str) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 - names of this file
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def covered_uids() -> set[UUID]:
    """Every entry below a signed checkpoint, one by one."""
    signed = [row for row in rows("audit_checkpoint") if row["note"] is not None]
    return {
        entry["uid"]
        for entry in rows("audit_entry")
        if any(
            checkpoint["origin_id"] == entry["origin_id"] and checkpoint["size"] > entry["index"]
            for checkpoint in signed
        )
    }


def expected_consents(people: set[UUID], covered: set[UUID]) -> tuple[dict[str, Row], set[UUID]]:
    """The records that count or ended, by id, and whose record only waits."""
    counted: dict[str, Row] = {}
    waiting: set[UUID] = set()
    for row in rows("licensing_consent"):
        if row["performer_id"] not in people or row["status"] == "superseded":
            continue
        if row["status"] == "active" and row["entry_uid"] not in covered:
            waiting.add(row["performer_id"])
        else:
            counted[str(row["id"])] = row
    return counted, waiting


def disagreements(found: OnRecord, people: set[UUID], production: UUID) -> list[str]:
    return [
        *_about_consents(found, people),
        *_about_strikes(found),
        *_about_people(found, people, production),
        *_about_confirmations(found),
    ]


def _about_consents(found: OnRecord, people: set[UUID]) -> Iterator[str]:
    counted, waiting = expected_consents(people, covered_uids())
    facts = {str(one["consent_id"]): one for one in found.consents.facts if isinstance(one, dict)}
    if set(facts) != set(counted):
        yield f"consents {sorted(facts)} are not {sorted(counted)}"
    for key in set(facts) & set(counted):
        row, fact = counted[key], facts[key]
        ended = fact["withdrawn_at"]
        if (datetime.fromisoformat(str(ended)) if ended else None) != row["withdrawn_at"]:
            yield f"{key} ended {ended}, not {row['withdrawn_at']}"
        told = [fact["person_id"], fact["project_id"], fact["replica_type"]]
        if told != [str(row["performer_id"]), str(row["production_id"]), row["replica_type"]]:
            yield f"{key} is not of whom, what or where it is"
    if {one.performer_id for one in found.consents.pending} != waiting:
        yield "others wait for the log"


def _about_strikes(found: OnRecord) -> Iterator[str]:
    struck = {
        row["agreement"]
        for row in rows("licensing_strike")
        if row["began_at"] <= found.at and (row["ended_at"] is None or row["ended_at"] > found.at)
    }
    if set(found.strikes) != struck:
        yield f"strikes {found.strikes} are not {struck}"


def _about_people(found: OnRecord, people: set[UUID], production: UUID) -> Iterator[str]:
    engaged = {
        row["performer_id"]: row for row in rows("licensing_engagement") if row["production_id"] == production
    }
    if set(found.people) != people:
        yield "others are on the register"
    for row in [one for one in rows("licensing_performer") if one["id"] in people]:
        person, of_film = found.people[row["id"]], engaged.get(row["id"], {})
        names = ("union_covered", "contract_date", "engaged_at", "estimated_days", "category")
        wrong = [name for name in names if getattr(person, name) != of_film.get(name)]
        if wrong or (person.state, person.domicile) != (row["state"], row["domicile"]):
            yield f"{person.id} is told otherwise: {wrong}"


def _about_confirmations(found: OnRecord) -> Iterator[str]:
    confirmed = {(row["rule_id"], row["rule_sha256"]) for row in rows("licensing_ruleconfirmation")}
    if found.confirmed != confirmed:
        yield "other rules are confirmed"


@pytest.fixture
def world(committed_db: None) -> World:
    return World()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    consents=st.lists(_CONSENT, max_size=6),
    strikes=st.lists(_STRIKE, max_size=3, unique_by=lambda one: one["agreement"]),
    asked=st.sets(st.integers(0, 2)),
    film=st.integers(0, 1),
)
def test_the_statement_and_the_oracle_agree(
    world: World, consents: list[Row], strikes: list[Row], asked: set[int], film: int
) -> None:
    people = {world.people[number].id for number in asked}
    production = world.films[film].id
    wrong: list[str] | None = None
    with suppress(_Undone), tenant(world.actor.organisation_id):
        world.write(consents, strikes, covered=world.covered)
        found = look_up(production, people, met=set())
        wrong = disagreements(found, people, production)
        # The next example writes a world of its own.
        raise _Undone

    assert wrong == []
