from __future__ import annotations

from uuid import UUID

from django.db import models

from accounts.values import OrganisationKind
from core.ids import new_id


class Organisation(models.Model):
    """A studio, vendor, union or agency: the unit whose rows no other one sees."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=[(kind.value, kind.value) for kind in OrganisationKind])
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in OrganisationKind]),
                name="accounts_organisation_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name
