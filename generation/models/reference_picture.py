"""Reference pictures in custody that takes are made with."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from generation.models.columns import is_digest, key
from generation.reference_pictures.values import MOST_PICTURES


class TakeReferencePicture(TenantModel):
    """One picture in custody that the model is given for a take. Append-only: written with the take.

    `picture_sha256` is of the file as it was handed in; the asset itself may be destroyed later.
    """

    id = key()
    take = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="reference_pictures")
    asset = models.ForeignKey("licensing.CustodyAsset", on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(help_text="Among the reference pictures of the take, from 1.")
    picture_sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["take", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["take", "position"], name="generation_takereferencepicture_place_once"
            ),
            models.UniqueConstraint(fields=["take", "asset"], name="generation_takereferencepicture_once"),
            is_digest("takereferencepicture", "picture_sha256"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_PICTURES),
                name="generation_takereferencepicture_position",
            ),
        ]

    def __str__(self) -> str:
        return f"Reference {self.position} of {self.take_id}"
