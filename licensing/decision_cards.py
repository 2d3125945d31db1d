"""A decision as pages, the API and other apps see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core.canonical import Canonical
from licensing.near_miss import ClosestRecord
from licensing.values import Decision


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: the rule, what it says, the fact that failed in `message` and what would `cure` it."""

    rule_id: str
    outcome: str
    message: str
    cure: str
    grade: str


@dataclass(frozen=True, slots=True)
class OwedDuty:
    duty: str
    to: str
    inputs: Mapping[str, Canonical]
    due: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RestedOn:
    """A paper that a decision rests on beside consents. Of whom it speaks, and who signed, stands in its own record.

    `kind`: `basis_sign_off`, with the basis and the capacity of whoever signed, or `buyer_approval`. `valid_until`:
    the last day, in UTC; None where the paper names none.
    """

    kind: str
    id: UUID
    basis: str | None
    capacity: str | None
    valid_until: date | None
    content_sha256: str

    @classmethod
    def of_json(cls, said: Mapping[str, Any]) -> RestedOn:
        """The one in an item of a decision's `papers`."""
        until = said["valid_until"]
        return cls(
            kind=said["kind"],
            id=UUID(said["id"]),
            basis=said.get("basis"),
            capacity=said.get("capacity"),
            valid_until=date.fromisoformat(until) if until else None,
            content_sha256=said["content_sha256"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionCard:
    """`id` is None for a dry run, which leaves no trace.

    `closest`: of a refusal, the record of each person that came closest, and what it lacks. Worked out from the facts
    when somebody looks, and no part of what is recorded.
    """

    id: UUID | None
    production_id: UUID
    shot_id: UUID | None
    stage: str
    outcome: str
    reasons: tuple[Reason, ...]
    duties: tuple[OwedDuty, ...]
    edition: str
    pack_id: UUID | None
    facts_sha256: str
    consent_ids: tuple[UUID, ...]
    decided_at: datetime
    closest: tuple[ClosestRecord, ...] = ()
    papers: tuple[RestedOn, ...] = ()

    @property
    def permitted(self) -> bool:
        return Decision(self.outcome).permitted

    @property
    def needs_review(self) -> bool:
        return self.outcome == Decision.ESCALATE


@dataclass(frozen=True, slots=True)
class AuthorizationDigests:
    """What a content credential says of the permission: salted commitments, no names, no ids."""

    decision_commitment_hex: str
    consent_commitments_hex: tuple[str, ...]
    rule_pack: str
    rule_pack_sha256: str
