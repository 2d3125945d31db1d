"""What counsel signed off and what a buyer approved in writing, and which order each of them covers. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.values import SigningOffRole, UseOrder

CAPACITIES = (SigningOffRole.BUSINESS_AFFAIRS, SigningOffRole.CLEARANCE, SigningOffRole.LABOUR_RELATIONS)
"""In which role counsel signs: those of the rulebook's roles that a lawyer of the studio fills."""


BASIS_SIGN_OFF = "basis_sign_off"
BUYER_APPROVAL = "buyer_approval"
"""Kinds of papers, as a decision that rests on them tells them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOff:
    """That no consent is needed for what it covers, in counsel's judgement.

    Attributes:
        performer_id: of whom; None: of everybody in the production.
        scenes: empty for all of them; so are `shots`.
        valid_until: the last day, in UTC.
        capacity: in which role it was signed, as the rulebook reads it.
    """

    id: UUID
    performer_id: UUID | None
    basis: str
    use: str
    scenes: tuple[str, ...]
    shots: tuple[UUID, ...]
    valid_until: date
    capacity: str
    signed_at: datetime
    signed_by: UUID
    content_sha256: str

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> SignOff:
        """The one in a row of `licensing.signing_off.reading`, spelled as the database spells JSON."""
        found, performer, basis, use, scenes, shots, until, capacity, signed_at, signed_by, digest = row
        return cls(
            id=UUID(found),
            performer_id=UUID(performer) if performer else None,
            basis=basis,
            use=use,
            scenes=tuple(scenes),
            shots=tuple(UUID(one) for one in shots),
            valid_until=date.fromisoformat(until),
            capacity=capacity,
            signed_at=datetime.fromisoformat(signed_at),
            signed_by=UUID(signed_by),
            content_sha256=digest,
        )

    def covers(self, order: UseOrder, person: UUID | None, *, at: datetime) -> bool:
        """Whether it holds at `at` for what is asked of `person`; None: of nobody in particular."""
        return (
            self.use == order.use
            and self.performer_id in (None, person)
            and _contains(self.scenes, order.scenes)
            and _contains(self.shots, [order.shot_id] if order.shot_id else [])
            and at.astimezone(UTC).date() <= self.valid_until
        )

    @property
    def said(self) -> dict[str, Canonical]:
        """As a decision that rests on it tells it."""
        return {
            "kind": BASIS_SIGN_OFF,
            "id": str(self.id),
            "basis": self.basis,
            "performer": str(self.performer_id) if self.performer_id else None,
            "capacity": self.capacity,
            "signed_at": rfc3339(self.signed_at),
            "signed_by": f"user:{self.signed_by}",
            "valid_until": self.valid_until.isoformat(),
            "content_sha256": self.content_sha256,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenApproval:
    """A buyer's approval in writing. `shots` empty: of the whole production; `valid_until` None: it names no end."""

    id: UUID
    use: str
    shots: tuple[UUID, ...]
    approved_at: datetime
    valid_until: date | None
    document_sha256: str
    content_sha256: str

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> WrittenApproval:
        """The one in a row of `licensing.signing_off.reading`, spelled as the database spells JSON."""
        found, use, shots, approved_at, until, document, digest = row
        return cls(
            id=UUID(found),
            use=use,
            shots=tuple(UUID(one) for one in shots),
            approved_at=datetime.fromisoformat(approved_at),
            valid_until=date.fromisoformat(until) if until else None,
            document_sha256=document,
            content_sha256=digest,
        )

    def covers(self, order: UseOrder, *, at: datetime) -> bool:
        return (
            self.use == order.use
            and self.approved_at <= at
            and _contains(self.shots, [order.shot_id] if order.shot_id else [])
            and (self.valid_until is None or at.astimezone(UTC).date() <= self.valid_until)
        )

    @property
    def said(self) -> dict[str, Canonical]:
        """As a decision that rests on it tells it; who approved stands in the record alone."""
        return {
            "kind": BUYER_APPROVAL,
            "id": str(self.id),
            "approved_at": rfc3339(self.approved_at),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
            "document_sha256": self.document_sha256,
            "content_sha256": self.content_sha256,
        }


@dataclass(frozen=True, slots=True)
class Papers:
    """Those of one production that stand. `asked_by`: whose own signature does not count for them."""

    sign_offs: tuple[SignOff, ...] = ()
    approvals: tuple[WrittenApproval, ...] = ()
    asked_by: UUID | None = None

    def __bool__(self) -> bool:
        return bool(self.sign_offs or self.approvals)

    def signed_off(self, order: UseOrder, people: Collection[UUID], *, at: datetime) -> tuple[SignOff, ...]:
        """What counsel signed of the bases that `order` claims, for everybody concerned; () unless for all of it.

        The rulebook reads one answer for all that is claimed, so what is not signed off of one basis or person is not
        signed off. Whoever asks does not rest on a signature of their own.
        """
        claimed = order.stated.exempt_basis if order.stated else None
        found = []
        for basis in claimed or ():
            for person in people or (None,):
                one = next(self._covering(order, basis, person, at), None)
                if one is None:
                    return ()
                found.append(one)
        return tuple(dict.fromkeys(found))

    def _covering(self, order: UseOrder, basis: str, person: UUID | None, at: datetime) -> Iterator[SignOff]:
        return (
            one
            for one in self.sign_offs
            if one.basis == basis and one.signed_by != self.asked_by and one.covers(order, person, at=at)
        )

    def approved(self, order: UseOrder, *, at: datetime) -> WrittenApproval | None:
        """The latest approval that covers `order`; None: the buyer has approved nothing of the kind."""
        covering = (one for one in self.approvals if one.covers(order, at=at))
        return max(covering, key=lambda one: (one.approved_at, one.id), default=None)


def _contains(held: Collection[object], asked: Collection[object]) -> bool:
    """Whether what is asked lies within; where a limit is named, an order that names nothing does not."""
    return not held or (bool(asked) and set(asked) <= set(held))
