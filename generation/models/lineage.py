"""Which takes a take came from."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from generation.iterating.values import FROM_PICTURES, LineageKind
from generation.models.columns import SHA256, choices, key, known

_PICTURES = [kind.value for kind in sorted(FROM_PICTURES)]


class TakeLineage(TenantModel):
    """One take that another came from. Append-only: written with the later take, never changed.

    `first_frame` to `end_frame`, counted from 0 and without the last, is the stretch of the parent whose pictures
    the model was given, and `source_sha256` the digest of the signed file they were read from; both are null and
    empty where none were. `settings` are the numbers of the kind, such as the strength of a remix.
    A trigger holds the stretch inside a signed parent, and lets no take come from its own descendants.
    """

    id = key()
    take = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField(help_text="Among the parents of the take, from 1.")
    kind = models.CharField(max_length=24, choices=choices(LineageKind))
    first_frame = models.PositiveIntegerField(null=True)
    end_frame = models.PositiveIntegerField(null=True)
    source_sha256 = models.CharField(max_length=64, blank=True)
    settings = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering = ["take", "position"]
        indexes = [models.Index(fields=["organisation", "parent"], name="generation_takelineage_down")]
        constraints = [
            models.UniqueConstraint(fields=["take", "position"], name="generation_takelineage_place_once"),
            known("takelineage", "kind", LineageKind),
            models.CheckConstraint(
                condition=Q(position__gte=1) & ~Q(take=F("parent")), name="generation_takelineage_of_another"
            ),
            models.CheckConstraint(
                # Said of each: a comparison with null is no refusal.
                condition=Q(
                    kind__in=_PICTURES,
                    source_sha256__regex=SHA256,
                    first_frame__isnull=False,
                    end_frame__isnull=False,
                    end_frame__gt=F("first_frame"),
                )
                | ~Q(kind__in=_PICTURES)
                & Q(source_sha256="", first_frame__isnull=True, end_frame__isnull=True),
                name="generation_takelineage_pictures_have_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.parent_id}"
