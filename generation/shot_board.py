"""A production's shots, each beside its takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from core.tenancy import tenant
from generation.authorship.queries import verdicts
from generation.models import Take
from productions.queries import ProductionPage, production_page


@dataclass(frozen=True, slots=True)
class TakeLine:
    """`verdict` None: nobody has selected or rejected the take."""

    id: UUID
    number: int
    state: str
    verdict: str | None


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
    judged = verdicts(organisation_id, [shot.id for one in page.sequences for shot in one.shots])
    takes: dict[UUID, list[TakeLine]] = defaultdict(list)
    with tenant(organisation_id):
        rows = Take.objects.filter(shot__sequence__production_id=production_id).order_by("-number")
        for row in rows.only("id", "number", "state", "shot_id"):
            verdict = judged[row.id].kind if row.id in judged else None
            takes[row.shot_id].append(TakeLine(row.id, row.number, row.state, verdict))
    return ShotBoard(page=page, takes={shot_id: tuple(lines) for shot_id, lines in takes.items()})
