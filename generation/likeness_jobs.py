"""A worker's claim on a take, as custody asks for it before it releases what carries a likeness."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models.functions import Now

from generation.claimed_take import Claim
from generation.claims import ClaimLost
from generation.models import Take
from generation.values import TakeState


@dataclass(frozen=True, slots=True)
class TakeJob:
    """One attempt at one take. Only the attempt that holds the lease now gets anything."""

    claim: Claim

    @property
    def organisation_id(self) -> UUID:
        return self.claim.organisation_id

    @property
    def id(self) -> UUID:
        return self.claim.take_id

    @property
    def fence(self) -> int:
        return self.claim.fence

    @property
    def label(self) -> str:
        return self.claim.label

    def hold(self, decision_id: UUID) -> None:
        """Keep the claim until the transaction ends.

        Raises:
            ClaimLost: another attempt has the take, its cancellation was asked for, or it rests on another decision.
        """
        held = (
            Take.objects.select_for_update()
            .filter(
                id=self.claim.take_id,
                fence=self.claim.fence,
                state=TakeState.RENDERING,
                lease_until__gt=Now(),
                decision_id=decision_id,
                cancel_requested_at__isnull=True,
            )
            .first()
        )
        if held is None:
            raise ClaimLost
