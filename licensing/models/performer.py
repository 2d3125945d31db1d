from __future__ import annotations

from django.db import models

from accounts.models.tenancy import TenantModel
from licensing.models.columns import key, known, of_one_organisation, word
from licensing.names import AliasKind, Visibility
from licensing.values import Agreement, PerformerCategory, Representation, SubjectState
from productions.values import TERRITORY_PATTERN


class Performer(TenantModel):
    """A person whose likeness or voice may be used only as agreed. Unknown facts are null and never cleared."""

    id = key()
    professional_name = models.CharField(max_length=200)
    state = word(SubjectState, unknown=True)
    domicile = models.CharField(max_length=8, null=True, blank=True)  # noqa: DJ001 - unknown is not the empty place
    visibility = word(Visibility)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["professional_name"]
        constraints = [
            of_one_organisation("performer"),
            known("performer", "state", SubjectState),
            known("performer", "visibility", Visibility),
            models.CheckConstraint(
                condition=models.Q(domicile__regex=TERRITORY_PATTERN), name="licensing_performer_domicile"
            ),
            models.CheckConstraint(
                condition=~models.Q(professional_name=""), name="licensing_performer_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.professional_name


class PerformerIdentifier(TenantModel):
    """What a register calls the person: ISNI, IPN, a union's member number. Always scope and value."""

    id = key()
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="identifiers")
    scope = models.CharField(max_length=40)
    value = models.CharField(max_length=120)

    class Meta:
        ordering = ["scope", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "scope", "value"], name="licensing_identifier_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.value}"


class PerformerAlias(TenantModel):
    """A spelling under which a prompt may mean the person. Kept in clear text: fuzzy matching needs it."""

    id = key()
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="aliases")
    kind = word(AliasKind)
    text = models.CharField(max_length=200)
    normalised = models.CharField(max_length=400)
    block = models.CharField(
        max_length=2, db_index=True, help_text="First letters, by which candidates are found."
    )

    class Meta:
        ordering = ["text"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "performer", "kind", "text"], name="licensing_alias_once"
            ),
            known("alias", "kind", AliasKind),
        ]
        indexes = [
            models.Index(fields=["organisation", "block"], name="licensing_alias_block"),
            models.Index(fields=["organisation", "normalised"], name="licensing_alias_normalised"),
        ]

    def __str__(self) -> str:
        return self.text


class Engagement(TenantModel):
    """What binds a performer to a production. `engaged_at` null with `is_engaged` False: known not to be engaged."""

    id = key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    performer = models.ForeignKey(Performer, on_delete=models.PROTECT, related_name="engagements")
    category = word(PerformerCategory, unknown=True)
    agreement = word(Agreement, unknown=True)
    is_engaged = models.BooleanField(null=True, blank=True)
    engaged_at = models.DateTimeField(null=True, blank=True)
    contract_date = models.DateField(null=True, blank=True)
    representation = word(Representation, unknown=True)
    union_covered = models.BooleanField(null=True, blank=True)
    employed_on_project = models.BooleanField(null=True, blank=True)
    recognisable = models.BooleanField(null=True, blank=True)
    portrayed_as_minor = models.BooleanField(null=True, blank=True)
    replica_from = models.ForeignKey(
        "productions.Production",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text="The production the replica was made for.",
    )
    estimated_days = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            of_one_organisation("engagement"),
            models.UniqueConstraint(
                fields=["organisation", "production", "performer"], name="licensing_engagement_once"
            ),
            known("engagement", "category", PerformerCategory),
            known("engagement", "agreement", Agreement),
            known("engagement", "representation", Representation),
            models.CheckConstraint(
                condition=models.Q(engaged_at__isnull=True) | models.Q(is_engaged=True),
                name="licensing_engagement_when_engaged",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.performer_id} in {self.production_id}"
