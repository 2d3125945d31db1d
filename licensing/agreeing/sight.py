"""What other organisations granted this one, or this person, to see. Reading alone."""

from __future__ import annotations

import json

from django.db import connection

from accounts.values import Actor
from core.canonical import Canonical
from core.tenancy import granted_sight, tenant
from licensing.agreeing.cards import GrantCard, SeenConsent
from licensing.models.agreement import SightGrant

_SEEN = """
SELECT consent.organisation_id, organisation.name, consent.id, consent.performer_id, performer.professional_name,
       production.title, consent.replica_type, consent.status, consent.terms, consent.valid_from, consent.valid_until,
       consent.recorded_at, consent.withdrawn_at,
       (SELECT notice.effective_at FROM licensing_withdrawalnotice notice WHERE notice.consent_id = consent.id)
FROM licensing_consent consent
JOIN licensing_performer performer ON performer.id = consent.performer_id
JOIN accounts_organisation organisation ON organisation.id = consent.organisation_id
LEFT JOIN productions_production production ON production.id = consent.production_id
WHERE consent.organisation_id <> %s
ORDER BY performer.professional_name, organisation.name, consent.recorded_at DESC
LIMIT 1000
"""


def consents_granted(actor: Actor) -> tuple[SeenConsent, ...]:
    """Consents of other organisations, as far as grants in force open them; by performer, at most a thousand."""
    with granted_sight(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        # What is seen is decided by the policies alone.
        cursor.execute(_SEEN, [actor.organisation_id])
        rows = cursor.fetchall()
    return tuple(
        SeenConsent(
            organisation_id=row[0],
            organisation_name=row[1],
            consent_id=row[2],
            performer_id=row[3],
            performer_name=row[4],
            production_title=row[5],
            replica_type=row[6],
            status=row[7],
            terms=_terms(row[8]),
            valid_from=row[9],
            valid_until=row[10],
            recorded_at=row[11],
            withdrawn_at=row[12],
            ends_at=row[13],
        )
        for row in rows
    )


def grants_given(actor: Actor) -> tuple[GrantCard, ...]:
    """The grants that the acting organisation gave, the latest first; ended ones too."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(grant_card_of(row) for row in SightGrant.objects.all())


def grant_card_of(row: SightGrant) -> GrantCard:
    return GrantCard(
        id=row.id,
        grantee_organisation_id=row.grantee_organisation_id,
        grantee_user_id=row.grantee_user_id,
        performer_id=row.performer_id,
        agreement=row.agreement,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        granted_at=row.granted_at,
        ended_at=row.ended_at,
    )


def _terms(value: str) -> dict[str, Canonical]:
    # Django's cursors give JSON as its text.
    terms: dict[str, Canonical] = json.loads(value)
    return terms
