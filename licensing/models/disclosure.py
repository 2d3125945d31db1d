"""What the audience is told: what counsel approved, and where it was placed. Both tables only grow."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key, known, of_one_organisation, word
from licensing.values import DisclosureKind


class DisclosureApproval(TenantModel):
    """What counsel says is told, of one production in one territory and language. Append-only.

    Another wording, or none any more (`withdrawn`), is a later row that names this one in `supersedes`. `content` is
    everything that is approved, as hashed; an icon or a mark has an empty `text`.
    """

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    wording_id = models.CharField(max_length=60)
    rule_id = models.CharField(max_length=24)
    territory = models.CharField(max_length=8)
    kind = word(DisclosureKind)
    language = models.CharField(max_length=12, blank=True)
    text = models.CharField(max_length=2000, blank=True)
    placement = models.CharField(max_length=500)
    content = models.JSONField()
    content_sha256 = digest()
    withdrawn = models.BooleanField(default=False)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True
    )
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["approved_at", "id"]
        constraints = [
            of_one_organisation("disclosureapproval"),
            known("disclosureapproval", "kind", DisclosureKind),
            # What a later one names is of the same production and row.
            models.UniqueConstraint(
                fields=["organisation", "production", "wording_id", "language", "id"],
                name="licensing_disclosureapproval_of_a_row",
            ),
            models.UniqueConstraint(
                fields=["organisation", "production", "wording_id", "language"],
                condition=Q(supersedes__isnull=True),
                name="licensing_disclosureapproval_first_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn=False) | Q(supersedes__isnull=False),
                name="licensing_disclosureapproval_withdraws_something",
            ),
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=F("id")),
                name="licensing_disclosureapproval_not_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.territory}"


class DisclosurePlacing(TenantModel):
    """Where an approved disclosure stands in the work, with the digest of what shows it. Append-only."""

    id = key()
    approval = models.ForeignKey(DisclosureApproval, on_delete=models.PROTECT, related_name="placings")
    place = models.CharField(max_length=300)
    document_sha256 = digest()
    placed_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["recorded_at", "id"]
        constraints = [
            of_one_organisation("disclosureplacing"),
            models.UniqueConstraint(
                fields=["approval", "document_sha256", "place"], name="licensing_disclosureplacing_once"
            ),
            models.CheckConstraint(
                condition=Q(document_sha256__regex="^[0-9a-f]{64}$") & ~Q(place=""),
                name="licensing_disclosureplacing_proved",
            ),
        ]

    def __str__(self) -> str:
        return self.place
