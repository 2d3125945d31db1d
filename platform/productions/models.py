from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models

from accounts.models.tenancy import TenantModel
from core.ids import new_id
from productions.values import (
    CODE_PATTERN,
    TERRITORY_PATTERN,
    AgreementCode,
    Buyer,
    ChangeReason,
    ProductionKind,
)


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


def _known(field: str, words: type[StrEnum]) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__in": [word.value for word in words]}),
        name=f"productions_production_{field}_known",
    )


_code = RegexValidator(CODE_PATTERN, "Letters, digits, dots, hyphens and underscores only.")
_territory = RegexValidator(TERRITORY_PATTERN, "A territory such as US, US-CA, DE, EU or WORLD.")


class Production(TenantModel):
    """A work being made. A null fact is unknown, which no rule takes for permission."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(max_length=200)
    slug = models.SlugField(max_length=60)
    project_code = models.CharField(max_length=40, validators=[_code])
    kind = models.CharField(max_length=20, choices=_choices(ProductionKind))
    # An empty string would be a third state beside "unknown" and "known to be none".
    agreement = models.CharField(max_length=32, choices=_choices(AgreementCode), null=True, blank=True)  # noqa: DJ001
    principal_photography_start = models.DateField(null=True, blank=True)
    production_start = models.DateField(null=True, blank=True)
    governing_law = models.CharField(max_length=8, null=True, blank=True, validators=[_territory])  # noqa: DJ001 - as above
    buyer = models.CharField(max_length=12, choices=_choices(Buyer), null=True, blank=True)  # noqa: DJ001 - as above
    award_campaign = models.BooleanField(null=True, blank=True)
    writers_guild_covered = models.BooleanField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="productions_production_slug_once"),
            models.UniqueConstraint(
                fields=["organisation", "project_code"], name="productions_production_code_once"
            ),
            # What the composite foreign keys of the children point at.
            models.UniqueConstraint(
                fields=["organisation", "id"], name="productions_production_in_organisation"
            ),
            _known("kind", ProductionKind),
            _known("agreement", AgreementCode),
            _known("buyer", Buyer),
            models.CheckConstraint(
                condition=models.Q(governing_law__regex=TERRITORY_PATTERN),
                name="productions_production_governing_law_territory",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ProductionChange(TenantModel):
    """A fact of a production was another one before. Written by the database alone, append-only.

    `true_since` is the day from which the new value is true, `recorded_at` when it became known here. Null: unknown.
    """

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement_id = models.UUIDField(help_text="One for all facts that were corrected together.")
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="+")
    field = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=20, choices=_choices(ChangeReason))
    because = models.CharField(max_length=500)
    true_since = models.DateField(null=True)
    document_sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-recorded_at", "field"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reason__in=[one.value for one in ChangeReason]),
                name="productions_productionchange_reason_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(because=""), name="productions_productionchange_says_why"
            ),
            models.UniqueConstraint(
                fields=["statement_id", "field"], name="productions_productionchange_once"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "production"], name="productions_change_of"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.production_id}"


class Sequence(TenantModel):
    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="sequences")
    code = models.CharField(max_length=40, validators=[_code])
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "production", "code"], name="productions_sequence_code_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "id"], name="productions_sequence_in_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Shot(TenantModel):
    """One shot. `scene` is the script's scene that consents name; null while nobody has said which."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sequence = models.ForeignKey(Sequence, on_delete=models.PROTECT, related_name="shots")
    code = models.CharField(max_length=40, validators=[_code])
    scene = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - unknown is not the empty scene
    description = models.TextField(max_length=2000, blank=True)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sequence", "code"], name="productions_shot_code_once"
            ),
            models.UniqueConstraint(fields=["organisation", "id"], name="productions_shot_in_organisation"),
            models.CheckConstraint(
                condition=models.Q(scene__isnull=True) | ~models.Q(scene=""),
                name="productions_shot_scene_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Character(TenantModel):
    """A role in the story; who portrays it is licensing's to say."""

    id: models.UUIDField[UUID, UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)
    production = models.ForeignKey(Production, on_delete=models.PROTECT, related_name="characters")
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "production", "name"], name="productions_character_name_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "id"], name="productions_character_in_organisation"
            ),
        ]

    def __str__(self) -> str:
        return self.name
