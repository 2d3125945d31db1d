"""Who did what to a work, and the order its sequences are cut in. Every table only grows."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.tenancy import TenantModel
from core.ids import new_id
from generation.authorship.values import MOST_FPS, MOST_FRAMES, ContributionKind


def _key() -> models.UUIDField[UUID, UUID]:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def _choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


class Contribution(TenantModel):
    """One act of a person on a work. Append-only: what is undone is superseded by a later act.

    `content` is everything the act says, with a salt of its own, so that its digest in the log lets nobody test a
    guess at a note. An act counts while no other names it in `supersedes`.
    """

    id = _key()
    production = models.ForeignKey("productions.Production", on_delete=models.PROTECT, related_name="+")
    sequence = models.ForeignKey(
        "productions.Sequence", on_delete=models.PROTECT, related_name="+", null=True
    )
    shot = models.ForeignKey("productions.Shot", on_delete=models.PROTECT, related_name="+", null=True)
    take = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=24, choices=_choices(ContributionKind))
    content = models.JSONField()
    content_sha256 = models.CharField(max_length=64)
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="superseded_by", null=True
    )
    at = models.DateTimeField()
    actor = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["organisation", "production", "at"], name="generation_contribution_order"),
            models.Index(fields=["organisation", "take"], name="generation_contribution_take"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "id"], name="generation_contribution_in_organisation"
            ),
            # What a superseding act points at: an act of the same production.
            models.UniqueConstraint(
                fields=["organisation", "production", "id"], name="generation_contribution_in_production"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in ContributionKind]),
                name="generation_contribution_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(content_sha256__regex="^[0-9a-f]{64}$"), name="generation_contribution_digest"
            ),
            models.CheckConstraint(
                condition=~Q(kind=ContributionKind.TAKEN_BACK.value) | Q(supersedes__isnull=False),
                name="generation_contribution_takes_something_back",
            ),
            models.CheckConstraint(
                condition=~Q(
                    kind__in=[
                        ContributionKind.TAKE_SELECTED.value,
                        ContributionKind.TAKE_REJECTED.value,
                        ContributionKind.PROMPT_WRITTEN.value,
                        ContributionKind.PARAMETERS_CHANGED.value,
                    ]
                )
                | Q(take__isnull=False),
                name="generation_contribution_of_a_take",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at}"


class CutEdition(TenantModel):
    """One order of a sequence. Append-only: another order is another edition, and the highest number counts.

    `fps` is null in an empty cut. `start_frame` is where it begins on its reel, counted from 00:00:00:00.
    """

    id = _key()
    sequence = models.ForeignKey("productions.Sequence", on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    reel = models.CharField(max_length=32, blank=True)
    start_frame = models.PositiveIntegerField(default=0)
    fps = models.PositiveSmallIntegerField(null=True)
    contribution = models.OneToOneField(Contribution, on_delete=models.PROTECT, related_name="cut_edition")

    class Meta:
        ordering = ["sequence", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "sequence", "number"], name="generation_cutedition_once"
            ),
            models.UniqueConstraint(
                fields=["organisation", "id"], name="generation_cutedition_in_organisation"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1)
                & Q(start_frame__lte=MOST_FRAMES)
                & (Q(fps__isnull=True) | Q(fps__gte=1, fps__lte=MOST_FPS)),
                name="generation_cutedition_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"cut {self.number}"


class CutEntry(TenantModel):
    """One stretch of a take or of an element made by hand. A trigger holds it inside its source."""

    id = models.BigAutoField(primary_key=True)
    edition = models.ForeignKey(CutEdition, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveSmallIntegerField()
    take = models.ForeignKey("generation.Take", on_delete=models.PROTECT, related_name="+", null=True)
    element = models.ForeignKey(Contribution, on_delete=models.PROTECT, related_name="+", null=True)
    first_frame = models.PositiveIntegerField()
    end_frame = models.PositiveIntegerField()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "position"], name="generation_cutentry_place_once"),
            models.CheckConstraint(
                condition=Q(take__isnull=False, element__isnull=True)
                | Q(take__isnull=True, element__isnull=False),
                name="generation_cutentry_one_source",
            ),
            models.CheckConstraint(
                condition=Q(end_frame__gt=F("first_frame")) & Q(position__gte=1),
                name="generation_cutentry_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.first_frame} to {self.end_frame}"
