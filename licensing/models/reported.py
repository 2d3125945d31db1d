"""What people enter for reports because nothing else on record tells it: findings, and licences to train."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, known, of_one_organisation, word
from licensing.models.performer import Performer
from licensing.reporting.words import FindingKind, FindingState, TrainingUnion


class ReportFinding(TenantModel):
    """Something that was found or done, for the half-yearly meeting. Append-only: what is newer supersedes it."""

    id = key()
    kind = word(FindingKind)
    state = word(FindingState)
    production = models.ForeignKey(
        "productions.Production", on_delete=models.PROTECT, related_name="+", null=True
    )
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+", null=True)
    found_by = models.CharField(max_length=200)
    found_on = models.DateField()
    text = models.TextField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-found_on", "-recorded_at"]
        constraints = [
            of_one_organisation("reportfinding"),
            known("reportfinding", "kind", FindingKind),
            known("reportfinding", "state", FindingState),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(found_by=""), name="licensing_reportfinding_says_it"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.found_on}"


class TrainingLicence(TenantModel):
    """Material that is, or is to be, licensed to train a system, and what a union was told. Append-only, as above.

    What nobody said is null and clears nothing.
    """

    id = key()
    production = models.ForeignKey(
        "productions.Production", on_delete=models.PROTECT, related_name="+", null=True
    )
    union = word(TrainingUnion)
    material = models.CharField(max_length=500)
    licensee = models.CharField(max_length=200)
    affiliated = models.BooleanField(null=True)
    public_commercial = models.BooleanField(null=True)
    for_pay = models.BooleanField(null=True)
    noticed_on = models.DateField(null=True)
    notice_sha256 = models.CharField(max_length=64, blank=True)
    meeting = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=500, blank=True)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-recorded_at"]
        constraints = [
            of_one_organisation("traininglicence"),
            known("traininglicence", "union", TrainingUnion),
            models.CheckConstraint(
                condition=~Q(material="") & ~Q(licensee=""), name="licensing_traininglicence_says_it"
            ),
            models.CheckConstraint(
                condition=Q(noticed_on__isnull=True, notice_sha256="")
                | Q(noticed_on__isnull=False) & ~Q(notice_sha256=""),
                name="licensing_traininglicence_notice_proved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.material} to {self.licensee}"
