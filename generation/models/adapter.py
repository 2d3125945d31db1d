"""Adapters that takes are made with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from generation.adapters.values import LARGEST_SCALE, MOST_ADAPTERS
from generation.models.columns import is_digest, key


class TakeAdapter(TenantModel):
    """One adapter in custody that is laid over the model for a take. Append-only: written with the take.

    `weights_sha256` is of the file as it was handed in; the asset itself may be destroyed later.
    """

    id = key()
    take = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="adapters")
    asset = models.ForeignKey("licensing.CustodyAsset", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="Among the adapters of the take, from 1.")
    scale = models.DecimalField(max_digits=3, decimal_places=2)
    weights_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["take", "position"]
        constraints = [
            models.UniqueConstraint(fields=["take", "position"], name="generation_takeadapter_place_once"),
            models.UniqueConstraint(fields=["take", "asset"], name="generation_takeadapter_once"),
            is_digest("takeadapter", "weights_sha256"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_ADAPTERS),
                name="generation_takeadapter_position",
            ),
            models.CheckConstraint(
                condition=Q(scale__gt=0, scale__lte=LARGEST_SCALE), name="generation_takeadapter_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"Adapter {self.position} of {self.take_id}"
