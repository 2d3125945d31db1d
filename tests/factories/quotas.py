"""Consents with limits, and what is held of them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import connection

from accounts.values import Actor, Role
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from licensing.models.quota import Quota, QuotaReservation
from licensing.names import UsesAre
from licensing.operations.gate import decide_use
from licensing.operations.quotas import Hold, hold_quotas
from licensing.quotas import QuotaUnit
from tests.factories.accounts import a_member
from tests.factories.licensing import a_consent, a_performer, an_engagement, an_order, counsel_confirms
from tests.factories.productions import a_production
from tests.factories.takes import a_decision


def a_reservation(actor: Actor, production_id: UUID, consent_id: UUID) -> QuotaReservation:
    """A hold of one take that was given back, of a consent that limits takes."""
    decision_id = a_decision(actor, production_id)
    at = now()
    with tenant(actor.organisation_id):
        row: QuotaReservation = QuotaReservation.objects.create(
            quota=Quota.objects.get(consent_id=consent_id, unit="takes"),
            job_id=new_id(),
            decision_id=decision_id,
            amount=1,
            fence=1,
            state="released",
            made_at=at,
            expires_at=at + timedelta(hours=1),
            settled_at=at,
        )
    return row


ONE_TAKE = {QuotaUnit.TAKES: 1}


class Ground:
    """A studio with one consent of these limits, and a decision that relies on it."""

    def __init__(self, **limits: int | UsesAre) -> None:
        self.actor: Actor = a_member(Role.PRODUCER, Role.LEGAL)
        counsel_confirms(self.actor)
        self.production = a_production(self.actor, governing_law="US-WA")
        self.ana = a_performer(self.actor)
        an_engagement(self.actor, self.production, self.ana)
        self.consent = a_consent(self.actor, self.production, self.ana, **limits)
        self.order = an_order(self.actor, self.production, self.ana, duration_ms=2_125)
        card = decide_use(self.order, actor=self.actor)
        assert card.id is not None
        assert card.consent_ids == (self.consent.id,)
        self.decision = card.id

    @property
    def organisation_id(self) -> UUID:
        return self.actor.organisation_id

    def hold(self, amounts: dict[QuotaUnit, int] | None = None, *, job: UUID | None = None) -> Hold:
        return hold_quotas(
            self.organisation_id, self.decision, job_id=job or new_id(), amounts=amounts or ONE_TAKE
        )

    def quota(self, unit: QuotaUnit = QuotaUnit.TAKES) -> tuple[int, int, int]:
        """Most, used, reserved."""
        with tenant(self.organisation_id):
            row = Quota.objects.get(unit=unit)
            return row.most, row.used, row.reserved

    def sums(self) -> tuple[int, int]:
        """What the reservations say was spent and is held, of takes."""
        with tenant(self.organisation_id):
            rows = list(QuotaReservation.objects.filter(quota__unit="takes"))
        spent = sum(row.spent or 0 for row in rows)
        return spent, sum(row.amount for row in rows if row.state == "held")

    def time_passes(self, hold: Hold) -> None:
        """As if nobody had renewed the hold for longer than it lasts."""
        with tenant(self.organisation_id), connection.cursor() as cursor:
            cursor.execute(
                "UPDATE licensing_quotareservation SET expires_at = clock_timestamp() WHERE job_id = %s",
                [hold.job_id],
            )
