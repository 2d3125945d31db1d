"""Whatever history an organisation has: what an event is foreseen to do is what the gate answers once it happened.

A history is a set of random rows in the real tables: records of consent of every status and validity, engagements,
strikes, and questions that were decided. The prediction is made, the event is written as its operation writes it, and
the gate is asked again, question by question. A thousand more histories are in `tests/rules/test_foresight.py`, where
no database slows them down.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.values import Actor, Role
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.asker import Asker
from licensing.foresight.events import ConsentEnds, ConsentSigned, Event, StrikeEnds, StrikeStarts
from licensing.foresight.foreseeing import foresee
from licensing.foresight.questions import questions_of
from licensing.foresight.weighing import Weighed
from licensing.house_rules.in_force import book_in_force
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.operations import gate
from licensing.order_json import order_from_json, order_to_json
from licensing.packs import pack_row
from licensing.rules import decide
from licensing.values import Agreement, CastMember, UseOrder
from productions.queries import ProductionCard
from tests.factories.accounts import a_member
from tests.factories.licensing import a_performer, an_engagement, an_order, counsel_confirms, terms
from tests.factories.productions import a_production

History = dict[str, Any]
HISTORIES = 100

_DAYS = st.sampled_from([-400, -30, -1, 0, 1, 30, 400])
_CONSENT = st.fixed_dictionaries(
    {
        "who": st.integers(0, 2),
        "film": st.integers(0, 1),
        "kind": st.sampled_from(["ebdr_scan", "ebdr_scan", "icdr", "voice_replica"]),
        "status": st.sampled_from(["active", "active", "active", "withdrawn", "superseded"]),
        "notice": st.sampled_from([None, None, None, -1, 1]),
        "in_log": st.sampled_from([True, True, True, False]),
        "from": _DAYS,
        "media": st.sampled_from([["theatrical", "svod"], ["theatrical"], ["svod", "airline"]]),
        "territories": st.sampled_from([["WORLD"], ["US"], ["DE", "FR"]]),
        "scenes": st.sampled_from([["42"], ["42", "43"], ["7"]]),
    }
)
_ORDER = st.fixed_dictionaries(
    {
        "film": st.integers(0, 1),
        "cast": st.lists(
            st.tuples(st.integers(0, 2), st.sampled_from(["ebdr_scan", "ebdr_scan", "icdr"])),
            max_size=2,
            unique_by=lambda one: one[0],
        ),
        "media": st.sampled_from([("theatrical",), ("svod",), ("theatrical", "svod")]),
        "territories": st.sampled_from([("US",), ("DE",), ("WORLD",)]),
        "scene": st.sampled_from(["42", "43"]),
        "prompt": st.sampled_from(
            [
                "A figure slips on the wet roof and falls.",
                "A portrait of Cato Meyer with her eyes closed.",
                "Somebody like Bo Lindquist walks by.",
            ]
        ),
        "sensitive": st.sampled_from([(), (), ("nudity",), None]),
    }
)
_HISTORY = st.fixed_dictionaries(
    {
        "consents": st.lists(_CONSENT, max_size=6),
        "struck": st.sets(st.sampled_from(["sag_tvt_2026", "sag_commercials_2025"]), max_size=1),
        "orders": st.lists(_ORDER, min_size=1, max_size=4),
        "event": st.sampled_from(["ends", "ends", "ends", "signed", "strike", "strike ends"]),
        "which": st.integers(0, 5),
    }
)


Answer = tuple[str, tuple[tuple[str, str], ...]]


class _Undone(Exception):
    """Rolls a history back."""


class _Overlaps(Exception):
    """Two records for the same at once, which the database refuses."""


class World:
    """An organisation with two productions and three people; every history writes its rows anew."""

    def __init__(self) -> None:
        self.actor: Actor = a_member(Role.PRODUCER, Role.LEGAL)
        counsel_confirms(self.actor)
        self.films: list[ProductionCard] = [
            a_production(self.actor, governing_law="US-WA"),
            a_production(self.actor, agreement=Agreement.SAG_COMMERCIALS_2025),
        ]
        self.people = [a_performer(self.actor, name) for name in ("Ana Ruiz", "Bo Lindqvist", "Cato Meyer")]
        # Of the others nobody knows what binds them.
        for who, film in ((0, 0), (1, 0), (0, 1), (2, 1)):
            an_engagement(self.actor, self.films[film], self.people[who])
        self.covered = self._some_covered_entry()

    def _some_covered_entry(self) -> UUID:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            with tenant(self.actor.organisation_id), connection.cursor() as cursor:
                cursor.execute(
                    "SELECT entry.uid FROM audit_entry entry JOIN audit_checkpoint signed"
                    " ON signed.origin_id = entry.origin_id AND signed.size > entry.index"
                    " WHERE signed.note IS NOT NULL LIMIT 1"
                )
                if found := cursor.fetchone():
                    uid: UUID = found[0]
                    return uid
            time.sleep(0.05)
        raise AssertionError("The log covers nothing.")

    def orders(self, history: History) -> Iterator[UseOrder]:
        for one in history["orders"]:
            yield replace(
                an_order(self.actor, self.films[one["film"]]),
                use="stunt_safety_double" if one["cast"] else "generate_new_performance",
                media=one["media"],
                territories=one["territories"],
                scenes=(one["scene"],),
                prompt=one["prompt"],
                sensitive=one["sensitive"],
                cast=tuple(
                    CastMember(performer_id=self.people[who].id, replica_type=kind)
                    for who, kind in one["cast"]
                ),
            )

    def write(self, history: History) -> list[UUID]:
        """The history's rows; gives the decisions in which its questions were asked."""
        now = datetime.now(UTC)
        with connection.cursor() as cursor:
            for agreement in history["struck"]:
                cursor.execute(
                    "INSERT INTO licensing_strike (id, organisation_id, agreement, began_at) VALUES (%s, %s, %s, %s)",
                    [new_id(), self.actor.organisation_id, agreement, now - timedelta(days=3)],
                )
        for number, one in enumerate(history["consents"]):
            with suppress(_Overlaps):
                self._consent(one, now, number=number)
        return [self._decided(order) for order in self.orders(history)]

    def _consent(self, one: dict[str, Any], now: datetime, *, number: int) -> None:
        ended = now - timedelta(hours=1) if one["status"] == "withdrawn" else None
        begins = (now + timedelta(days=one["from"])).date()
        ends = (now + timedelta(days=400)).date() if one["from"] <= 0 else begins + timedelta(days=20)
        signed = now - timedelta(days=20 + number)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT FROM licensing_consent WHERE status = 'active' AND performer_id = %s"
                " AND production_id = %s AND replica_type = %s)",
                [self.people[one["who"]].id, self.films[one["film"]].id, one["kind"]],
            )
            if cursor.fetchone()[0] and one["status"] == "active":
                raise _Overlaps
            consent_id = new_id()
            cursor.execute(
                "INSERT INTO licensing_consent (id, organisation_id, production_id, performer_id, replica_type,"
                " terms, terms_sha256, document_sha256, receipt_id, salt, entry_uid, valid_from, valid_until,"
                " status, recorded_at, withdrawn_at, uses_are) VALUES (%s, %s, %s, %s, %s, %s, repeat('a', 64),"
                " repeat('b', 64), %s, '\\x00', %s, %s, %s, %s, %s, %s, 'deliveries')",
                [
                    consent_id,
                    self.actor.organisation_id,
                    self.films[one["film"]].id,
                    self.people[one["who"]].id,
                    one["kind"],
                    json.dumps(
                        terms(
                            media=one["media"],
                            territories=one["territories"],
                            scenes=one["scenes"],
                            valid_from=begins.isoformat(),
                            valid_until=ends.isoformat(),
                            separately_signed_at=signed.isoformat(),
                        )
                    ),
                    new_id(),
                    self.covered if one["in_log"] else new_id(),
                    begins,
                    ends,
                    one["status"],
                    signed,
                    ended,
                ],
            )
            if one["notice"] is not None and one["status"] == "active":
                cursor.execute(
                    "INSERT INTO licensing_withdrawalnotice (id, organisation_id, consent_id, reason_code,"
                    " given_at, effective_at, recorded_at, recorded_by_id)"
                    " VALUES (%s, %s, %s, 'performer_wish', %s, %s, %s, %s)",
                    [
                        new_id(),
                        self.actor.organisation_id,
                        consent_id,
                        now - timedelta(days=2),
                        now + timedelta(days=one["notice"]),
                        now - timedelta(days=2),
                        self.actor.user_id,
                    ],
                )

    def _decided(self, order: UseOrder) -> UUID:
        row = Decision.objects.create(
            production_id=order.production_id,
            shot_id=order.shot_id,
            stage=order.stage,
            outcome="allow",
            reasons=[],
            duties=[],
            facts=b'{"subjects":[]}',
            facts_sha256="0" * 64,
            asked=order_to_json(order),
            pack=pack_row(datetime.now(UTC)),
            consent_ids=[],
            salt=b"0" * 32,
            decided_at=datetime.now(UTC),
            actor=self.actor.label,
            requested_by_id=self.actor.user_id,
        )
        decision_id: UUID = row.id
        return decision_id

    def event(self, history: History, at: datetime) -> Event | None:
        """Something that may happen in this history; None where there is nothing for it to happen to."""
        which: int = history["which"]
        active = list(Consent.objects.filter(status="active").order_by("id"))
        match history["event"]:
            case "ends":
                return ConsentEnds(active[which % len(active)].id) if active else None
            case "signed":
                who, film = which % 3, which % 2
                here = [
                    one
                    for one in active
                    if (one.performer_id, one.production_id, one.replica_type)
                    == (self.people[who].id, self.films[film].id, "ebdr_scan")
                ]
                return ConsentSigned(
                    production_id=self.films[film].id,
                    performer_id=self.people[who].id,
                    replica_type="ebdr_scan",
                    terms=terms(
                        separately_signed_at=(at - timedelta(seconds=5)).isoformat(),
                        valid_from=(at - timedelta(days=1)).date().isoformat(),
                        scenes=["42", "43"],
                    ),
                    supersedes=here[0].id if here else None,
                )
            case "strike":
                agreement = Agreement.SAG_TVT_2026 if which % 2 else Agreement.SAG_COMMERCIALS_2025
                return None if agreement in history["struck"] else StrikeStarts(agreement)
            case _:
                struck = sorted(history["struck"])
                return StrikeEnds(Agreement(struck[0])) if struck else None

    def happens(self, event: Event, at: datetime) -> None:
        """Write the event as its operation does."""
        with connection.cursor() as cursor:
            match event:
                case ConsentEnds(consent_id):
                    cursor.execute(
                        "UPDATE licensing_consent SET status = 'withdrawn', withdrawn_at = %s WHERE id = %s",
                        [at, consent_id],
                    )
                case ConsentSigned():
                    if event.supersedes:
                        cursor.execute(
                            "UPDATE licensing_consent SET status = 'superseded' WHERE id = %s",
                            [event.supersedes],
                        )
                    cursor.execute(
                        "INSERT INTO licensing_consent (id, organisation_id, production_id, performer_id,"
                        " replica_type, terms, terms_sha256, document_sha256, receipt_id, salt, entry_uid,"
                        " valid_from, valid_until, status, recorded_at, uses_are) VALUES (%s, %s, %s, %s, %s, %s,"
                        " repeat('a', 64), repeat('b', 64), %s, '\\x00', %s, %s, %s, 'active', %s, 'deliveries')",
                        [
                            new_id(),
                            self.actor.organisation_id,
                            event.production_id,
                            event.performer_id,
                            event.replica_type,
                            json.dumps(event.terms),
                            new_id(),
                            self.covered,
                            str(event.terms["valid_from"]),
                            str(event.terms["valid_until"]),
                            at,
                        ],
                    )
                case StrikeStarts(agreement):
                    cursor.execute(
                        "INSERT INTO licensing_strike (id, organisation_id, agreement, began_at)"
                        " VALUES (%s, %s, %s, %s)",
                        [new_id(), self.actor.organisation_id, agreement, at],
                    )
                case StrikeEnds(agreement):
                    cursor.execute(
                        "UPDATE licensing_strike SET ended_at = %s WHERE agreement = %s AND ended_at IS NULL",
                        [at, agreement],
                    )
                case _:
                    raise AssertionError(f"No history holds {event}.")

    def answer(self, decision_id: UUID) -> Answer:
        """What the gate says to the question of a decision now, as a worker asks it again."""
        row = Decision.objects.get(id=decision_id)
        order = order_from_json(row.asked, stage=row.stage)
        found = gate._find(order)
        in_force = book_in_force(found.house_pack)
        verdict = decide(found.facts, book=in_force.book)
        asker = Asker(self.actor.label, row.requested_by_id, row.id)
        decided, _ = gate._row(order, asker, found, verdict, in_force)
        return decided.outcome, tuple(sorted((one["rule_id"], one["outcome"]) for one in decided.reasons))


