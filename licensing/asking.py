"""All that is on record for one question, read in one round trip. Call inside `core.tenancy.tenant`."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection

from core import clock
from core.canonical import Canonical
from licensing.gathering import (
    PEOPLE_SQL,
    ConsentsOnFile,
    FiledConsent,
    Person,
    consents_sql,
    on_file,
)
from licensing.names import ConsentStatus, Visibility
from licensing.prepared import PreparedQuestion
from licensing.quotas import QuotaState
from licensing.signing_off.papers import Papers
from licensing.signing_off.reading import papers_in, papers_sql
from licensing.turns import SHARED_SQL
from productions.errors import NoSuchProduction
from productions.queries import PRODUCTION_FACTS_SQL, ProductionFacts, production_facts_of

_prepared: WeakKeyDictionary[psycopg.Connection[Any], PreparedQuestion] = WeakKeyDictionary()

_QUESTION = """
WITH consents AS MATERIALIZED ({consents})
SELECT
    (SELECT to_json(production)::text FROM ({production}) AS production),
    (SELECT json_agg(to_json(person))::text FROM ({people}) AS person),
    (SELECT json_agg(json_build_array(
        consent.id, consent.performer_id, consent.production_id, consent.replica_type, consent.terms, consent.status,
        consent.withdrawn_at, consent.ends_at, consent.entry_uid, consent.recorded_at, consent.is_in_log
     ) ORDER BY consent.id)::text FROM consents AS consent),
    (SELECT json_agg(json_build_array(strike.agreement, strike.began_at, strike.ended_at))::text
     FROM licensing_strike AS strike WHERE strike.ended_at IS NULL OR strike.ended_at > clock_timestamp()),
    (SELECT string_agg(confirmed.rule_id || ' ' || confirmed.rule_sha256, ',')
     FROM licensing_ruleconfirmation AS confirmed),
    (SELECT array_agg(performer.id) FROM licensing_performer AS performer
     WHERE performer.id = ANY(%s) AND performer.visibility = %s),
    (SELECT state.stamp FROM licensing_registerstate AS state),
    (SELECT active.pack_id FROM licensing_housepackactivation AS active
     ORDER BY active.activated_at DESC, active.id DESC LIMIT 1),
    (SELECT json_agg(json_build_array(
        quota.consent_id, quota.unit, quota.most, quota.used,
        (SELECT json_object_agg(held.job_id, held.amount) FROM licensing_quotareservation AS held
         WHERE held.quota_id = quota.id AND held.state = 'held' AND held.expires_at > clock_timestamp()
             AND held.job_id IS DISTINCT FROM %s)
     ) ORDER BY quota.id)::text
     FROM licensing_quota AS quota WHERE quota.consent_id IN (SELECT consent.id FROM consents AS consent)),
    {papers}
