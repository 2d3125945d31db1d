from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, word
from licensing.models.performer import Engagement, Performer
from licensing.names import ChangeReason


class RegisterChange(TenantModel):
    """A fact about a performer or an engagement was another one before. Written by the database alone, append-only.

    `true_since` is the day from which the new value is true, `recorded_at` when it became known here. Null: unknown.
    """

    id = key()
    statement_id = models.UUIDField(help_text="One for all facts that were stated together.")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="+", null=True)
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = word(ChangeReason)
    true_since = models.DateField(null=True)
    document_sha256 = digest()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "field"]
        constraints = [
            known("registerchange", "reason", ChangeReason),
            models.UniqueConstraint(fields=["statement_id", "field"], name="licensing_registerchange_once"),
        ]
        indexes = [
            models.Index(fields=["organisation", "performer"], name="licensing_registerchange_of"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.performer_id}"
