"""What an event would do to what decisions rested on. Call inside `core.tenancy.tenant`; nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from licensing.foresight.events import (
    ConsentEnds,
    ConsentSigned,
    Event,
    HousePackInForce,
    RateChanges,
    StrikeEnds,
    StrikeStarts,
    TimePasses,
)
from licensing.grounds import Became, Grounds, GroundsState, what_became, worst


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundsForeseen:
    """By decision: the grounds without the event, and with it."""

    before: dict[UUID, Grounds]
    after: dict[UUID, Grounds]


def takes_back_nothing(event: Event) -> bool:
    """Whether the event leaves the grounds of every decision as they are: rules and figures give and take none."""
    return isinstance(event, HousePackInForce | RateChanges)


def grounds_foreseen(
    decision_ids: Collection[UUID], event: Event, *, at: datetime, now: datetime
) -> GroundsForeseen:
    """What the decisions would rest on at `at`, by the function that says what they rest on today.

    If only time passes, `before` is that of `now`.
    """
    then = what_became(decision_ids, at=at)
    before = what_became(decision_ids, at=now) if isinstance(event, TimePasses) else then
    return GroundsForeseen(before=before.grounds(), after=_with(then, event, at).grounds())


def _with(became: Became, event: Event, at: datetime) -> Became:
    match event:
        case ConsentEnds(consent_id):
            return _consent(became, consent_id, Grounds(GroundsState.CONSENT_WITHDRAWN, at))
        case ConsentSigned() if event.supersedes is not None:
            return _consent(became, event.supersedes, Grounds(GroundsState.CONSENT_REPLACED, at))
        case StrikeStarts(agreement):
            began = Grounds(GroundsState.SUSPENDED, at)
            return replace(became, strikes={agreement.value: began} | dict(became.strikes))
        case StrikeEnds(agreement):
            lasting = {code: one for code, one in became.strikes.items() if code != agreement}
            return replace(became, strikes=lasting)
        case _:
            return became


def _consent(became: Became, consent_id: UUID, then: Grounds) -> Became:
    was = became.consents.get(consent_id)
    told = then if was is None else worst([was, then])
    return replace(became, consents={**became.consents, consent_id: told})
