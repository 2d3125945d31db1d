"""Whether what decisions rested on still holds, and since when not: for what was done on them and lasts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from core import clock
from core.tenancy import tenant
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.models.review import ReviewApproval
from licensing.models.strike import Strike
from licensing.names import ConsentEventKind, ConsentStatus
from licensing.review.words import StoredState
from licensing.signing_off.papers import BASIS_SIGN_OFF
from licensing.signing_off.queries import papers_end


class GroundsState(StrEnum):
    """The worst of what became of anything a decision rested on; `STANDS` where nothing did."""

    STANDS = "stands"
    SUSPENDED = "suspended"
    """A strike of the production's agreement suspends its consents and ends none."""
    CONSENT_REPLACED = "consent_replaced"
    APPROVAL_ENDED = "approval_ended"
    CONSENT_ENDED = "consent_ended"
    """Its last day is over."""
    APPROVAL_WITHDRAWN = "approval_withdrawn"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    """Taken back, or the time of a notice is over."""


_WORSE = {state: place for place, state in enumerate(GroundsState)}


@dataclass(frozen=True, slots=True)
class Grounds:
    """`since` is when that came to be; None where nothing did."""

    state: GroundsState
    since: datetime | None = None


_STANDS = Grounds(GroundsState.STANDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What one decision rested on. `agreement`: of its production; whoever's likeness is in it, a strike suspends.

    `papers`: bases that counsel signed off, if it `is_signed_off`, and a buyer's approval in writing.
    """

    consents: tuple[UUID, ...]
    approvals: tuple[UUID, ...]
    papers: tuple[UUID, ...] = ()
    is_signed_off: bool = False
    agreement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of all that decisions rested on, as read at one moment. What is in none of the three stands."""

    rests: Mapping[UUID, Rest]
    consents: Mapping[UUID, Grounds]
    approvals: Mapping[UUID, Grounds]
    strikes: Mapping[str, Grounds]
    papers: Mapping[UUID, Grounds] = field(default_factory=dict)

    def grounds(self) -> dict[UUID, Grounds]:
        """By decision, the worst of what it rested on."""
        return {decision_id: self._of(rest) for decision_id, rest in self.rests.items()}

    def _of(self, rest: Rest) -> Grounds:
        found = [
            *(self.consents.get(one, _STANDS) for one in rest.consents),
            *(self.approvals.get(one, _STANDS) for one in rest.approvals),
            *(self.papers.get(one, _STANDS) for one in rest.papers),
        ]
        # What counsel signed off does not count in a strike either.
        if (rest.consents or rest.is_signed_off) and rest.agreement in self.strikes:
            found.append(self.strikes[rest.agreement])
        return worst(found)


def grounds_of(organisation_id: UUID, decision_ids: Collection[UUID]) -> dict[UUID, Grounds]:
    """What became of the consents and approvals that each decision rested on. Unknown ids are left out.

    It is read from the records themselves, so an answer is right the moment a withdrawal is committed.
    """
    if not decision_ids:
        return {}
    with tenant(organisation_id):
        return what_became(decision_ids, at=clock.now()).grounds()


def what_became(decision_ids: Collection[UUID], *, at: datetime) -> Became:
    """The records around decisions, as they are worth at `at`. Call inside `core.tenancy.tenant`."""
    rows = Decision.objects.filter(id__in=decision_ids).values_list(
        "id", "consent_ids", "approvals", "papers", "production__agreement"
    )
    rests = {
        decision_id: Rest(
            consents=tuple(consent_ids),
            approvals=tuple(UUID(one["approval"]) for one in said),
            papers=tuple(UUID(one["id"]) for one in papers),
            is_signed_off=any(one["kind"] == BASIS_SIGN_OFF for one in papers),
            agreement=agreement,
        )
        for decision_id, consent_ids, said, papers, agreement in rows
    }
    return Became(
        rests=rests,
        consents=_consents({one for rest in rests.values() for one in rest.consents}, at),
        approvals=_approvals({one for rest in rests.values() for one in rest.approvals}, at),
        strikes=_strikes(at),
        papers=_papers({one for rest in rests.values() for one in rest.papers}, at),
    )


def worst(found: Iterable[Grounds]) -> Grounds:
    """The worst, and of several alike the earliest."""
    chosen = _STANDS
    for one in found:
        if _WORSE[one.state] > _WORSE[chosen.state] or (
            one.state is chosen.state and one.since and chosen.since and one.since < chosen.since
        ):
            chosen = one
    return chosen


def _consents(ids: Collection[UUID], at: datetime) -> dict[UUID, Grounds]:
    rows = Consent.objects.filter(id__in=ids).values(
        "id", "status", "withdrawn_at", "valid_until", "notice__effective_at"
    )
    replaced_at = Max("events__at", filter=Q(events__kind=ConsentEventKind.SUPERSEDED))
    return {row["id"]: _consent(row, at) for row in rows.annotate(replaced_at=replaced_at)}


def _consent(row: Mapping[str, Any], at: datetime) -> Grounds:
    noticed = row["notice__effective_at"]
    ends = [one for one in (row["withdrawn_at"], noticed) if one is not None and one <= at]
    if ends:
        return Grounds(GroundsState.CONSENT_WITHDRAWN, min(ends))
    if row["status"] == ConsentStatus.SUPERSEDED:
        return Grounds(GroundsState.CONSENT_REPLACED, row["replaced_at"])
    last = row["valid_until"]
    if last is not None and last < at.astimezone(UTC).date():
        return Grounds(
            GroundsState.CONSENT_ENDED, datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)
        )
    return _STANDS


def _approvals(ids: Collection[UUID], at: datetime) -> dict[UUID, Grounds]:
    rows = ReviewApproval.objects.filter(id__in=ids).values_list(
        "id", "case__state", "case__closed_at", "valid_until"
    )
    found = {}
    for approval_id, state, closed_at, valid_until in rows:
        if state != StoredState.APPROVED:
            found[approval_id] = Grounds(GroundsState.APPROVAL_WITHDRAWN, closed_at)
        elif valid_until <= at:
            found[approval_id] = Grounds(GroundsState.APPROVAL_ENDED, valid_until)
    return found


def _papers(ids: Collection[UUID], at: datetime) -> dict[UUID, Grounds]:
    """Of what counsel signed off and a buyer approved, what ended: taken back, or run out and replaced."""
    return {
        one: Grounds(GroundsState.APPROVAL_WITHDRAWN if taken_back else GroundsState.APPROVAL_ENDED, since)
        for one, (taken_back, since) in papers_end(ids).items()
        if since <= at
    }


def _strikes(at: datetime) -> dict[str, Grounds]:
    rows = Strike.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), began_at__lte=at)
    return {
        agreement: Grounds(GroundsState.SUSPENDED, began_at)
        for agreement, began_at in rows.values_list("agreement", "began_at")
    }
