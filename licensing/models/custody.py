"""Custody of whatever can carry a likeness: the assets, their wrapped keys, who may use them and what happened."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.custody.words import AssetKind, AssetState, CustodyAct, DestructionReason, ReleasePurpose
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.models.performer import Performer


class CustodyAsset(TenantModel):
    """One asset. Of the row only its end is ever written.

    `depicts` is a copy of the consent's performer, held true by a foreign key. `region` is where the file lies.
    `retention_until` is the last day. `plain_sha256` is of what was handed in, `sealed_sha256` of the file.
    """

    id = key()
    kind = word(AssetKind)
    label = models.CharField(max_length=120)
    depicts = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="+")
    base_model_sha256 = models.CharField(max_length=64, blank=True)
    content_type = models.CharField(max_length=60)
    region = models.CharField(max_length=8)
    retention_until = models.DateField()
    plain_bytes = models.PositiveBigIntegerField()
    plain_sha256 = digest()
    sealed_bytes = models.PositiveBigIntegerField()
    sealed_sha256 = digest()
    created_at = models.DateTimeField(help_text="When the asset was made, as whoever handed it in says.")
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()
    state = word(AssetState)
    destroyed_at = models.DateTimeField(null=True)
    destruction_reason = word(DestructionReason, unknown=True)
    attestation = models.TextField(blank=True, help_text="The signed note.")
    attestation_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-received_at"]
        constraints = [
            of_one_organisation("custodyasset"),
            known("custodyasset", "kind", AssetKind),
            known("custodyasset", "state", AssetState),
            models.CheckConstraint(
                condition=Q(
                    state=AssetState.HELD.value,
                    destroyed_at__isnull=True,
                    destruction_reason__isnull=True,
                    attestation="",
                    attestation_sha256="",
                )
                | Q(
                    state=AssetState.DESTROYED.value,
                    destroyed_at__isnull=False,
                    destruction_reason__isnull=False,
                )
                & ~Q(attestation="")
                & ~Q(attestation_sha256=""),
                name="licensing_custodyasset_destroyed",
            ),
            models.CheckConstraint(
                condition=Q(kind=AssetKind.ADAPTER.value) & ~Q(base_model_sha256="")
                | ~Q(kind=AssetKind.ADAPTER.value) & Q(base_model_sha256=""),
                name="licensing_custodyasset_base_model",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "depicts"], name="licensing_custody_depicts"),
            models.Index(fields=["organisation", "state", "retention_until"], name="licensing_custody_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class CustodyKey(TenantModel):
    """An asset's key, wrapped by the key-encryption key. Its row is never changed; deleting it destroys the asset."""

    id = key()
    asset = models.OneToOneField(CustodyAsset, on_delete=models.PROTECT, related_name="wrapped_key")
    encryption_key_id = models.CharField(max_length=16)
    wrapped = models.BinaryField(max_length=128)

    def __str__(self) -> str:
        return f"Key of {self.asset_id}"


class CustodyParent(TenantModel):
    """An asset was built from another one. Append-only."""

    id = key()
    asset = models.ForeignKey(CustodyAsset, on_delete=models.PROTECT, related_name="built_from")
    parent = models.ForeignKey(CustodyAsset, on_delete=models.PROTECT, related_name="built_into")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset", "parent"], name="licensing_custodyparent_once"),
            models.CheckConstraint(condition=~Q(asset=F("parent")), name="licensing_custodyparent_another"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} from {self.parent_id}"


class CustodyAccess(TenantModel):
    """A person was put on an asset's access list, or taken off it. Append-only: the latest row counts."""

    id = key()
    asset = models.ForeignKey(CustodyAsset, on_delete=models.PROTECT, related_name="access")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    allowed = models.BooleanField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.person_id} {'on' if self.allowed else 'off'} {self.asset_id}"


class CustodyRelease(TenantModel):
    """The key was released to one attempt of one job. Append-only; a job is known by its id and its fence."""

    id = key()
    asset = models.ForeignKey(CustodyAsset, on_delete=models.PROTECT, related_name="releases")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+")
    job_id = models.UUIDField()
    fence = models.PositiveBigIntegerField()
    purpose = word(ReleasePurpose)
    released_at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["released_at"]
        constraints = [
            of_one_organisation("custodyrelease"),
            known("custodyrelease", "purpose", ReleasePurpose),
            models.UniqueConstraint(
                fields=["asset", "job_id", "fence"], name="licensing_custodyrelease_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asset_id} to {self.job_id}, {self.fence}"


class CustodyEvent(TenantModel):
    """What happened to an asset, and who did it. Append-only."""

    id = key()
    asset = models.ForeignKey(CustodyAsset, on_delete=models.PROTECT, related_name="events")
    act = word(CustodyAct)
    note = models.CharField(max_length=300, blank=True)
    release = models.ForeignKey(CustodyRelease, on_delete=models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [known("custodyevent", "act", CustodyAct)]

    def __str__(self) -> str:
        return f"{self.act} at {self.at}"
