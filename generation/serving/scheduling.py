"""Which take comes next. The order stands in SQL, see `generation/migrations/sql/serving_v1.sql`."""

from __future__ import annotations

from uuid import UUID

from django.db import connection, transaction

from core.tenancy import tenant
from generation import claims
from generation.claimed_take import Claim

# Held while a turn is given, so that two workers never give the same production two turns at once. A claim takes
# milliseconds, and workers come seldom.
_TURNS = "generation turns"


def claim_next(worker: str) -> Claim | None:
    """Take hold of the take whose turn it is and that `worker` is to serve; None when there is none.

    What was cancelled meanwhile, or has ended too many workers, is closed on the way.
    """
    while True:
        with transaction.atomic(durable=True):
            found = _next(worker)
            if found is None:
                return None
            organisation_id, take_id = found
            with tenant(organisation_id):
                claimed = claims.claim_within(take_id, worker=worker)
        if claimed is not None:
            return claimed


def _next(worker: str) -> tuple[UUID, UUID] | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_TURNS])
        cursor.execute("SELECT organisation_id, take_id FROM generation_next_take_v1(%s)", [worker[:120]])
        found: tuple[UUID, UUID] | None = cursor.fetchone()
    return found
