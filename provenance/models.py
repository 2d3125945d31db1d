"""What we signed and meant to sign, and how it is known again. All tables only grow; see migrations/sql/."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from accounts.models import Organisation
from accounts.models.tenancy import TenantModel
from core.ids import new_id
from provenance.beside.models import Sidecar
from provenance.references.models import ReferenceMedia
from provenance.values import UpdateReason

# Django looks for models here.
__all__ = [
    "AssetFingerprint",
    "CredentialUpdate",
    "ReferenceMedia",
    "Sidecar",
    "SignedAsset",
    "SigningIntent",
    "StatusEntry",
    "StatusList",
]

_SHA256_HEX = r"^[0-9a-f]{64}$"
_MANIFEST_ID = r"^urn:c2pa:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


class SigningIntent(TenantModel):
    """What was about to be signed, recorded before the key was touched.

    An intent without an asset is a signature that failed or was interrupted.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    take_id = models.UUIDField()
    asset_id = models.UUIDField(unique=True)
    manifest_id = models.CharField(max_length=60, unique=True)
    source_sha256 = models.CharField(max_length=64)
    manifest_sha256 = models.CharField(
        max_length=64, help_text="Of the manifest's definition, canonical JSON."
    )
    signer_certificate_sha256 = models.CharField(max_length=64)
    intended_at = models.DateTimeField()

    class Meta:
        ordering = ["-intended_at"]
        indexes = [models.Index(fields=["organisation", "take_id"], name="provenance_intent_take")]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="provenance_intent_in_organisation"),
            models.CheckConstraint(
                condition=Q(source_sha256__regex=_SHA256_HEX)
                & Q(manifest_sha256__regex=_SHA256_HEX)
                & Q(signer_certificate_sha256__regex=_SHA256_HEX),
                name="provenance_intent_digests",
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID), name="provenance_intent_manifest_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} (intended)"


class SignedAsset(TenantModel):
    """A signed file of ours. Its digest is what a file that claims our credential is held against."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    intent = models.OneToOneField(SigningIntent, on_delete=models.PROTECT, related_name="+")
    take_id = models.UUIDField()
    manifest_id = models.CharField(max_length=60, unique=True)
    file_sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_key = models.CharField(max_length=120)
    manifest_store = models.BinaryField(help_text="The whole JUMBF store, to recover a file it was cut from.")
    manifest_store_sha256 = models.CharField(max_length=64)
    certificate_serial = models.CharField(max_length=50, help_text="Of the signing certificate, decimal.")
    certificate_sha256 = models.CharField(max_length=64)
    anchor_sha256 = models.CharField(max_length=64, help_text="Of the root that vouched for the signer.")
    statement = models.JSONField(
        help_text="The manifest's definition as it was intended; the log's proof of that intent came on top."
    )
    statement_sha256 = models.CharField(max_length=64)
    taken_at = models.DateTimeField(help_text="When the model finished the take, as stated.")
    signed_at = models.DateTimeField()
    entry_uid = models.UUIDField(
        null=True, help_text="Its entry in the log. Until the log covers it, nobody gets the file."
    )
    time_stamped_at = models.DateTimeField(
        null=True, help_text="By an outside authority of time. Empty: the credential is not time-stamped."
    )

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "take_id"], name="provenance_asset_take_once"),
            models.UniqueConstraint(fields=["organisation", "id"], name="provenance_asset_in_organisation"),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=_SHA256_HEX)
                & Q(manifest_store_sha256__regex=_SHA256_HEX)
                & Q(certificate_sha256__regex=_SHA256_HEX)
                & Q(anchor_sha256__regex=_SHA256_HEX)
                & Q(statement_sha256__regex=_SHA256_HEX),
                name="provenance_asset_digests",
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID), name="provenance_asset_manifest_id"
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="provenance_asset_size"),
        ]

    def __str__(self) -> str:
        return self.manifest_id


class CredentialUpdate(TenantModel):
    """A signed file of ours whose credential was added to: the same content, with one manifest more.

    It is a file of its own, beside the one that was updated. `cause_id` names what the addition tells of.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    asset = models.ForeignKey(
        SignedAsset, on_delete=models.PROTECT, related_name="updates", help_text="The first one of its take."
    )
    intent = models.OneToOneField(SigningIntent, on_delete=models.PROTECT, related_name="+")
    take_id = models.UUIDField()
    reason = models.CharField(max_length=24, choices=[(one.value, one.value) for one in UpdateReason])
    cause_id = models.UUIDField(
        help_text="The case, the delivery or the manifest that the addition tells of."
    )
    updates_manifest_id = models.CharField(max_length=60, help_text="The manifest that was active before.")
    manifest_id = models.CharField(max_length=60, unique=True)
    file_sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_key = models.CharField(max_length=120)
    manifest_store = models.BinaryField(
        help_text="The whole JUMBF store, with every manifest before this one."
    )
    manifest_store_sha256 = models.CharField(max_length=64)
    certificate_serial = models.CharField(max_length=50, help_text="Of the signing certificate, decimal.")
    certificate_sha256 = models.CharField(max_length=64)
    anchor_sha256 = models.CharField(max_length=64, help_text="Of the root that vouched for the signer.")
    statement = models.JSONField(help_text="The update's definition as it was intended.")
    statement_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    entry_uid = models.UUIDField(
        help_text="Its entry in the log. Until the log covers it, nobody gets the file."
    )
    time_stamped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "asset", "reason", "cause_id"], name="provenance_update_once"
            ),
            models.UniqueConstraint(fields=["organisation", "id"], name="provenance_update_in_organisation"),
            models.CheckConstraint(
                condition=Q(reason__in=[one.value for one in UpdateReason]),
                name="provenance_update_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=_SHA256_HEX)
                & Q(manifest_store_sha256__regex=_SHA256_HEX)
                & Q(certificate_sha256__regex=_SHA256_HEX)
                & Q(anchor_sha256__regex=_SHA256_HEX)
                & Q(statement_sha256__regex=_SHA256_HEX),
                name="provenance_update_digests",
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID) & Q(updates_manifest_id__regex=_MANIFEST_ID),
                name="provenance_update_manifest_ids",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="provenance_update_size"),
        ]

    def __str__(self) -> str:
        return self.manifest_id


