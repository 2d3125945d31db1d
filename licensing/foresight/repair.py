"""What would let the stopped go on: consents to be signed, tried on the rules themselves, and cures the rules name.

Pure. It says what the rules would then answer. Whether a performer signs is for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.foresight.events import ConsentEnds, ConsentSigned, TimePasses
from licensing.foresight.foreseeing import Foreseen, Foresight
from licensing.foresight.records import Records, after
from licensing.foresight.weighing import Scale
from licensing.gathering import FiledConsent
from licensing.values import UseOrder

# What a question asks for, and where terms grant it.
_ASKED: Mapping[str, Callable[[UseOrder], Iterable[str]]] = {
    "uses": lambda order: (order.use,),
    "purposes": lambda order: (order.purpose,),
    "media": lambda order: order.media,
    "territories": lambda order: order.territories,
    "languages": lambda order: order.languages,
    "scenes": lambda order: order.scenes,
    "sensitive": lambda order: order.sensitive or (),
}
# Signed a moment after the end, for a later signature alone renews consent, and tried a moment after that.
_A_YEAR = timedelta(days=365)
_SIGNED_LATER, _TRIED_LATER = timedelta(seconds=1), timedelta(seconds=2)


@dataclass(frozen=True, slots=True, order=True)
class Paper:
    """A consent to be signed: one performer, one production, one kind of replica."""

    production_id: UUID
    performer_id: UUID
    replica_type: str


@dataclass(frozen=True, slots=True, order=True)
class RuleCure:
    """What a rule itself names as its cure."""

    rule_id: str
    cure: str


Act = Paper | RuleCure


@dataclass(frozen=True, slots=True)
class Repair:
    """`needs`: by key of a question, the acts it takes. `papers`: what each consent would have to say.

    A question whose papers were tried and let it pass stands in `tried`; of the cures that rules name nobody can try
    whether they will do.
    """

    needs: Mapping[str, frozenset[Act]]
    papers: Mapping[Paper, ConsentSigned]
    tried: frozenset[str]


def repair_of(foresight: Foresight) -> Repair:
    """What it takes to repair each question that the event stops."""
    stopped = [one for one in foresight.answers if one.stops]
    papers = _papers(foresight, stopped)
    scales, everything = _Scales(foresight, papers), frozenset(papers)
    needs: dict[str, frozenset[Act]] = {}
    tried = set()
    for one in stopped:
        mine = tuple(paper for paper in _paper_keys(foresight, one) if paper in papers)
        if mine and scales.passes(one, everything):
            least = mine
            for paper in mine if len(mine) > 1 else ():
                without = tuple(other for other in least if other != paper)
                if without and scales.passes(one, frozenset(without)):
                    least = without
            needs[one.question.key] = frozenset(least)
            tried.add(one.question.key)
        else:
            needs[one.question.key] = frozenset(_cures(one))
    return Repair(needs, papers, frozenset(tried))


def _cures(one: Foreseen) -> Iterable[RuleCure]:
    new = set(one.new_reasons)
    return (RuleCure(reason.rule_id, reason.cure) for reason in one.after.against if reason.rule_id in new)


def _paper_keys(foresight: Foresight, one: Foreseen) -> Iterable[Paper]:
    """The consents that might be missing: of whom the event concerns, for what they are cast as."""
    match foresight.event:
        case ConsentEnds(consent_id):
            ended = foresight.records.consent(consent_id)
            concerned = frozenset() if ended is None else frozenset({UUID(ended.performer_id)})
        case TimePasses():
            concerned = one.question.people
        case _:
            return
    order = one.question.order
    for member in order.cast:
        if member.performer_id in concerned:
            yield Paper(order.production_id, member.performer_id, member.replica_type)


def _papers(foresight: Foresight, stopped: Iterable[Foreseen]) -> dict[Paper, ConsentSigned]:
    """One consent for each performer, production and kind of replica, as wide as everything stopped asks together."""
    asked: dict[Paper, dict[str, set[str]]] = {}
    for one in stopped:
        for paper in _paper_keys(foresight, one):
            wanted = asked.setdefault(paper, {name: set() for name in _ASKED})
            for name, read in _ASKED.items():
                wanted[name].update(read(one.question.order))
    found = {}
    for paper, wanted in asked.items():
        former = _former(foresight.records, paper)
        if former is not None:
            found[paper] = ConsentSigned(
                production_id=paper.production_id,
                performer_id=paper.performer_id,
                replica_type=paper.replica_type,
                terms=_widened(former.terms, wanted, foresight.at),
                supersedes=None,
            )
    return found


def _former(records: Records, paper: Paper) -> FiledConsent | None:
    """The record whose words a new one would take over: the latest of the same."""
    same = [
        one
        for one in records.consents.get(paper.performer_id, ())
        if (one.production_id, one.replica_type) == (str(paper.production_id), paper.replica_type)
    ]
    return max(same, key=lambda one: (one.recorded_at, one.id), default=None)


def _widened(terms: Mapping[str, Any], wanted: Mapping[str, set[str]], at: datetime) -> dict[str, Canonical]:
    intended = dict(terms.get("intended_use") or {})
    for name, values in wanted.items():
        held = intended.get(name)
        if values and held is not None and "*" not in held:
            intended[name] = sorted({*held, *values})
    return {
        **terms,
        "intended_use": intended,
        "separately_signed_at": rfc3339(at + _SIGNED_LATER),
        "valid_from": at.astimezone(UTC).date().isoformat(),
        "valid_until": _until(terms.get("valid_until"), at),
    }


def _until(former: object, at: datetime) -> str:
    """The last day of the former record, or a year on where that is over or was never said."""
    year_on = (at.astimezone(UTC) + _A_YEAR).date().isoformat()
    return former if isinstance(former, str) and former > at.astimezone(UTC).date().isoformat() else year_on


class _Scales:
    """Scales with papers signed, one for each set of them."""

    def __init__(self, foresight: Foresight, papers: Mapping[Paper, ConsentSigned]) -> None:
        self._foresight, self._papers = foresight, papers
        self._scales: dict[frozenset[Paper], Scale] = {}

    def passes(self, one: Foreseen, signed: frozenset[Paper]) -> bool:
        scale = self._scales.get(signed)
        if scale is None:
            records = self._foresight.records
            for paper in sorted(signed):
                records = after(records, self._papers[paper], self._foresight.at)
            scale = self._scales[signed] = replace(
                self._foresight.after, records=records, at=self._foresight.at + _TRIED_LATER
            )
        return scale.weigh(one.question).permitted
