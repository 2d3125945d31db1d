"""What one page shows of people's part in a work, read in one go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from core.tenancy import tenant
from generation.authorship.cards import ContributionCard, CutCard, contribution_card_of
from generation.authorship.provenance import HumanProvenance, human_provenance, human_provenance_of_cut
from generation.authorship.queries import contributions, cut_card, verdicts
from generation.authorship.reading import contribution_rows, standing
from generation.authorship.values import ContributionKind
from generation.models import Take
from generation.values import TakeState
from productions.queries import (
    ProductionPage,
    SequenceCard,
    production_card,
    production_page,
    sequence_card,
)


@dataclass(frozen=True, slots=True)
class PlaceableTake:
    id: UUID
    shot_code: str
    number: int
    num_frames: int
    fps: int
    verdict: str | None


@dataclass(frozen=True, slots=True)
class PlaceableElement:
    id: UUID
    title: str
    num_frames: int
    fps: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """One order that was saved."""

    number: int
    act: ContributionCard


@dataclass(frozen=True, slots=True, kw_only=True)
class CutPage:
    sequence: SequenceCard
    production_title: str
    cut: CutCard
    takes: tuple[PlaceableTake, ...]
    elements: tuple[PlaceableElement, ...]
    editions: tuple[EditionLine, ...]
    provenance: HumanProvenance


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorshipPage:
    """Who did what in a production: every act, the latest first, with those that no longer count."""

    page: ProductionPage
    acts: tuple[ContributionCard, ...]
    provenance: HumanProvenance


def authorship_page(organisation_id: UUID, production_id: UUID) -> AuthorshipPage:
    """Who did what in a production.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    return AuthorshipPage(
        page=production_page(organisation_id, production_id),
        acts=tuple(reversed(contributions(organisation_id, production_id))),
        provenance=human_provenance(organisation_id, production_id),
    )


def cut_page(organisation_id: UUID, sequence_id: UUID) -> CutPage:
    """A sequence with its order, what can be placed in it and every order before.

    Raises:
        productions.errors.NoSuchSequence: none of this organisation has the id.
    """
    sequence = sequence_card(organisation_id, sequence_id)
    judged = verdicts(organisation_id, [shot.id for shot in sequence.shots])
    with tenant(organisation_id):
        takes = Take.objects.filter(shot__sequence_id=sequence_id, state=TakeState.SIGNED)
        placeable = tuple(
            PlaceableTake(
                id=row.id,
                shot_code=row.shot.code,
                number=row.number,
                num_frames=row.num_frames,
                fps=row.fps,
                verdict=judged[row.id].kind if row.id in judged else None,
            )
            for row in takes.select_related("shot").order_by("shot__order", "shot__code", "number")
        )
        made = standing().filter(production_id=sequence.production_id, kind=ContributionKind.ELEMENT_MADE)
        elements = tuple(
            PlaceableElement(row.id, row.content["title"], row.content["num_frames"], row.content["fps"])
            for row in made
            if row.content["num_frames"] is not None
        )
        acts = contribution_rows().filter(cut_edition__sequence_id=sequence_id)
        editions = tuple(
            EditionLine(number=row.content["cut"]["number"], act=contribution_card_of(row))
            for row in acts.order_by("-cut_edition__number")
        )
    return CutPage(
        sequence=sequence,
        production_title=production_card(organisation_id, sequence.production_id).title,
        cut=cut_card(organisation_id, sequence_id),
        takes=placeable,
        elements=elements,
        editions=editions,
        provenance=human_provenance_of_cut(organisation_id, sequence_id),
    )
