"""Columns that several tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models

from core.ids import new_id


def key() -> models.UUIDField[UUID, UUID]:
    return models.UUIDField(primary_key=True, default=new_id, editable=False)


def word(words: type[StrEnum], *, unknown: bool = False) -> models.CharField[Any, Any]:
    """A word of a closed list; `unknown` lets it be null, which no rule takes for an answer."""
    choices = [(one.value, one.value.replace("_", " ")) for one in words]
    return models.CharField(max_length=40, choices=choices, null=unknown, blank=unknown)


def known(table: str, column: str, words: type[StrEnum]) -> models.CheckConstraint:
    condition = models.Q(**{f"{column}__in": [one.value for one in words]})
    return models.CheckConstraint(condition=condition, name=f"licensing_{table}_{column}_known")


def of_one_organisation(table: str) -> models.UniqueConstraint:
    """What the composite foreign keys of other tables point at, so that no row hangs under a stranger's."""
    return models.UniqueConstraint(fields=["organisation", "id"], name=f"licensing_{table}_in_organisation")


def digest() -> models.CharField[str, str]:
    return models.CharField(max_length=64)
