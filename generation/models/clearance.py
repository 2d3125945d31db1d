"""Which productions may use a model, as legal said."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models

from accounts.models.tenancy import TenantModel
from core.ids import new_id
from generation.models.take import ModelRelease


class ModelClearance(TenantModel):
    """That legal cleared a model for a production, or for every one, or took that back. Append-only.

    The latest row of a production counts for it; without one, the latest of those for every production.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    model = models.ForeignKey(ModelRelease, on_delete=models.PROTECT, related_name="clearances")
    production = models.ForeignKey(
        "productions.Production",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        help_text="Null: every production.",
    )
    is_cleared = models.BooleanField()
    reason = models.TextField(max_length=2000)
    content = models.JSONField(help_text="Everything of it, as hashed.")
    content_sha256 = models.CharField(max_length=64)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    entry_uid = models.UUIDField(null=True, help_text="Null: of before clearances were kept.")

    class Meta:
        ordering = ["-said_at", "-id"]
        indexes = [
            models.Index(fields=["model", "production", "-said_at"], name="generation_modelclearance_last")
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(content_sha256__regex="^[0-9a-f]{64}$"),
                name="generation_modelclearance_is_digest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.model_id} for {self.production_id or 'every production'}"
