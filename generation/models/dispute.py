"""That a take is disputed by whom it concerns, and how that ended. Both tables only grow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from generation.deliveries.values import DisputeGround, DisputeOutcome
from generation.models.columns import key, known, of_one_organisation, person, word
from generation.models.take import Take


class Dispute(TenantModel):
    """Somebody concerned says that a take was not agreed to. Append-only; the words stand in no log."""

    id = key()
    take = models.ForeignKey(Take, on_delete=models.PROTECT, related_name="disputes")
    ground = word(DisputeGround)
    words = models.CharField(max_length=2000)
    on_word = models.BooleanField(help_text="Entered by legal or the union on the word of somebody else.")
    opened_at = models.DateTimeField()
    opened_by = person()

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            of_one_organisation("dispute"),
            known("dispute", "ground", DisputeGround),
            models.CheckConstraint(condition=~Q(words=""), name="generation_dispute_said"),
        ]

    def __str__(self) -> str:
        return f"Dispute {self.id}"


class DisputeEnd(TenantModel):
    """How a dispute ended, once. Append-only."""

    id = key()
    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="end")
    outcome = word(DisputeOutcome)
    words = models.CharField(max_length=2000)
    ended_at = models.DateTimeField()
    ended_by = person()

    class Meta:
        ordering = ["-ended_at"]
        constraints = [
            of_one_organisation("disputeend"),
            known("disputeend", "outcome", DisputeOutcome),
            models.CheckConstraint(condition=~Q(words=""), name="generation_disputeend_said"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.ended_at}"
