"""What would happen if: takes beside their questions, the questions weighed with the event, the answer put together.

Everything is read in one transaction and nothing is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.values import Actor
from audit.queries import log_summary
from core import clock
from core.tenancy import tenant
from generation.errors import WhatIfTooLarge, WhatIfUnfit
from generation.foresight.delivered import deliveries_changed
from generation.foresight.descended import descent_of
from generation.foresight.hanging import (
    RUNNING,
    UNMADE,
    WEIGHED,
    Hanging,
    HangingTake,
    hanging,
    render_seconds,
    takes_of,
)
from generation.foresight.values import (
    ActLine,
    Answer,
    Costs,
    DeliveryLine,
    FlippedTake,
    LeastRepair,
    Pulled,
    RepairStep,
    RuleLine,
    ShotLine,
    Tally,
    WhatIf,
)
from generation.graph.naming import Reader
from generation.values import TakeState
from licensing.doors import SEES_EVERYBODY
from licensing.foresight.covering import steps
from licensing.foresight.events import RateChanges
from licensing.foresight.foreseeing import Foreseen, Foresight, foresee
from licensing.foresight.money import not_arising, recomputed, standing_of
from licensing.foresight.questions import questions_of
from licensing.foresight.repair import Act, Paper, Repair, repair_of
from licensing.foresight.wording import Wording
from licensing.owed_queries import hidden_performers
from productions.queries import ShotCard, shot_cards

MOST_QUESTIONS = 20_000
"""Different questions one answer weighs; at a thousand a second more would hold up whoever asks."""

_LISTED = 200


@dataclass(frozen=True, slots=True)
class _Found:
    hanging: tuple[Hanging, ...]
    foresight: Foresight
    by_key: Mapping[str, Foreseen]


def what_if(asked: WhatIf, *, actor: Actor, listed: int = _LISTED) -> Answer:
    """What an event would do to takes and to what is owed, by what is on record now.

    Raises:
        WhatIfUnfit: the event cannot happen, or names nothing of this organisation.
        WhatIfTooLarge: more different questions than one answer weighs; ask of one production.
    """
    log = log_summary(actor.organisation_id)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        now = clock.now()
        at = _moment(asked, now)
        words = Wording(actor)
        said = words.of_event(asked.event, at)
        found = _found(asked, at=at, now=now)
        repair = repair_of(found.foresight)
        shots = shot_cards({one.shot_id for one in found.hanging if _flip(found, one)})
        flips = _flips(found, TakeState.SIGNED.value, stops=True)
        pulled_keys = sorted({one.key for one in flips})
        delivered = deliveries_changed(asked.event, production_id=asked.production_id, at=at, now=now)
        hidden = hidden_performers(actor)
        standing = standing_of(pulled_keys, hidden=hidden)
        return Answer(
            asked=asked,
            words=said,
            at=at,
            computed_at=now,
            log_origin=log.origin,
            log_size=log.size,
            takes=sum(one.takes for one in found.hanging),
            questions=len({one.key for one in found.hanging}),
            weighed=len(found.foresight.answers),
            unreadable=_takes(found, set(found.foresight.unreadable)),
            stood_not=_takes(
                found,
                {key for key, one in found.by_key.items() if not one.before.permitted and not one.opens},
            ),
            stops=_tally(one for one in found.hanging if _flip(found, one) == "stops"),
            opens=_tally(one for one in found.hanging if _flip(found, one) == "opens"),
            shots=_shot_lines(found, shots),
            rules=_rule_lines(found, words),
            pulled=_pulled(flips, found, delivered),
            descent=descent_of(
                asked.event,
                organisation_id=actor.organisation_id,
                production_id=asked.production_id,
                reader=Reader(everybody=actor.is_one_of(*SEES_EVERYBODY)),
                stops=lambda take: _flip(found, take) == "stops",
                changed={one.id for one in delivered},
            ),
            repair=_least(found, repair, words),
            costs=Costs(
                render_seconds=render_seconds(pulled_keys) if pulled_keys else 0.0,
                standing=standing,
                not_arising=not_arising(
                    found.foresight,
                    unmade={one.key for one in found.hanging if one.state in UNMADE},
                    standing=standing,
                ),
                recomputed=recomputed(asked.event, hidden=hidden)
                if isinstance(asked.event, RateChanges)
                else (),
            ),
            listed=tuple(_flipped(found, shots, words, most=listed)),
        )


def every_flip(asked: WhatIf, *, actor: Actor) -> tuple[Answer, tuple[FlippedTake, ...]]:
    """The answer, and all takes it is about. Raises as `what_if`."""
    answer = what_if(asked, actor=actor, listed=_EVERY)
    return answer, answer.listed


_EVERY = 1_000_000


def _moment(asked: WhatIf, now: datetime) -> datetime:
    if asked.at is None:
        return now
    if asked.at < now:
        raise WhatIfUnfit("at", "lies in the past; what was, the log tells")
    return asked.at


def _found(asked: WhatIf, *, at: datetime, now: datetime) -> _Found:
    rows = hanging(asked.production_id)
    samples = {row.key: row.decision_id for row in rows}
    if len(samples) > MOST_QUESTIONS and not isinstance(asked.event, RateChanges):
        raise WhatIfTooLarge(questions=len(samples), most=MOST_QUESTIONS)
    ids = () if isinstance(asked.event, RateChanges) else tuple(samples.values())
    foresight = foresee(tuple(questions_of(ids)), asked.event, at=at, now=now)
    return _Found(rows, foresight, {one.question.key: one for one in foresight.answers})


def _flip(found: _Found, row: Hanging | HangingTake) -> str | None:
    """Whether the event stops or opens these takes. What waits for a person's word stops by nothing new."""
    one = found.by_key.get(row.key)
    if one is None:
        return None
    waits = row.state == TakeState.AWAITING_REVIEW
    if one.stops and not waits:
        return "stops"
    return "opens" if one.opens and (waits or row.state == TakeState.SIGNED) else None


