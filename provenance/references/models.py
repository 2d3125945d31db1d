"""Media that a production works from. The table only grows; see migrations/sql/references_v1.sql."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.models.tenancy import TenantModel
from productions.models import Production
from provenance.references.media_kinds import SUFFIXES
from provenance.source_types import STATED_OF_MEDIA
from provenance.values import CredentialState

_SHA256_HEX = r"^[0-9a-f]{64}$"
# In what state a file may be kept to be made things from.
KEPT_STATES = (CredentialState.TRUSTED, CredentialState.RETIRED_SIGNER, CredentialState.UNKNOWN_SIGNER)


class ReferenceMedia(TenantModel):
    """A picture, film or sound that was handed in, with the credential it bore or the one we gave it."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200, help_text="Public in every credential of what is made from it.")
    media_type = models.CharField(max_length=40, choices=[(one, one) for one in SUFFIXES])
    source_sha256 = models.CharField(max_length=64, help_text="Of the file as it was handed in.")
    file_sha256 = models.CharField(max_length=64, help_text="Of the file as it is kept, with its credential.")
    size_bytes = models.BigIntegerField()
    media_key = models.CharField(max_length=120)
    state = models.CharField(
        max_length=16,
        choices=[(one.value, one.value) for one in KEPT_STATES],
        help_text="What its credential proved on the day it came.",
    )
    signed_here = models.BooleanField(help_text="It came without a credential, and we signed it.")
    manifest_id = models.CharField(max_length=200)
    signed_by = models.CharField(max_length=300, blank=True, help_text="In the signing certificate.")
    digital_source_type = models.CharField(
        max_length=48,
        choices=[(one, one) for one in STATED_OF_MEDIA],
        blank=True,
        help_text="As whoever handed it in stated it; empty where its own credential speaks.",
    )
    stated_source_type = models.CharField(
        max_length=200, blank=True, help_text="What the credential in the file states, as a URL."
    )
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    entry_uid = models.UUIDField(help_text="Its entry in the log.")

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "production", "source_sha256"], name="provenance_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(source_sha256__regex=_SHA256_HEX) & Q(file_sha256__regex=_SHA256_HEX),
                name="provenance_reference_digests",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in KEPT_STATES]),
                name="provenance_reference_state_known",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="provenance_reference_size"),
            models.CheckConstraint(
                condition=Q(signed_here=True, state=CredentialState.TRUSTED.value)
                & ~Q(digital_source_type="")
                | Q(signed_here=False, digital_source_type=""),
                name="provenance_reference_stated_where_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.title
