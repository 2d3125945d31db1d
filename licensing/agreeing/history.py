"""What was known of the consents at one moment about another one: valid time and recorded time in one query."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.agreeing.cards import StatedConsent
from licensing.agreeing.errors import UnknownMoment
from licensing.doors import SEES_EVERYBODY

# Valid time: the term of the consent, the end that a notice names, the time of a strike. Recorded time: when each of
# these was entered. Only what was entered by `known_at` speaks, about `as_of`.
_STATES = """
SELECT consent.id, consent.performer_id, performer.professional_name, consent.production_id, production.title,
       consent.replica_type,
       CASE
           WHEN ended.kind = 'withdrawn' OR notice.effective_at <= %(as_of)s THEN 'withdrawn'
           WHEN ended.kind = 'superseded' THEN 'ended'
           WHEN consent.valid_from > (%(as_of)s AT TIME ZONE 'UTC')::date THEN 'not_begun'
           WHEN consent.valid_until < (%(as_of)s AT TIME ZONE 'UTC')::date THEN 'ended'
           WHEN struck.began_at IS NOT NULL THEN 'suspended'
           WHEN notice.given_at <= %(as_of)s THEN 'notice_given'
           ELSE 'active'
       END,
       greatest(consent.recorded_at, ended.at, notice.recorded_at, struck.began_at)
FROM licensing_consent consent
JOIN licensing_performer performer ON performer.id = consent.performer_id
JOIN productions_production production ON production.id = consent.production_id
LEFT JOIN licensing_withdrawalnotice notice
       ON notice.consent_id = consent.id AND notice.recorded_at <= %(known_at)s
LEFT JOIN LATERAL (
    SELECT event.kind, event.at FROM licensing_consentevent event
    WHERE event.consent_id = consent.id AND event.kind IN ('withdrawn', 'superseded')
        AND event.at <= least(%(known_at)s, %(as_of)s)
        -- The end that a notice names counts from the time it names, not from when it was written.
        AND (event.kind = 'superseded' OR notice.id IS NULL)
    ORDER BY event.at LIMIT 1
) ended ON true
LEFT JOIN LATERAL (
    SELECT strike.began_at FROM licensing_strike strike
    WHERE strike.agreement = production.agreement AND strike.began_at <= least(%(known_at)s, %(as_of)s)
        AND (strike.ended_at IS NULL OR strike.ended_at > least(%(known_at)s, %(as_of)s))
    ORDER BY strike.began_at LIMIT 1
) struck ON true
WHERE consent.recorded_at <= %(known_at)s AND (%(everybody)s OR performer.visibility <> 'legal_only')
ORDER BY performer.professional_name, consent.recorded_at
"""


def consents_as_known(
    actor: Actor, *, as_of: datetime | None = None, known_at: datetime | None = None
) -> tuple[StatedConsent, ...]:
    """Every consent that was on record at `known_at`, in the state it had at `as_of` as far as was known then.

    Args:
        actor: who asks.
        as_of: the moment asked about; by default `known_at`.
        known_at: the moment of knowing; by default now.

    Raises:
        UnknownMoment: a time without its offset, or knowledge of the future.
    """
    now = clock.now()
    known = known_at or now
    about = as_of or known
    for path, moment in (("known_at", known), ("as_of", about)):
        if moment.tzinfo is None:
            raise UnknownMoment(path, "lacks its offset from UTC")
    if known > now:
        raise UnknownMoment("known_at", "lies in the future")
    with tenant(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        # The policies of the tables bind this statement like any other.
        cursor.execute(
            _STATES,
            {"as_of": about, "known_at": known, "everybody": actor.is_one_of(*SEES_EVERYBODY)},
        )
        rows = cursor.fetchall()
    return tuple(
        StatedConsent(
            consent_id=row[0],
            performer_id=row[1],
            performer_name=row[2],
            production_id=row[3],
            production_title=row[4],
            replica_type=row[5],
            state=row[6],
            known_since=row[7],
        )
        for row in rows
    )
