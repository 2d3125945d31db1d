"""What is on record around many questions, read in a handful of statements. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from audit.coverage import covered_sql
from licensing.foresight.questions import Question
from licensing.foresight.records import Records, StruckAgreement
from licensing.gathering import FiledConsent, Person, confirmed_rules
from licensing.house_rules.in_force import active_pack_id
from licensing.models.performer import Engagement, Performer
from licensing.models.strike import Strike
from licensing.names import ConsentStatus, Visibility
from licensing.signing_off.reading import papers_of
from licensing.synthetics.reading import synthetic_facts
from licensing.values import SyntheticRole
from productions.queries import facts_of_productions

# As the gate reads them, and locks nothing: nothing follows from the answer.
_CONSENTS = """
SELECT consent.id, consent.performer_id, consent.production_id, consent.replica_type, consent.terms, consent.status,
       consent.withdrawn_at, notice.effective_at, consent.entry_uid, consent.recorded_at, {covered}
FROM licensing_consent consent
LEFT JOIN licensing_withdrawalnotice notice ON notice.consent_id = consent.id
WHERE consent.performer_id = ANY(%s) AND consent.status <> %s
ORDER BY consent.id
"""
_ENGAGED = (
    "category",
    "representation",
    "union_covered",
    "employed_on_project",
    "recognisable",
    "portrayed_as_minor",
    "is_engaged",
    "engaged_at",
    "contract_date",
    "estimated_days",
)


def records_around(questions: Collection[Question], *, now: datetime) -> Records:
    """The records that `questions` are decided on now.

    Raises:
        productions.errors.NoSuchProduction: one of their productions is not here.
    """
    asked = {(one.order.production_id, who) for one in questions for who in one.people}
    met = {hit.performer_id for one in questions for hit in (*one.met.sure, *one.met.questions)}
    people = {who for _, who in asked}
    productions = {one.order.production_id for one in questions}
    human = {one.order.production_id for one in questions if one.order.synthetic_role == SyntheticRole.HUMAN}
    strikes = Strike.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=now))
    hidden = Performer.objects.filter(id__in=met, visibility=Visibility.LEGAL_ONLY)
    return Records(
        productions=facts_of_productions(productions),
        people=_people(asked, people, productions),
        consents=_consents(people | met),
        strikes=tuple(
            StruckAgreement(*row) for row in strikes.values_list("agreement", "began_at", "ended_at")
        ),
        confirmed=confirmed_rules(),
        hidden=frozenset(hidden.values_list("id", flat=True)) if met else frozenset(),
        synthetics={one: synthetic_facts(one) for one in human},
        house_pack=active_pack_id(),
        papers=papers_of(productions),
    )


def _people(
    asked: Iterable[tuple[UUID, UUID]], people: Collection[UUID], productions: Collection[UUID]
) -> dict[tuple[UUID, UUID], Person]:
    known = {
        row["id"]: row for row in Performer.objects.filter(id__in=people).values("id", "state", "domicile")
    }
    engaged: dict[tuple[UUID, UUID], dict[str, Any]] = {
        (row.pop("production_id"), row.pop("performer_id")): row
        for row in Engagement.objects.filter(production_id__in=productions, performer_id__in=people).values(
            "production_id", "performer_id", "replica_from_id", *_ENGAGED
        )
    }
    unbound: dict[str, Any] = dict.fromkeys((*_ENGAGED, "replica_from_id"))
    found = {}
    for place in asked:
        bound = dict(engaged.get(place, unbound))
        found[place] = Person(replica_from=bound.pop("replica_from_id"), **bound, **known[place[1]])
    return found


def _consents(people: Collection[UUID]) -> dict[UUID, tuple[FiledConsent, ...]]:
    filed: dict[UUID, tuple[FiledConsent, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            _CONSENTS.format(covered=covered_sql("consent.entry_uid")),
            [list(people), ConsentStatus.SUPERSEDED.value],
        )
        for row in cursor.fetchall():
            one = FiledConsent(
                id=str(row[0]),
                performer_id=str(row[1]),
                production_id=str(row[2]),
                replica_type=row[3],
                terms=json.loads(row[4]),
                status=row[5],
                ended_at=row[6] or row[7],
                entry_uid=row[8],
                recorded_at=row[9],
                is_in_log=row[10],
            )
            filed[row[1]] = (*filed.get(row[1], ()), one)
    return filed
