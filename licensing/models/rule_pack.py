from __future__ import annotations

from django.conf import settings
from django.db import models

from accounts.models.tenancy import TenantModel
from licensing.models.columns import digest, key


class RulePack(models.Model):
    """One state of the rulebook that decisions were made by: its name and the digest of all its data.

    Belongs to no organisation: everybody decides by the same rules. Append-only.
    """

    id = key()
    edition = models.CharField(max_length=40)
    sha256 = models.CharField(max_length=64, unique=True)
    first_used_at = models.DateTimeField()

    class Meta:
        ordering = ["-first_used_at"]

    def __str__(self) -> str:
        return self.edition


class RuleConfirmation(TenantModel):
    """An organisation's counsel has read the original behind a rule and stands by the reading. Append-only.

    Holds for the rule's content, by `rule_sha256`: a pack that changes the rule asks counsel again.
    """

    id = key()
    pack = models.ForeignKey(RulePack, on_delete=models.PROTECT, related_name="confirmations")
    rule_id = models.CharField(max_length=16)
    rule_sha256 = digest()
    counsel = models.CharField(max_length=200)
    document_sha256 = digest()
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )

    class Meta:
        ordering = ["rule_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "rule_id", "rule_sha256"], name="licensing_confirmation_once"
            ),
        ]

    def __str__(self) -> str:
        return self.rule_id
