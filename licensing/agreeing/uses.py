"""Every decision that was made about a performer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from licensing.agreeing.acting_for import performers_acted_for

_MOST = 500

# A decision keeps the bytes of its facts; whom it was about stands in them.
_DECISIONS = """
SELECT decision.id, decision.stage, decision.outcome, decision.decided_at, production.title,
       decision.asked ->> 'use', decision.consent_ids
FROM licensing_decision decision
JOIN productions_production production ON production.id = decision.production_id
WHERE EXISTS (
    SELECT FROM jsonb_array_elements(convert_from(decision.facts, 'UTF8')::jsonb -> 'subjects') subject
    WHERE subject ->> 'person_id' = ANY(%s)
)
ORDER BY decision.decided_at DESC
LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class DecidedUse:
    """A decision about a performer. `use` None: an older decision, which does not say."""

    decision_id: UUID
    stage: str
    outcome: str
    decided_at: datetime
    production_title: str
    use: str | None
    consent_ids: Sequence[UUID]


def my_decisions(actor: Actor) -> tuple[DecidedUse, ...]:
    """The latest five hundred decisions about the performers whom the actor is, or acts for."""
    with tenant(actor.organisation_id, user_id=actor.user_id), connection.cursor() as cursor:
        mine = performers_acted_for(actor, on=clock.now())
        if not mine:
            return ()
        # The policies of the tables bind this statement like any other.
        cursor.execute(_DECISIONS, [[str(one) for one in mine], _MOST])
        rows = cursor.fetchall()
    return tuple(DecidedUse(*row) for row in rows)