def _flips(found: _Found, state: str, *, stops: bool) -> list[Hanging]:
    kind = "stops" if stops else "opens"
    return [one for one in found.hanging if one.state == state and _flip(found, one) == kind]


def _takes(found: _Found, keys: Collection[str]) -> int:
    return sum(one.takes for one in found.hanging if one.key in keys)


def _tally(rows: Iterable[Hanging]) -> Tally:
    counted: Counter[str] = Counter()
    for row in rows:
        counted["running" if row.state in RUNNING else row.state] += row.takes
    return Tally(**counted)


def _shot_lines(found: _Found, shots: Mapping[UUID, ShotCard]) -> tuple[ShotLine, ...]:
    of_shot: dict[UUID, list[Hanging]] = {}
    for row in found.hanging:
        if row.shot_id in shots:
            of_shot.setdefault(row.shot_id, []).append(row)
    lines = []
    for shot_id, rows in of_shot.items():
        card = shots[shot_id]
        lines.append(
            ShotLine(
                shot_id=shot_id,
                code=card.code,
                production_id=card.production_id,
                production=card.production_title,
                stops=_tally(one for one in rows if _flip(found, one) == "stops"),
                opens=_tally(one for one in rows if _flip(found, one) == "opens"),
                stays=sum(one.takes for one in rows if _flip(found, one) is None),
            )
        )
    return tuple(
        sorted(lines, key=lambda one: (-one.stops.total - one.opens.total, one.production, one.code))
    )


def _rule_lines(found: _Found, words: Wording) -> tuple[RuleLine, ...]:
    takes: Counter[tuple[str, str]] = Counter()
    for row in found.hanging:
        if _flip(found, row) == "stops":
            one = found.by_key[row.key]
            new = set(one.new_reasons)
            for reason in {(r.rule_id, r.cure) for r in one.after.against if r.rule_id in new}:
                takes[reason] += row.takes
    lines = (RuleLine(rule, words.readable(cure), number) for (rule, cure), number in takes.items())
    return tuple(sorted(lines, key=lambda line: (-line.takes, line.rule_id, line.cure)))


def _pulled(flips: Collection[Hanging], found: _Found, deliveries: tuple[DeliveryLine, ...]) -> Pulled:
    orders = [found.by_key[key].question.order for key in {one.key for one in flips}]
    return Pulled(
        takes=sum(one.takes for one in flips),
        media=tuple(sorted({medium for order in orders for medium in order.media})),
        territories=tuple(sorted({place for order in orders for place in order.territories})),
        deliveries=deliveries,
    )


def _least(found: _Found, repair: Repair, words: Wording) -> LeastRepair:
    weights: Counter[str] = Counter()
    for row in found.hanging:
        if _flip(found, row) == "stops":
            weights[row.key] += row.takes
    needs = {key: acts for key, acts in repair.needs.items() if weights[key]}
    # By act, so many takes need it.
    needed: Counter[Act] = Counter()
    for key, taken in needs.items():
        needed.update(dict.fromkeys(taken, weights[key]))
    acts = sorted(needed, key=lambda act: (not isinstance(act, Paper), str(act)))
    places = {act: number for number, act in enumerate(acts)}
    lines = tuple(
        ActLine(
            words.of_act(act, repair.papers),
            repair.papers[act].terms if isinstance(act, Paper) else None,
            needed[act],
            isinstance(act, Paper),
        )
        for act in acts
    )
    told = steps(needs, weights)
    return LeastRepair(
        of=sum(weights.values()),
        acts=lines,
        steps=tuple(
            RepairStep(tuple(sorted(places[act] for act in one.acts)), one.repaired, one.is_exact)
            for one in told
        ),
    )


def _flipped(
    found: _Found, shots: Mapping[UUID, ShotCard], words: Wording, *, most: int
) -> Iterator[FlippedTake]:
    keys = {row.key for row in found.hanging if _flip(found, row)}
    if not keys or not most:
        return
    for take in takes_of(keys, states=WEIGHED, most=most):
        if not _flip(found, take):
            continue
        one, card = found.by_key[take.key], shots[take.shot_id]
        yield FlippedTake(
            id=take.id,
            number=take.number,
            state=take.state,
            shot_id=take.shot_id,
            shot=card.code,
            production=card.production_title,
            before=one.before.outcome.value,
            after=one.after.outcome.value,
            rules=one.new_reasons if one.stops else tuple(r.rule_id for r in one.before.against),
            why=words.why(one),
        )
