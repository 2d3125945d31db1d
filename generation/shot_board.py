"""A production's shots, each beside its takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core.tenancy import tenant
from generation.models import Take
from productions.queries import ProductionPage, production_page


@dataclass(frozen=True, slots=True)
class TakeLine:
    id: UUID
    number: int
    state: str


@dataclass(frozen=True, slots=True)
class ShotBoard:
    """`takes` by shot, the newest first; a shot without takes is not in it."""

    page: ProductionPage
    takes: Mapping[UUID, tuple[TakeLine, ...]]


def shot_board(organisation_id: UUID, production_id: UUID) -> ShotBoard:
    """One production with all takes of its shots.

    Raises:
        NoSuchProduction: none of this organisation has the id.
    """
    page = production_page(organisation_id, production_id)
    takes: dict[UUID, list[TakeLine]] = defaultdict(list)
    with tenant(organisation_id):
        rows = Take.objects.filter(shot__sequence__production_id=production_id).order_by("-number")
        for row in rows.only("id", "number", "state", "shot_id"):
            takes[row.shot_id].append(TakeLine(id=row.id, number=row.number, state=row.state))
    return ShotBoard(page=page, takes={shot_id: tuple(lines) for shot_id, lines in takes.items()})
