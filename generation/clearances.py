"""Which models a production may use, as legal said. Call `cleared` inside `core.tenancy.tenant`."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from core.tenancy import tenant
from generation.models import ModelClearance, ModelRelease

LINES = {
    "licence": "licence",
    "data_statement": "what it was trained on",
    "on_file": "the vendor's papers",
    "terms_changed": "whether its terms have changed",
    "talent_enhancement": "whether it was trained to enhance talent",
    "unowned_training_data": "whether it was trained on material that is not owned or licensed",
    "trained_for_project": "whether it was trained for a project",
}
"""What has to be stated of a model before legal can clear it: the field, and how it is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearanceCard:
    """What legal said, and when. `production` empty: for every one."""

    id: UUID
    production_id: UUID | None
    production: str
    is_cleared: bool
    reason: str
    said_at: datetime
    said_by: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a production may use a model. `last`: what that rests on; None where legal never said anything."""

    is_cleared: bool
    last: ModelClearance | None


def lacking(row: ModelRelease) -> tuple[str, ...]:
    """The fields of `LINES` that nobody has stated."""
    # An empty text is "not recorded", but of the project, where it says that it is known to be none.
    return tuple(
        name
        for name in LINES
        if getattr(row, name) is None or (name in ("licence", "data_statement") and not getattr(row, name))
    )


def standing(model_id: UUID, production_id: UUID) -> Standing:
    """Whether a production may use a model now. Call inside `core.tenancy.tenant`."""
    rows = ModelClearance.objects.filter(model_id=model_id)
    last: ModelClearance | None = (
        rows.filter(production_id=production_id).first() or rows.filter(production_id__isnull=True).first()
    )
    return Standing(last is not None and last.is_cleared, last)


def cleared(models: Collection[UUID], production_id: UUID) -> frozenset[UUID]:
    """Those of `models` that a production may use now. Call inside `core.tenancy.tenant`."""
    rows = ModelClearance.objects.filter(
        Q(production_id=production_id) | Q(production_id__isnull=True), model_id__in=models
    )
    said: dict[UUID, ModelClearance] = {}
    # The latest first; what is said of the production itself stands above.
    for row in sorted(rows, key=lambda one: one.production_id is None):
        said.setdefault(row.model_id, row)
    return frozenset(model for model, row in said.items() if row.is_cleared)


def clearances_of(organisation_id: UUID, model_id: UUID) -> tuple[ClearanceCard, ...]:
    """All that legal said of a model, the latest first."""
    with tenant(organisation_id):
        rows = list(ModelClearance.objects.filter(model_id=model_id).select_related("production", "said_by"))
    return tuple(_cards(rows))


def _cards(rows: list[ModelClearance]) -> Iterator[ClearanceCard]:
    seen: set[UUID | None] = set()
    for row in rows:
        yield ClearanceCard(
            id=row.id,
            production_id=row.production_id,
            production=str(row.production.title) if row.production else "",
            is_cleared=row.is_cleared,
            reason=row.reason,
            said_at=row.said_at,
            said_by=str(row.said_by) if row.said_by else "",
            counts=row.production_id not in seen,
        )
        seen.add(row.production_id)
