"""Sign-offs and written approvals as pages, the API and reports see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from licensing.models.sign_off import BasisSignOff, BuyerApproval


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOffCard:
    """What counsel signed off. `shots` are codes by id; `stands`: not taken back, not replaced, not over."""

    id: UUID
    production_id: UUID
    performer_id: UUID | None
    basis: str
    use: str
    scenes: tuple[str, ...]
    shots: tuple[tuple[UUID, str], ...]
    valid_until: date
    capacity: str
    reason: str
    document_sha256: str
    content_sha256: str
    revoked: bool
    supersedes: UUID | None
    stands: bool
    is_in_log: bool
    signed_at: datetime
    signed_by: str

    @property
    def shot_ids(self) -> tuple[UUID, ...]:
        return tuple(one for one, _ in self.shots)


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyerApprovalCard:
    """What a buyer approved in writing. `shots` and `stands` as in `SignOffCard`."""

    id: UUID
    production_id: UUID
    use: str
    shots: tuple[tuple[UUID, str], ...]
    approved_by: str
    approved_at: datetime
    valid_until: date | None
    conditions: str
    document_sha256: str
    content_sha256: str
    withdrawn: bool
    reason: str
    supersedes: UUID | None
    stands: bool
    is_in_log: bool
    recorded_at: datetime
    recorded_by: str

    @property
    def shot_ids(self) -> tuple[UUID, ...]:
        return tuple(one for one, _ in self.shots)


def sign_off_card_of(
    row: BasisSignOff, *, codes: dict[UUID, str], today: date, is_in_log: bool
) -> SignOffCard:
    return SignOffCard(
        id=row.id,
        production_id=row.production_id,
        performer_id=row.performer_id,
        basis=row.basis,
        use=row.use,
        scenes=tuple(row.scenes),
        shots=tuple((one, codes.get(one, str(one))) for one in row.shots),
        valid_until=row.valid_until,
        capacity=row.capacity,
        reason=row.reason,
        document_sha256=row.document_sha256,
        content_sha256=row.content_sha256,
        revoked=row.revoked,
        supersedes=row.supersedes_id,
        stands=not row.revoked and getattr(row, "superseded_by", None) is None and today <= row.valid_until,
        is_in_log=is_in_log,
        signed_at=row.signed_at,
        signed_by=str(row.signed_by),
    )


def buyer_approval_card_of(
    row: BuyerApproval, *, codes: dict[UUID, str], today: date, is_in_log: bool
) -> BuyerApprovalCard:
    is_over = row.valid_until is not None and row.valid_until < today
    return BuyerApprovalCard(
        id=row.id,
        production_id=row.production_id,
        use=row.use,
        shots=tuple((one, codes.get(one, str(one))) for one in row.shots),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        valid_until=row.valid_until,
        conditions=row.conditions,
        document_sha256=row.document_sha256,
        content_sha256=row.content_sha256,
        withdrawn=row.withdrawn,
        reason=row.reason,
        supersedes=row.supersedes_id,
        stands=not row.withdrawn and getattr(row, "superseded_by", None) is None and not is_over,
        is_in_log=is_in_log,
        recorded_at=row.recorded_at,
        recorded_by=str(row.recorded_by),
    )
