"""Whether a performer's face may be compared with faces in films. The table only grows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, of_one_organisation
from licensing.models.consent import Consent

_IS_DIGEST = "^[0-9a-f]{64}$"


class ComparisonRelease(TenantModel):
    """A written release to compare, or that it was taken back; the newest of a consent counts. Append-only.

    Being rendered is another permission: a consent to a replica is none to be measured in other people's films.
    """

    id = key()
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    is_allowed = models.BooleanField()
    document_sha256 = digest()
    valid_until = models.DateField(
        null=True, blank=True, help_text="The last day, in UTC; null: none is named."
    )
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-said_at", "-id"]
        indexes = [models.Index(fields=["consent", "-said_at"], name="licensing_comparison_last")]
        constraints = [
            of_one_organisation("comparisonrelease"),
            models.CheckConstraint(
                condition=Q(document_sha256__regex=_IS_DIGEST), name="licensing_comparison_on_paper"
            ),
        ]

    def __str__(self) -> str:
        return f"Release {self.id}"
