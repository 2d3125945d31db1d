"""Whether a performer is named to whoever verifies a file of a production. The table only grows."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, of_one_organisation
from licensing.models.document import SigningAuthority
from licensing.models.performer import Performer

_IS_DIGEST = "^[0-9a-f]{64}$"


class NamingChoice(TenantModel):
    """One choice of a performer for a production; the newest counts, and nobody is named without one. Append-only.

    It is the performer's own, or made under an authority, or entered by legal on a paper of theirs.
    """

    id = key()
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="+")
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    named_as = models.CharField(max_length=120, blank=True, help_text="Empty: not named.")
    authority = models.ForeignKey(SigningAuthority, on_delete=models.PROTECT, related_name="+", null=True)
    document_sha256 = models.CharField(max_length=64, blank=True)
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entry_uid = models.UUIDField()

    class Meta:
        ordering = ["-chosen_at", "-id"]
        indexes = [
            models.Index(
                fields=["organisation", "performer", "production"], name="licensing_namingchoice_of"
            ),
        ]
        constraints = [
            of_one_organisation("namingchoice"),
            models.CheckConstraint(
                condition=Q(authority__isnull=False, document_sha256="")
                | Q(authority__isnull=True, document_sha256__regex=_IS_DIGEST),
                name="licensing_namingchoice_on_what",
            ),
        ]

    def __str__(self) -> str:
        return f"Naming {self.id}"