class DerivedAsset(TenantModel):
    """A signed file of ours that was made from a take's: another coding of the same pictures, a file of its own."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    asset = models.ForeignKey(
        SignedAsset, on_delete=models.PROTECT, related_name="derived", help_text="The take's own file."
    )
    intent = models.OneToOneField(SigningIntent, on_delete=models.PROTECT, related_name="+")
    take_id = models.UUIDField()
    cause_id = models.UUIDField(unique=True, help_text="The record of whoever asked for it.")
    parent_manifest_id = models.CharField(max_length=60)
    manifest_id = models.CharField(max_length=60, unique=True)
    file_sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    media_key = models.CharField(max_length=120)
    manifest_store = models.BinaryField(help_text="The whole JUMBF store, with the manifests of its parent.")
    manifest_store_sha256 = models.CharField(max_length=64)
    certificate_serial = models.CharField(max_length=50, help_text="Of the signing certificate, decimal.")
    certificate_sha256 = models.CharField(max_length=64)
    anchor_sha256 = models.CharField(max_length=64, help_text="Of the root that vouched for the signer.")
    statement = models.JSONField(help_text="The manifest's definition as it was intended.")
    statement_sha256 = models.CharField(max_length=64)
    signed_at = models.DateTimeField()
    entry_uid = models.UUIDField(
        help_text="Its entry in the log. Until the log covers it, nobody gets the file."
    )
    time_stamped_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-signed_at"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "id"], name="provenance_derived_in_organisation"),
            models.CheckConstraint(
                condition=Q(file_sha256__regex=_SHA256_HEX)
                & Q(manifest_store_sha256__regex=_SHA256_HEX)
                & Q(certificate_sha256__regex=_SHA256_HEX)
                & Q(anchor_sha256__regex=_SHA256_HEX)
                & Q(statement_sha256__regex=_SHA256_HEX),
                name="provenance_derived_digests",
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID) & Q(parent_manifest_id__regex=_MANIFEST_ID),
                name="provenance_derived_manifest_ids",
            ),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="provenance_derived_size"),
        ]

    def __str__(self) -> str:
        return self.manifest_id


class AssetFingerprint(TenantModel):
    """How the film of a signed file is known again when its credential is gone. See provenance/fingerprints.

    The file is a take's own (`asset`), or one that was made from it (`derived`).
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    asset = models.ForeignKey(SignedAsset, on_delete=models.PROTECT, related_name="+", null=True)
    derived = models.ForeignKey(DerivedAsset, on_delete=models.PROTECT, related_name="+", null=True)
    manifest_id = models.CharField(max_length=60)
    algorithm = models.CharField(max_length=60, help_text="How the words were made.")
    iscc = models.CharField(max_length=80, help_text="ISCC Video-Code, 256 bits, with its header.")
    iscc_digest = models.BinaryField()
    words = models.BinaryField(help_text="One word of 32 bytes for each fifth of a second.")
    keys = ArrayField(models.IntegerField(), help_text="Parts of the code and the words, to look them up by.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        # Rows waiting in a list beside the index would be read through by every look-up.
        indexes = [GinIndex(fields=["keys"], name="provenance_fingerprint_keys", fastupdate=False)]
        constraints = [
            models.UniqueConstraint(fields=["asset", "algorithm"], name="provenance_fingerprint_once"),
            models.UniqueConstraint(
                fields=["derived", "algorithm"], name="provenance_fingerprint_of_derived_once"
            ),
            models.CheckConstraint(
                condition=Q(asset__isnull=False, derived__isnull=True)
                | Q(asset__isnull=True, derived__isnull=False),
                name="provenance_fingerprint_of_one_file",
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID), name="provenance_fingerprint_manifest_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} ({self.algorithm})"


class StatusList(models.Model):
    """One list of what stands today, and its newest signed edition.

    Nobody's alone: credentials of every organisation stand in it, so that an index says nothing of whose it is.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    uri = models.CharField(max_length=300, unique=True, help_text="Its name, as credentials refer to it.")
    opened_at = models.DateTimeField()
    token = models.TextField(blank=True, help_text="The newest edition, signed; empty before the first.")
    content_sha256 = models.CharField(max_length=64, blank=True, help_text="Of what that edition says.")
    issued_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.uri


class StatusEntry(TenantModel):
    """Where the state of one credential is listed: an index drawn at random and given once. Append-only."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    status_list = models.ForeignKey(StatusList, on_delete=models.PROTECT, related_name="+")
    index = models.PositiveIntegerField()
    manifest_id = models.CharField(max_length=60, unique=True)
    given_at = models.DateTimeField()

    class Meta:
        ordering = ["given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["status_list", "index"], name="provenance_statusentry_index_once"
            ),
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID), name="provenance_statusentry_manifest_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} at {self.index}"


class AssetMark(TenantModel):
    """The invisible watermark in the film of a signed file, read back before it was declared.

    The file is a take's own (`asset`), or one that was made from it (`derived`).
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", editable=False)
    asset = models.OneToOneField(SignedAsset, on_delete=models.PROTECT, related_name="+", null=True)
    derived = models.OneToOneField(DerivedAsset, on_delete=models.PROTECT, related_name="+", null=True)
    manifest_id = models.CharField(max_length=60)
    algorithm = models.CharField(max_length=60)
    mark = models.BinaryField(help_text="8 bytes that mean nothing but themselves.")
    keys = ArrayField(models.IntegerField(), help_text="Parts of the mark, to look it up by.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        indexes = [GinIndex(fields=["keys"], name="provenance_mark_keys", fastupdate=False)]
        constraints = [
            models.CheckConstraint(
                condition=Q(manifest_id__regex=_MANIFEST_ID), name="provenance_mark_manifest_id"
            ),
            models.CheckConstraint(
                condition=Q(asset__isnull=False, derived__isnull=True)
                | Q(asset__isnull=True, derived__isnull=False),
                name="provenance_mark_in_one_file",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manifest_id} ({self.algorithm})"
