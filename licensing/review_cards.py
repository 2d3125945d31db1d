"""Cases of legal review, delegations and holds as pages and the API see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from licensing.review.limits import Limits
from licensing.review.words import CaseState


@dataclass(frozen=True, slots=True)
class CaseLink:
    """That a decision is in review, for whoever looks at it. `valid_until`: of its approval, if it has one."""

    id: UUID
    state: str
    due_on: date
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class PersonCard:
    id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalCard:
    """What was approved. `takes_used` and `ms_used` are what decisions have taken of the limits."""

    id: UUID
    rules: tuple[str, ...]
    limits: Limits
    limits_sha256: str
    needs_second_key: bool
    approved_by: PersonCard
    acting_for: PersonCard | None
    approved_at: datetime
    second_key_by: PersonCard | None
    second_key_for: PersonCard | None
    second_key_at: datetime | None
    takes_used: int
    ms_used: int


@dataclass(frozen=True, slots=True)
class EventCard:
    """`by` is None for a process of the product's own."""

    act: str
    by: PersonCard | None
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCard:
    """A case as a list shows it. `decision_id` is of the newest decision; `asked_by` everybody who asked."""

    id: UUID
    production_id: UUID
    production_title: str
    use: str
    rule_ids: tuple[str, ...]
    state: str
    decision_id: UUID
    asked_by: tuple[PersonCard, ...]
    assignee: PersonCard | None
    due_on: date
    is_overdue: bool
    opened_at: datetime
    closed_at: datetime | None
    valid_until: datetime | None

    @property
    def is_undecided(self) -> bool:
        return self.state in (CaseState.OPEN, CaseState.WAITING_FOR_SECOND_KEY)


@dataclass(frozen=True, slots=True)
class Precedent:
    """An earlier case with some of the same rules and the same kind of use; `same` are those rules."""

    case: CaseCard
    same: tuple[str, ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDetail:
    """A case with all that was said and done."""

    card: CaseCard
    asked: dict[str, object]
    approval: ApprovalCard | None
    events: tuple[EventCard, ...]
    precedents: tuple[Precedent, ...]


@dataclass(frozen=True, slots=True)
class DelegationCard:
    id: UUID
    person: PersonCard
    stand_in: PersonCard
    valid_from: datetime
    valid_until: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCard:
    """`title` names what is held, where its name is this app's to know."""

    id: UUID
    kind: str
    held_id: UUID
    title: str
    reason: str
    matter: str
    note: str
    placed_at: datetime
    placed_by: PersonCard
    lifted_at: datetime | None
    lifted_by: PersonCard | None
    lifted_because: str
