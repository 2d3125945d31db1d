"""A sequence as a board: its shots in order, each with the take that stands for it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.authorship.queries import verdicts
from generation.looking_at import with_what_may_be_seen
from generation.models import Take
from generation.queries import TakeCard, take_card
from productions.queries import SequenceCard, ShotCard, production_card, sequence_card

_SELECTED, _REJECTED = "take_selected", "take_rejected"


@dataclass(frozen=True, slots=True)
class Panel:
    """One shot. `take`: the one that was selected, else the newest that nobody rejected; None where there is none."""

    shot: ShotCard
    take: TakeCard | None
    is_selected: bool


@dataclass(frozen=True, slots=True)
class Storyboard:
    sequence: SequenceCard
    production_title: str
    panels: tuple[Panel, ...]

    @property
    def duration_s(self) -> float:
        """Of the takes that stand for their shots."""
        return sum(one.take.duration_s for one in self.panels if one.take is not None)


def storyboard(sequence_id: UUID, *, actor: Actor) -> Storyboard:
    """The board of a sequence, with those takes marked whose pictures the actor may not look at.

    Raises:
        productions.errors.NoSuchSequence: none of the actor's organisation has the id.
    """
    organisation_id = actor.organisation_id
    sequence = sequence_card(organisation_id, sequence_id)
    shots = [shot.id for shot in sequence.shots]
    judged = {one: card.kind for one, card in verdicts(organisation_id, shots).items()}
    with tenant(organisation_id):
        rows = list(Take.objects.filter(shot_id__in=shots).order_by("number").values_list("id", "shot_id"))
    stands: dict[UUID, UUID] = {}
    for take_id, shot_id in rows:
        if judged.get(take_id) != _REJECTED and judged.get(stands.get(shot_id, shot_id)) != _SELECTED:
            stands[shot_id] = take_id
    cards = with_what_may_be_seen(
        (take_card(organisation_id, take_id) for take_id in stands.values()), actor=actor
    )
    by_shot = {card.shot_id: card for card in cards}
    return Storyboard(
        sequence=sequence,
        production_title=production_card(organisation_id, sequence.production_id).title,
        panels=tuple(
            Panel(shot, by_shot.get(shot.id), judged.get(stands.get(shot.id, shot.id)) == _SELECTED)
            for shot in sequence.shots
        ),
    )