"""


@dataclass(frozen=True, slots=True)
class OnRecord:
    """What the tables say, and `at` when: a withdrawal is before this instant, or waits until the answer stands.

    `register_stamp` is the state of the register of names; `hidden` those of the people met whom only legal sees;
    `house_pack` the pack of own rules in force; `quotas` the limits of the consents, without what the job holds;
    `papers` what counsel signed off and the buyer approved of the production.
    """

    at: datetime
    production: ProductionFacts
    people: Mapping[UUID, Person]
    consents: ConsentsOnFile
    strikes: list[Canonical]
    confirmed: frozenset[tuple[str, str]]
    hidden: frozenset[UUID]
    register_stamp: int
    house_pack: UUID | None
    quotas: tuple[QuotaState, ...]
    papers: Papers


def look_up(
    production_id: UUID, people: Collection[UUID], *, met: Collection[UUID], job: UUID | None = None
) -> OnRecord:
    """What is on record about a production and `people`, none of whose consents ends until the transaction is over.

    Args:
        production_id: the production asked about.
        people: whose likeness is in question.
        met: whoever a prompt may name.
        job: the work that asks; what it holds of a consent's limits is its own.

    Raises:
        NoSuchProduction: there is no such production here.
    """
    asked = list(people)
    values: list[Any] = [
        asked,
        ConsentStatus.SUPERSEDED.value,
        production_id,
        production_id,
        asked,
        list(met),
    ]
    statement = _QUESTION.format(
        consents=consents_sql(),
        production=PRODUCTION_FACTS_SQL,
        people=PEOPLE_SQL,
        papers=papers_sql("%s"),
    )
    asked_for = [asked, *values, Visibility.LEGAL_ONLY.value, job, production_id, production_id]
    row = _fetched(statement, asked_for)
    # Drawn when it is this one's turn.
    at = clock.now()
    if row[0] is None:
        raise NoSuchProduction("There is no such production here.")
    return on_record(row, at)


def _fetched(statement: str, values: list[Any]) -> tuple[Any, ...]:
    link = connection.connection
    question = _prepared.get(link)
    if question is None or question.texts[-1] != statement:
        question = _prepared[link] = PreparedQuestion(link, SHARED_SQL, statement)
    return question.row(link, values)


def on_record(row: tuple[Any, ...], at: datetime) -> OnRecord:
    production, people, consents, strikes = (json.loads(text) if text else [] for text in row[:4])
    confirmed, hidden, stamp, house_pack = row[4:8]
    found = [_person(one) for one in people]
    return OnRecord(
        at=at,
        production=production_facts_of(production),
        people={person.id: person for person in found},
        consents=on_file(_filed(one) for one in consents),
        strikes=_struck(strikes, at),
        confirmed=_confirmations(confirmed or ""),
        hidden=frozenset(hidden or ()),
        register_stamp=stamp or 0,
        house_pack=house_pack,
        quotas=tuple(QuotaState.of_row(one) for one in json.loads(row[8] or "[]")),
        papers=papers_in(*row[9:12]),
    )


@lru_cache(maxsize=64)
def _confirmations(told: str) -> frozenset[tuple[str, str]]:
    """Rules and the digests of what was confirmed of them. Counsel confirms in a year what is asked every second."""
    pairs = (one.split(" ") for one in told.split(",") if one)
    return frozenset((rule_id, digest) for rule_id, digest in pairs)


def _person(row: dict[str, Any]) -> Person:
    replica_from = row["replica_from_id"]
    return Person(
        id=UUID(row["id"]),
        state=row["state"],
        domicile=row["domicile"],
        category=row["category"],
        representation=row["representation"],
        union_covered=row["union_covered"],
        employed_on_project=row["employed_on_project"],
        recognisable=row["recognisable"],
        portrayed_as_minor=row["portrayed_as_minor"],
        is_engaged=row["is_engaged"],
        engaged_at=_instant(row["engaged_at"]),
        contract_date=date.fromisoformat(row["contract_date"]) if row["contract_date"] else None,
        replica_from=UUID(replica_from) if replica_from else None,
        estimated_days=row["estimated_days"],
    )


def _filed(row: list[Any]) -> FiledConsent:
    consent, performer, production, kind, terms, status, withdrawn, ends, entry, recorded, is_in_log = row
    when = _instant(recorded)
    if when is None:
        raise ValueError("A consent is recorded at some time.")
    return FiledConsent(
        id=consent,
        performer_id=performer,
        production_id=production,
        replica_type=kind,
        terms=terms,
        status=status,
        ended_at=_instant(withdrawn) or _instant(ends),
        entry_uid=UUID(entry) if entry else None,
        recorded_at=when,
        is_in_log=is_in_log,
    )


def _struck(rows: Collection[list[str | None]], at: datetime) -> list[Canonical]:
    now: set[Canonical] = {
        agreement
        for agreement, began, ended in rows
        if agreement and (_instant(began) or at) <= at and ((end := _instant(ended)) is None or end > at)
    }
    return sorted(now, key=str)


def _instant(text: str | None) -> datetime | None:
    """A time as the database spells it inside JSON, whatever its session's zone."""
    return None if text is None else datetime.fromisoformat(text)
