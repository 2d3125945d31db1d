"""Bases that counsel signed off, and approvals that a buyer gave in writing. Both tables only grow."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.signing_off.papers import CAPACITIES
from licensing.values import ExemptBasis, SigningOffRole, Use

_IS_DIGEST = "^[0-9a-f]{64}$"


class BasisSignOff(TenantModel):
    """That counsel signs off an exempt basis for a scope, until a day. Append-only.

    Another scope, or none any more (`revoked`), is a later row that names this one in `supersedes`. No scene or shot
    is all of them, no performer everybody. `content` is everything that is signed, as hashed.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(
        "licensing.Performer", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    basis = word(ExemptBasis)
    use = word(Use)
    scenes = ArrayField(models.CharField(max_length=80), blank=True)
    shots = ArrayField(models.UUIDField(), blank=True)
    valid_until = models.DateField(help_text="The last day, in UTC.")
    capacity = word(SigningOffRole)
    reason = models.CharField(max_length=2000)
    document_sha256 = models.CharField(max_length=64, blank=True)
    content = models.JSONField()
    content_sha256 = digest()
    revoked = models.BooleanField(default=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    signed_at = models.DateTimeField()
    signed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-signed_at", "id"]
        constraints = [
            of_one_organisation("basissignoff"),
            known("basissignoff", "basis", ExemptBasis),
            known("basissignoff", "use", Use),
            models.CheckConstraint(
                condition=Q(capacity__in=[one.value for one in CAPACITIES]),
                name="licensing_basissignoff_capacity_of_counsel",
            ),
            # What a later one names is of the same production and basis.
            models.UniqueConstraint(
                fields=["organisation", "production", "basis", "id"],
                name="licensing_basissignoff_of_a_basis",
            ),
            models.CheckConstraint(
                condition=Q(revoked=False) | Q(supersedes__isnull=False),
                name="licensing_basissignoff_revokes_something",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="licensing_basissignoff_not_itself",
            ),
            models.CheckConstraint(
                condition=~Q(reason="")
                & (Q(document_sha256="") | Q(document_sha256__regex=_IS_DIGEST))
                & Q(content_sha256__regex=_IS_DIGEST),
                name="licensing_basissignoff_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis} until {self.valid_until}"


class BuyerApproval(TenantModel):
    """That the buyer approved a use in writing: who, when, by which paper. Append-only.

    Another paper, or none any more (`withdrawn`), is a later row that names this one in `supersedes`.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    use = word(Use)
    shots = ArrayField(models.UUIDField(), blank=True)
    approved_by = models.CharField(max_length=200, help_text="Who of the buyer; stands in no log.")
    approved_at = models.DateTimeField()
    valid_until = models.DateField(
        null=True, blank=True, help_text="The last day, in UTC; null: no end named."
    )
    conditions = models.CharField(max_length=2000, blank=True)
    document_sha256 = digest()
    content = models.JSONField()
    content_sha256 = digest()
    withdrawn = models.BooleanField(default=False)
    reason = models.CharField(max_length=2000, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True, blank=True
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-recorded_at", "id"]
        constraints = [
            of_one_organisation("buyerapproval"),
            known("buyerapproval", "use", Use),
            models.UniqueConstraint(
                fields=["organisation", "production", "id"], name="licensing_buyerapproval_of_a_production"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | (Q(supersedes__isnull=False) & ~Q(reason="")),
                name="licensing_buyerapproval_withdraws_something",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="licensing_buyerapproval_not_itself",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by="")
                & Q(document_sha256__regex=_IS_DIGEST)
                & Q(content_sha256__regex=_IS_DIGEST)
                & Q(recorded_at__gte=F("approved_at")),
                name="licensing_buyerapproval_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} approved at {self.approved_at}"
