"""What the rules were asked beside takes: licences to train, transfers, sessions, and the workplace."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.values import Actor
from core.tenancy import tenant
from licensing.doors import SEES_EVERYBODY
from licensing.errors import NoSuchDecision
from licensing.models.decision import Decision
from licensing.names import KNOWN_TO_LEGAL
from licensing.order_json import order_from_json
from licensing.queries import names_of_people
from licensing.values import Stage, Use, UseOrder


class QuestionKind(StrEnum):
    TRAINING = "training"
    TRANSFER = "transfer"
    CAPTURE = "capture"
    WORKPLACE = "workplace"


ONLY_LEGAL_READS = "What this is about, legal alone may read."

_OF_KIND: dict[QuestionKind, Q] = {
    QuestionKind.TRAINING: Q(asked__use=Use.LICENSE_FOR_TRAINING.value),
    QuestionKind.TRANSFER: Q(asked__use=Use.TRANSFER_REPLICA.value),
    QuestionKind.CAPTURE: Q(asked__use=Use.CREATE_REPLICA.value) | Q(asked__stated__has_key="captures"),
    QuestionKind.WORKPLACE: Q(asked__stated__has_key="workplace"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCard:
    """One question and its answer. `about`: in the words of whoever asked.

    `is_latest`: nobody has asked about the same since, which is the same kind of thing about the same people in the
    same production, in the same words.
    """

    decision_id: UUID
    kind: QuestionKind
    production_id: UUID
    production_title: str
    use: str
    about: str
    people: tuple[str, ...]
    outcome: str
    asked_at: datetime
    asked_by: str
    is_latest: bool


def question_cards(
    actor: Actor,
    *,
    kind: QuestionKind | None = None,
    production_id: UUID | None = None,
    performer_id: UUID | None = None,
    most: int = 200,
) -> tuple[QuestionCard, ...]:
    """What was asked, the latest first; questions about takes that state something of the kind stand here too."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = _rows(kind)
        if production_id is not None:
            rows = rows.filter(production_id=production_id)
        if performer_id is not None:
            rows = rows.filter(asked__cast__contains=[{"performer_id": str(performer_id)}])
        return _cards(rows[:most], actor)


def asked_about_the_same(decision_id: UUID, *, actor: Actor) -> tuple[QuestionCard, ...]:
    """Every question about the same as this one, itself among them, the latest first; none where it is no such one.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _decision(decision_id)
        kind = _kind_of(row.asked)
        if kind is None or row.shot_id is not None:
            return ()
        rows = _rows(kind).filter(
            production_id=row.production_id, shot_id__isnull=True, asked__use=row.asked["use"]
        )
        same = [one for one in rows if _matter(one) == _matter(row)]
        return _cards(same, actor)


def question_of(decision_id: UUID, *, actor: Actor) -> tuple[QuestionKind, UseOrder] | None:
    """What was asked, to state it anew; None where it was about a take, or is none of these kinds.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _decision(decision_id)
        kind = _kind_of(row.asked)
        if kind is None or row.shot_id is not None or row.stage != Stage.GENERATE:
            return None
        return kind, order_from_json(row.asked, stage=row.stage)


def _rows(kind: QuestionKind | None) -> QuerySet[Decision]:
    wanted = Q(pk__in=[])
    for one in QuestionKind if kind is None else (kind,):
        wanted |= _OF_KIND[one]
    rows: QuerySet[Decision] = Decision.objects.filter(wanted, stage=Stage.GENERATE)
    return rows.select_related("production", "requested_by").order_by("-decided_at", "-id")


def _decision(decision_id: UUID) -> Decision:
    row: Decision | None = Decision.objects.filter(id=decision_id).first()
    if row is None:
        raise NoSuchDecision("There is no such decision here.")
    return row


def _kind_of(asked: dict[str, Any]) -> QuestionKind | None:
    """What the question is about first of all."""
    told = asked.get("stated") or {}
    match asked.get("use"):
        case Use.LICENSE_FOR_TRAINING:
            return QuestionKind.TRAINING
        case Use.TRANSFER_REPLICA:
            return QuestionKind.TRANSFER
        case Use.CREATE_REPLICA:
            return QuestionKind.CAPTURE
        case _ if "captures" in told:
            return QuestionKind.CAPTURE
        case _:
            return QuestionKind.WORKPLACE if "workplace" in told else None


def _matter(row: Decision) -> tuple[object, ...]:
    people = frozenset(one["performer_id"] for one in row.asked["cast"])
    return (row.production_id, row.shot_id, row.asked["use"], people, row.asked["prompt"].strip())


def _cards(rows: Iterable[Decision], actor: Actor) -> tuple[QuestionCard, ...]:
    found = [(row, kind) for row in rows if (kind := _kind_of(row.asked)) is not None]
    names = names_of_people(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    seen: set[tuple[object, ...]] = set()
    cards = []
    for row, kind in found:
        matter = _matter(row)
        who = row.requested_by
        people = tuple(names[one["performer_id"]] for one in row.asked["cast"])
        cards.append(
            QuestionCard(
                decision_id=row.id,
                kind=kind,
                production_id=row.production_id,
                production_title=row.production.title,
                use=row.asked["use"],
                # Whoever wrote it knew the person and may have named them.
                about=ONLY_LEGAL_READS if KNOWN_TO_LEGAL in people else row.asked["prompt"],
                people=people,
                outcome=row.outcome,
                asked_at=row.decided_at,
                asked_by=(who.full_name or who.email) if who else "the system",
                is_latest=matter not in seen,
            )
        )
        seen.add(matter)
    return tuple(cards)
