from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, known, of_one_organisation, word
from licensing.review.words import HeldKind, HoldReason


class LegalHold(TenantModel):
    """What a dispute is about is kept: nobody's entries are made unreadable meanwhile. Only its end is ever written.

    `held_id` is of a production, a performer or a take; a take's table belongs to another app.
    """

    id = key()
    kind = word(HeldKind)
    held_id = models.UUIDField()
    reason = word(HoldReason)
    matter = models.CharField(max_length=120)
    note = models.TextField(blank=True)
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    lifted_because = models.TextField(blank=True)

    class Meta:
        ordering = ["-placed_at"]
        constraints = [
            of_one_organisation("legalhold"),
            known("legalhold", "kind", HeldKind),
            known("legalhold", "reason", HoldReason),
            models.UniqueConstraint(
                fields=["organisation", "kind", "held_id", "matter"],
                condition=Q(lifted_at__isnull=True),
                name="licensing_legalhold_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_because="")
                | (Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because="")),
                name="licensing_legalhold_lifted",
            ),
        ]

    def __str__(self) -> str:
        return f"Hold on {self.kind} {self.held_id}"
