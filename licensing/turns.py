"""Whoever decides by a performer's consents and whoever ends one of them take turns.

Who decides first has decided before the end; who comes second sees it. A turn lasts until the transaction is over.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

SHARED_SQL = """
SELECT pg_advisory_xact_lock_shared(licensing_turn_of_v1(performer))
FROM unnest(%s::uuid[]) AS performer ORDER BY performer
"""
"""The turn of whoever decides by the consents of people (1), shared with others who do.

A statement of its own, before the one that reads: that one then sees all that was committed when its turn came.
"""

_OWN = """
SELECT pg_advisory_xact_lock(licensing_turn_of_v1(consent.performer_id))
FROM licensing_consent AS consent WHERE consent.id = %s
"""


def take_turn(consent_id: UUID) -> None:
    """The turn of whoever ends a consent, or says when it will end. Call inside `core.tenancy.tenant`.

    To be taken before the row is locked or a time is drawn. A consent that is not here has no turn.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [consent_id])
