"""The answer as its page shows it: with a picture, and with names and amounts in words."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from generation.foresight.answering import what_if
from generation.foresight.picture import Picture, picture_of
from generation.foresight.values import ActLine, Answer, WhatIf
from licensing.doors import SEES_EVERYBODY
from licensing.foresight.money import Recomputed, Standing
from licensing.owed.values import TO_BE_ENTERED, money
from licensing.queries import names_of_people

_MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class OwedLine:
    obligation_id: UUID
    whose: str
    rule_id: str
    owed: str
    paid: str
    missing: str


@dataclass(frozen=True, slots=True)
class RateLine:
    obligation_id: UUID
    whose: str
    rule_id: str
    is_governed: bool
    now: str
    then: str
    missing: str


@dataclass(frozen=True, slots=True)
class ArisingLine:
    whose: str
    rule_id: str


@dataclass(frozen=True, slots=True)
class StepLine:
    acts: tuple[ActLine, ...]
    takes: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """`shots`, `owed` and `rates` are cut where a page would grow without end; the API has all."""

    answer: Answer
    picture: Picture
    steps: tuple[StepLine, ...]
    owed: tuple[OwedLine, ...]
    arising: tuple[ArisingLine, ...]
    rates: tuple[RateLine, ...]


def what_if_page(asked: WhatIf, *, actor: Actor) -> WhatIfPage:
    """Raises as `what_if`."""
    answer = what_if(asked, actor=actor, listed=_MOST_LINES)
    names = names_of_people(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    costs, repair = answer.costs, answer.repair
    return WhatIfPage(
        answer=answer,
        picture=picture_of(answer.shots),
        steps=tuple(
            StepLine(tuple(repair.acts[place] for place in one.acts), one.takes, one.is_exact)
            for one in repair.steps
        ),
        owed=tuple(_owed(one, names) for one in costs.standing[:_MOST_LINES]),
        arising=tuple(ArisingLine(names.get(one.to, one.to), one.rule_id) for one in costs.not_arising),
        rates=tuple(_rate(one, names) for one in costs.recomputed[:_MOST_LINES]),
    )


def _owed(one: Standing, names: dict[str, str]) -> OwedLine:
    return OwedLine(
        one.obligation_id,
        _whose(one.performer_id, names),
        one.rule_id,
        _amount(one.owed_minor, one.currency),
        money(one.paid_minor, one.currency) if one.currency else "nothing",
        "; ".join(one.missing),
    )


def _rate(one: Recomputed, names: dict[str, str]) -> RateLine:
    return RateLine(
        one.obligation_id,
        _whose(one.performer_id, names),
        one.rule_id,
        one.is_governed,
        _amount(one.now_minor, one.currency),
        _amount(one.then_minor, one.currency),
        "; ".join(one.missing),
    )


def _whose(performer_id: UUID | None, names: dict[str, str]) -> str:
    return "the plan" if performer_id is None else names.get(str(performer_id), str(performer_id))


def _amount(minor: int | None, currency: str | None) -> str:
    return TO_BE_ENTERED if minor is None or currency is None else money(minor, currency)