def predicted(weighed: Weighed) -> Answer:
    return weighed.outcome.value, tuple(sorted((one.rule_id, one.outcome) for one in weighed.reasons))


@pytest.fixture
def world(committed_db: None) -> World:
    return World()


@pytest.mark.slow
@settings(max_examples=HISTORIES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=_HISTORY)
def test_what_is_foreseen_is_what_the_gate_answers_once_it_happened(world: World, history: History) -> None:
    wrong: list[object] = []
    with suppress(_Undone), tenant(world.actor.organisation_id):
        decisions = world.write(history)
        at = clock.now()
        event = world.event(history, at)
        if event is not None:
            questions = list(questions_of(decisions))
            foreseen = foresee(questions, event, at=at, now=at)
            told = {one.question.decision_id: one for one in foreseen.answers}
            before = {one: world.answer(one) for one in decisions}
            world.happens(event, at)
            for one in decisions:
                really = world.answer(one)
                if one not in told:
                    # Not weighed: it must be out of the event's reach.
                    wrong += [(before[one], really)] if before[one] != really else []
                    continue
                answers = predicted(told[one].before), predicted(told[one].after)
                wrong += [(answers, before[one], really)] if answers != (before[one], really) else []
            wrong += list(foreseen.unreadable)
        # The next history writes a world of its own.
        raise _Undone

    assert wrong == []
