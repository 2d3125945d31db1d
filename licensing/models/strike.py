from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, known, word
from licensing.values import Agreement


class Strike(TenantModel):
    """A union strikes an agreement from `began_at`; `ended_at` null: it lasts."""

    id = key()
    agreement = word(Agreement)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at"]
        constraints = [
            known("strike", "agreement", Agreement),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gt=F("began_at")),
                name="licensing_strike_ends_later",
            ),
            models.UniqueConstraint(
                fields=["organisation", "agreement"],
                condition=Q(ended_at__isnull=True),
                name="licensing_strike_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agreement} from {self.began_at}"
