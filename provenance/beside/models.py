"""Credentials that lie beside files."""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.models.tenancy import TenantModel

_SHA256_HEX = r"^[0-9a-f]{64}$"
_MANIFEST_ID = r"^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class Sidecar(TenantModel):
    """A credential of ours for a file that holds none: bound to every byte of it, or of a list of files. Append-only.

    The file itself is not kept. By `bound_sha256` its credential is found again when it was lost.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    asset = models.ForeignKey(
        "provenance.SignedAsset", on_delete=models.PROTECT, related_name="+", help_text="The take's own file."
    )
    intent = models.OneToOneField("provenance.SigningIntent", on_delete=models.PROTECT, related_name="+")
    take_id = models.UUIDField()
    name = models.CharField(max_length=255, help_text="Of the file or the list, as the credential says it.")
    media_type = models.CharField(max_length=100)
    bound_sha256 = models.CharField(max_length=64, help_text="Of the file, or of the list of files.")
    size_bytes = models.BigIntegerField()
    files = models.PositiveIntegerField(null=True, help_text="How many the list names; null: a file itself.")
    parent_manifest_id = models.CharField(max_length=60)
    manifest_id = models.CharField(max_length=60, unique=True)
    manifest_store = models.BinaryField(help_text="What lies beside the file, whole.")
    manifest_store_sha256 = models.CharField(max_length=64)
    certificate_serial = models.CharField(max_length=50, help_text="Of the signing certificate, decimal.")
    certificate_sha256 = models.CharField(max_length=64)
    statement = models.JSONField(help_text="The manifest's definition as it was intended.")
    statement_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    entry_uid = models.UUIDField(help_text="Its entry in the log. Until the log covers it, nobody gets it.")
    time_stamped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-signed_at"]
        indexes = [
            models.Index(fields=["bound_sha256"], name="provenance_sidecar_of_digest"),
            models.Index(fields=["organisation", "take_id"], name="provenance_sidecar_of_take"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="provenance_sidecar_in_organisation"),
            models.CheckConstraint(
                condition=Q(bound_sha256__regex=_SHA256_HEX)
                & Q(manifest_store_sha256__regex=_SHA256_HEX)
                & Q(certificate_sha256__regex=_SHA256_HEX)
                & Q(statement_sha256__regex=_SHA256_HEX),
                name="provenance_sidecar_digests",
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID) & Q(parent_manifest_id__regex=_MANIFEST_ID),
                name="provenance_sidecar_manifest_ids",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} beside {self.name}"
