"""What pages, the API and reports read of people's part in a work."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from core.tenancy import tenant
from generation.authorship.cards import ContributionCard, CutCard, contribution_card_of, cut_card_of
from generation.authorship.reading import contribution_rows, latest_editions, standing
from generation.authorship.values import VERDICTS
from generation.models import CutEdition
from productions.queries import SequenceCard, production_page, sequence_card


def contributions(organisation_id: UUID, production_id: UUID) -> tuple[ContributionCard, ...]:
    """Every act on a production in the order they happened.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    production_page(organisation_id, production_id)
    with tenant(organisation_id):
        rows = contribution_rows().filter(production_id=production_id).order_by("at", "id")
        return tuple(contribution_card_of(row) for row in rows)


def verdicts(organisation_id: UUID, shot_ids: Iterable[UUID]) -> dict[UUID, ContributionCard]:
    """By take the verdict that counts; takes nobody has judged are not in it."""
    with tenant(organisation_id):
        rows = standing().filter(shot_id__in=list(shot_ids), kind__in=VERDICTS)
        return {row.take_id: contribution_card_of(row) for row in rows if row.take_id}


def cut_card(organisation_id: UUID, sequence_id: UUID) -> CutCard:
    """The order of a sequence that counts.

    Raises:
        productions.errors.NoSuchSequence: none of this organisation has the id.
    """
    sequence = sequence_card(organisation_id, sequence_id)
    return _cuts(organisation_id, [sequence])[0]


def cuts_of(organisation_id: UUID, production_id: UUID) -> tuple[CutCard, ...]:
    """The order of every sequence of a production, also of those nobody has cut.

    Raises:
        productions.errors.NoSuchProduction: none of this organisation has the id.
    """
    return _cuts(organisation_id, production_page(organisation_id, production_id).sequences)


def cut_edition(organisation_id: UUID, sequence_id: UUID, number: int) -> CutCard | None:
    """An order that was saved before; None where there is none of this number."""
    sequence_card(organisation_id, sequence_id)
    with tenant(organisation_id):
        row = (
            CutEdition.objects.filter(sequence_id=sequence_id, number=number)
            .select_related("contribution__by")
            .first()
        )
        return cut_card_of(sequence_id, row, {}) if row else None


def _cuts(organisation_id: UUID, sequences: Iterable[SequenceCard]) -> tuple[CutCard, ...]:
    sequences = tuple(sequences)
    judged = verdicts(organisation_id, [shot.id for one in sequences for shot in one.shots])
    with tenant(organisation_id):
        editions = latest_editions(one.id for one in sequences)
        return tuple(cut_card_of(one.id, editions.get(one.id), judged) for one in sequences)
