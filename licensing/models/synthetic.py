"""Case files of Synthetics: invented performers in human roles, and what the Union was told, asked and answered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, known, of_one_organisation, word
from licensing.synthetics.words import MONEY_STEPS, SyntheticStepKind
from licensing.values import ValueFinding


class SyntheticFile(TenantModel):
    """One Synthetic in one role of a production. Append-only: everything that follows is a step."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=120)
    why_human_role = models.TextField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            of_one_organisation("syntheticfile"),
            models.UniqueConstraint(
                fields=["organisation", "production", "role"], name="licensing_syntheticfile_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} in {self.production_id}"


class SyntheticStep(TenantModel):
    """One step of a case file. Append-only.

    `happened_at` is when it happened, `recorded_at` when it was entered: a proof that comes later is entered later.
    Money is in minor units, as agreed or awarded; no rate is worked out here.
    """

    id = key()
    file = models.ForeignKey(SyntheticFile, on_delete=models.PROTECT, related_name="steps")
    kind = word(SyntheticStepKind)
    happened_at = models.DateTimeField()
    finding = word(ValueFinding, unknown=True)
    author = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    proof_sha256 = models.CharField(max_length=64, blank=True)
    amount_minor = models.PositiveBigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    plan = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            known("syntheticstep", "kind", SyntheticStepKind),
            models.CheckConstraint(
                condition=Q(kind=SyntheticStepKind.VALUE_FOUND.value, finding__isnull=False) & ~Q(author="")
                | ~Q(kind=SyntheticStepKind.VALUE_FOUND.value) & Q(finding__isnull=True),
                name="licensing_syntheticstep_finding",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(MONEY_STEPS), amount_minor__isnull=False) & ~Q(currency="")
                | ~Q(kind__in=sorted(MONEY_STEPS)) & Q(amount_minor__isnull=True, currency=""),
                name="licensing_syntheticstep_money",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__gte=models.F("happened_at")), name="licensing_syntheticstep_past"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.file_id}"
