"""Signed takes of one sequence, and what people did with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.values import Actor, Role
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant
from generation.authorship.cards import ContributionCard, CutCard
from generation.authorship.recording import record_request
from generation.authorship.values import (
    ContributionKind,
    Cut,
    CutItem,
    RejectionReason,
    StatedContribution,
    Verdict,
)
from generation.models import Take
from generation.operations.contributions import judge_take, record_contribution
from generation.operations.cuts import arrange_cut
from generation.values import TakeState
from productions.queries import ProductionCard, SequenceCard, ShotCard
from tests.factories.accounts import a_member
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.provenance import take_statement
from tests.factories.signed_takes import sign_take
from tests.factories.takes import a_take


@dataclass(frozen=True, slots=True)
class Film:
    """A producer's film with one sequence of two shots, and a signed take of each; 17 frames at 8 a second."""

    producer: Actor
    production: ProductionCard
    sequence: SequenceCard
    first: ShotCard
    second: ShotCard
    take: Take
    other: Take

    @property
    def organisation_id(self) -> UUID:
        return self.producer.organisation_id


def a_film(folder: Path) -> Film:
    producer = a_member(Role.PRODUCER)
    production = a_production(producer)
    sequence = a_sequence(producer, production)
    first, second = (a_shot(producer, sequence, code=code) for code in ("A010", "A020"))
    return Film(
        producer=producer,
        production=production,
        sequence=sequence,
        first=first,
        second=second,
        take=a_signed_take(producer, first, folder),
        other=a_signed_take(producer, second, folder, prompt="a blue box"),
    )


def a_signed_take(actor: Actor, shot: ShotCard, folder: Path, *, number: int = 1, **columns: Any) -> Take:  # noqa: ANN401 - any column
    """A take of `shot` with a signed file, whose prompt the actor wrote."""
    take_id = new_id()
    signed = sign_take(
        actor.organisation_id, folder, statement=take_statement(take_id=take_id, title=shot.code)
    )
    take = a_take(
        actor,
        id=take_id,
        shot_id=shot.id,
        number=number,
        state=TakeState.SIGNED,
        asset_id=signed.asset_id,
        video_key=signed.key,
        finished_at=now(),
        **columns,
    )
    with tenant(actor.organisation_id, user_id=actor.user_id):
        record_request(
            take, production_id=shot.production_id, seed_chosen=True, actor=actor, at=take.requested_at
        )
    return take


def selected(actor: Actor, take: Take) -> ContributionCard:
    return judge_take(take.id, Verdict(selected=True), actor=actor)


def rejected(
    actor: Actor, take: Take, reason: RejectionReason = RejectionReason.MOTION, note: str = ""
) -> ContributionCard:
    return judge_take(take.id, Verdict(selected=False, reason=reason, note=note), actor=actor)


def an_element(actor: Actor, shot: ShotCard, **fields: Any) -> ContributionCard:  # noqa: ANN401 - any field
    """A matte painting of 40 frames at the rate of the tiny model, declared as made without AI."""
    facts: dict[str, Any] = {
        "kind": ContributionKind.ELEMENT_MADE,
        "production_id": shot.production_id,
        "title": "Matte painting of the harbour",
        "num_frames": 40,
        "fps": 8,
        "without_ai": True,
    }
    return record_contribution(StatedContribution(**{**facts, **fields}), actor=actor)


def of_take(take: Take, first: int = 0, end: int | None = None) -> CutItem:
    return CutItem(take_id=take.id, first_frame=first, end_frame=take.num_frames if end is None else end)


def of_element(card: ContributionCard, first: int = 0, end: int = 40) -> CutItem:
    return CutItem(element_id=card.id, first_frame=first, end_frame=end)


def a_cut(
    actor: Actor,
    sequence: SequenceCard,
    *items: CutItem,
    based_on: int = 0,
    **fields: Any,  # noqa: ANN401 - any field
) -> CutCard:
    return arrange_cut(sequence.id, Cut(items=items, **fields), based_on=based_on, actor=actor)


def everything_done(actor: Actor, take: Take) -> dict[str, str]:
    """A choice and a cut of `take`, in its own sequence; an argument for every address."""
    with tenant(actor.organisation_id):
        sequence_id = Take.objects.values_list("shot__sequence_id", flat=True).get(id=take.id)
    act = selected(actor, take)
    arrange_cut(sequence_id, Cut(items=(of_take(take),)), based_on=0, actor=actor)
    return {"contribution_id": str(act.id)}
