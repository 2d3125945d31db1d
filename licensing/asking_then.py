"""All that was on record for one question at another moment, in one round trip. Call inside `core.tenancy.tenant`.

Valid time: the end that a notice names, the time of a strike, a step of a case file. Recorded time: when each was
entered. Nothing is locked: what is past stays as it is.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import connection

from audit.coverage import covered_sql
from licensing.asking import OnRecord, on_record
from licensing.moments import Moment
from licensing.names import AliasKind, Visibility
from licensing.screening import AliasEntry, Registry
from licensing.signing_off.reading import papers_then_sql
from productions.errors import NoSuchProduction
from productions.queries import PRODUCTION_FACTS_THEN_SQL

# The columns of the question in `licensing.asking`, as they were. `settled` is the earlier one of the two moments.
_QUESTION = """
WITH consents AS MATERIALIZED (
    SELECT consent.id, consent.performer_id, consent.production_id, consent.replica_type, consent.terms,
           CASE WHEN ended.at IS NULL THEN 'active' ELSE 'withdrawn' END AS status,
           ended.at AS withdrawn_at, notice.effective_at AS ends_at, consent.entry_uid, consent.recorded_at,
           {covered} AS is_in_log
    FROM licensing_consent consent
    LEFT JOIN licensing_withdrawalnotice notice
           ON notice.consent_id = consent.id AND notice.recorded_at <= %(known_at)s
    LEFT JOIN LATERAL (
        SELECT event.at FROM licensing_consentevent event
        WHERE event.consent_id = consent.id AND event.kind = 'withdrawn' AND event.at <= %(settled)s
        ORDER BY event.at LIMIT 1
    ) ended ON true
    WHERE consent.performer_id = ANY(%(people)s) AND consent.recorded_at <= %(known_at)s
        AND NOT EXISTS (
            SELECT FROM licensing_consentevent event
            WHERE event.consent_id = consent.id AND event.kind = 'superseded' AND event.at <= %(settled)s
        )
)
SELECT
    ({production}),
    (SELECT jsonb_agg(to_jsonb(person) - 'engagement_id' || coalesce((
        -- What a fact was, of each that became another one later, or became so here after it was known.
        SELECT jsonb_object_agg(was.field, was.before) FROM (
            SELECT DISTINCT ON (change.field) change.field, change.before
            FROM licensing_registerchange change
            WHERE change.performer_id = person.id
                AND (change.engagement_id IS NULL OR change.engagement_id = person.engagement_id)
                AND (change.recorded_at > %(known_at)s
                     OR change.true_since > (%(as_of)s AT TIME ZONE 'UTC')::date)
            ORDER BY change.field, change.recorded_at, change.id
        ) AS was
     ), '{{}}')) FROM (
        SELECT performer.id, engagement.id AS engagement_id, performer.state, performer.domicile,
               engagement.category, engagement.representation, engagement.union_covered,
               engagement.employed_on_project, engagement.recognisable, engagement.portrayed_as_minor,
               engagement.is_engaged, engagement.engaged_at, engagement.contract_date,
               engagement.replica_from_id, engagement.estimated_days
        FROM licensing_performer performer
        LEFT JOIN licensing_engagement engagement
               ON engagement.performer_id = performer.id AND engagement.production_id = %(production)s
              AND engagement.created_at <= %(known_at)s
        WHERE performer.id = ANY(%(people)s) AND performer.created_at <= %(known_at)s
     ) AS person),
    (SELECT jsonb_agg(jsonb_build_array(
        consent.id, consent.performer_id, consent.production_id, consent.replica_type, consent.terms, consent.status,
        consent.withdrawn_at, consent.ends_at, consent.entry_uid, consent.recorded_at, consent.is_in_log
     ) ORDER BY consent.id) FROM consents AS consent),
    (SELECT jsonb_agg(jsonb_build_array(strike.agreement, strike.began_at, NULL))
     FROM licensing_strike AS strike
     WHERE strike.began_at <= %(settled)s AND (strike.ended_at IS NULL OR strike.ended_at > %(settled)s)),
    (SELECT string_agg(confirmed.rule_id || ' ' || confirmed.rule_sha256, ',')
     FROM licensing_ruleconfirmation AS confirmed WHERE confirmed.confirmed_at <= %(settled)s),
    (SELECT array_agg(performer.id) FROM licensing_performer AS performer
     WHERE performer.id = ANY(%(met)s) AND performer.visibility = %(legal_only)s),
    (SELECT state.stamp FROM licensing_registerstate AS state),
    (SELECT active.pack_id FROM licensing_housepackactivation AS active
     WHERE active.activated_at <= %(settled)s
     ORDER BY active.activated_at DESC, active.id DESC LIMIT 1),
    (SELECT jsonb_agg(jsonb_build_array(
        quota.consent_id, quota.unit, quota.most,
        (SELECT coalesce(sum(spent.spent), 0) FROM licensing_quotareservation AS spent
         WHERE spent.quota_id = quota.id AND spent.state = 'committed' AND spent.settled_at <= %(settled)s),
        (SELECT jsonb_object_agg(held.job_id, held.amount) FROM licensing_quotareservation AS held
         WHERE held.quota_id = quota.id AND held.made_at <= %(settled)s
             AND (held.settled_at IS NULL OR held.settled_at > %(settled)s) AND held.expires_at > %(settled)s)
     ) ORDER BY quota.id)
     FROM licensing_quota AS quota WHERE quota.consent_id IN (SELECT consent.id FROM consents AS consent)),
    {papers}
"""
_NAMES = """
SELECT alias.performer_id, alias.kind, alias.text, alias.normalised
FROM licensing_performeralias alias
JOIN licensing_performer performer ON performer.id = alias.performer_id
WHERE alias.performer_id = ANY(%s) AND coalesce(alias.recorded_at, performer.created_at) <= %s
"""


def look_back(
    production_id: UUID, people: Collection[UUID], *, met: Collection[UUID], moment: Moment
) -> OnRecord:
    """What was on record about a production and `people`; `at` is the moment that was asked about.

    A performer registered, or a person engaged, after `moment.known_at` is not known, and facts of theirs that were
    changed are what they were, of productions too. Whom only legal sees has no history and is as now.

    Args:
        production_id: the production asked about.
        people: whose likeness is in question.
        met: whoever a prompt may name.
        moment: when.

    Raises:
        NoSuchProduction: there is no such production here.
    """
    statement = _QUESTION.format(
        covered=covered_sql("consent.entry_uid", by="%(known_at)s"),
        production=PRODUCTION_FACTS_THEN_SQL,
        papers=papers_then_sql("%(production)s", settled="%(settled)s", known_at="%(known_at)s"),
    )
    with connection.cursor() as cursor:
        # The policies of the tables bind this statement like any other.
        cursor.execute(
            statement,
            {
                "production": production_id,
                "people": list(people),
                "met": list(met),
                "as_of": moment.as_of,
                "known_at": moment.known_at,
                "settled": moment.settled,
                "legal_only": Visibility.LEGAL_ONLY.value,
            },
        )
        row = cursor.fetchone()
    if row is None or row[0] is None:
        raise NoSuchProduction("There is no such production here.")
    return on_record(row, moment.as_of)


def names_then(people: Collection[UUID], moment: Moment, *, longest: int) -> Registry:
    """The spellings of `people` that were on the register by then; `longest` of the whole register's, in words."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, [list(people), moment.known_at])
        found = Registry(
            AliasEntry(who, AliasKind(kind), text, normalised)
            for who, kind, text, normalised in cursor.fetchall()
        )
    found.longest = max(found.longest, longest)
    return found
