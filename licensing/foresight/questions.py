"""Questions that were decided, each once however many takes it was asked for. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from core.digests import sha256_hex
from core.tenancy import current_organisation_id
from licensing.looking import Met, screened
from licensing.order_json import order_from_json
from licensing.prompts import features_in
from licensing.registers import KnownNames, names_now
from licensing.values import UseOrder

DECIDED_SQL = """
SELECT decision.id, decision.production_id, decision.question FROM licensing_decision AS decision
"""
"""Decisions with the question each was asked, for a statement that counts what hangs on them.

`question` is a digest the database keeps: of the order without the time of asking, of who asked, and, where it rests
on approvals of legal review, of the decision itself. Two decisions with the same one are always answered alike.
"""

_ASKED = """
SELECT id, asked, stage, requested_by_id, approvals, question FROM licensing_decision WHERE id = ANY(%s)
"""

_AT_ONCE = 5_000
_ANY_TIME = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and by whom again.

    Attributes:
        key: the digest the database groups by.
        decision_id: one of the decisions in which it was asked.
        asked_by: whose own keys to an approval do not count.
        met: whom the prompts name, by the register of now.
        counted: approvals that this decision rests on already, which take nothing more of their limits.
        people: whose likeness is in question.
        shape: all that the rules read of the order, but for its scenes: questions of one shape are alike to them.
    """

    key: str
    decision_id: UUID
    order: UseOrder
    asked_by: UUID | None
    met: Met
    counted: frozenset[UUID]
    people: frozenset[UUID] = field(init=False, compare=False, repr=False)
    shape: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        named = self.met.named
        people = frozenset({member.performer_id for member in self.order.cast}.union(named))
        object.__setattr__(self, "people", people)
        # Spelled out once: every state of the records is asked about it, and orders are slow to compare. No rule
        # reads the words of a prompt but for whom it names and what of them it speaks of.
        bare = replace(
            self.order,
            prompt="",
            negative_prompt="",
            scenes=(),
            shot_id=None,
            requested_at=_ANY_TIME,
            duration_ms=None,
        )
        spoken = features_in(self.order.prompt) if named else ()
        object.__setattr__(self, "shape", repr((bare, spoken, named)))


def questions_of(decision_ids: Collection[UUID]) -> Iterator[Question]:
    """The questions of these decisions, with the names that stand on the register now."""
    names = names_now()
    for decision_id, asked, stage, asked_by, approvals, key in _rows(list(decision_ids)):
        # Django leaves JSON as the text that came.
        order = order_from_json(json.loads(asked), stage=stage)
        yield Question(
            key=key,
            decision_id=decision_id,
            order=order,
            asked_by=asked_by,
            met=_met(order, names),
            counted=frozenset(UUID(one["approval"]) for one in json.loads(approvals)),
        )


# Whoever asks "what if" asks again with another event: the prompts are the same, and so is the register mostly.
_screenings: OrderedDict[tuple[object, ...], Met] = OrderedDict()
_screening = threading.Lock()
_MOST_KEPT = 50_000


def _met(order: UseOrder, names: KnownNames) -> Met:
    # A stamp is of one organisation in one database.
    database = settings.DATABASES["default"]["NAME"]
    said = (order.prompt, order.negative_prompt, order.cast)
    place = (database, current_organisation_id(), names.stamp, sha256_hex(repr(said).encode()))
    with _screening:
        met = _screenings.get(place)
    if met is None:
        met = screened(order, names.registry)
        with _screening:
            _screenings[place] = met
            while len(_screenings) > _MOST_KEPT:
                _screenings.popitem(last=False)
    return met


def _rows(decision_ids: list[UUID]) -> Iterator[tuple[Any, ...]]:
    for place in range(0, len(decision_ids), _AT_ONCE):
        with connection.cursor() as cursor:
            cursor.execute(_ASKED, [decision_ids[place : place + _AT_ONCE]])
            yield from cursor.fetchall()
