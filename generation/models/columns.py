"""Columns and promises that several tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models

from core.ids import new_id

SHA256 = "^[0-9a-f]{64}$"


def key() -> models.UUIDField[UUID, UUID]:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def person(*, unknown: bool = False) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=unknown
    )


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("_", " ")) for word in words]


def word(words: type[StrEnum], *, unknown: bool = False) -> models.CharField[Any, Any]:
    """A word of a closed list; `unknown` lets it be null."""
    return models.CharField(max_length=40, choices=choices(words), null=unknown, blank=unknown)


def known(table: str, column: str, words: type[StrEnum]) -> models.CheckConstraint:
    condition = models.Q(**{f"{column}__in": [one.value for one in words]})
    return models.CheckConstraint(condition=condition, name=f"generation_{table}_{column}_known")


def of_one_organisation(table: str) -> models.UniqueConstraint:
    """What the composite foreign keys of other tables point at, so that no row hangs under a stranger's."""
    return models.UniqueConstraint(fields=["organisation", "id"], name=f"generation_{table}_in_organisation")


def is_digest(table: str, column: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__regex": SHA256}), name=f"generation_{table}_{column}"
    )
