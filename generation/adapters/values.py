"""Adapters as somebody asks for them, and as they are shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

MOST_ADAPTERS = 4
LARGEST_SCALE = Decimal(2)


@dataclass(frozen=True, slots=True)
class AdapterChoice:
    """An adapter in custody, and how strongly it is laid over the model: 1 as it was trained."""

    asset_id: UUID
    scale: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class AdapterCard:
    """An adapter that a take was asked for with. Nobody's name: what it depicts is read in custody."""

    asset_id: UUID
    position: int
    scale: Decimal
    weights_sha256: str

    @property
    def title(self) -> str:
        return f"Adapter {self.position}"
