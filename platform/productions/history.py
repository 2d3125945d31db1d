"""What a production said before, and since when it says what it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from core.tenancy import tenant
from productions.errors import NoSuchProduction
from productions.models import Production, ProductionChange
from productions.values import Fact


@dataclass(frozen=True, slots=True)
class ProductionChangeCard:
    """One fact that became another one; `recorded_by` is the name of whoever corrected it."""

    statement_id: UUID
    field: str
    before: Fact
    after: Fact
    reason: str
    because: str
    true_since: date | None
    document_sha256: str
    recorded_at: datetime
    recorded_by: str


def production_changes(organisation_id: UUID, production_id: UUID) -> tuple[ProductionChangeCard, ...]:
    """What was corrected of a production, the latest first.

    Raises:
        NoSuchProduction: none of this organisation has the id.
    """
    with tenant(organisation_id):
        if not Production.objects.filter(id=production_id).exists():
            raise NoSuchProduction("There is no such production here.")
        rows = ProductionChange.objects.filter(production_id=production_id).select_related("recorded_by")
        return tuple(
            ProductionChangeCard(
                statement_id=row.statement_id,
                field=row.field,
                before=_value(row.field, row.before),
                after=_value(row.field, row.after),
                reason=row.reason,
                because=row.because,
                true_since=row.true_since,
                document_sha256=row.document_sha256,
                recorded_at=row.recorded_at,
                recorded_by=row.recorded_by.full_name or row.recorded_by.email,
            )
            for row in rows
        )


def _value(field: str, value: Fact) -> Fact:
    return date.fromisoformat(value) if field.endswith("_start") and isinstance(value, str) else value
