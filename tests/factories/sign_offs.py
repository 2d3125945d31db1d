"""Bases that counsel signs off, and a buyer's approvals in writing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core import clock
from licensing.operations.buyer_approvals import NewBuyerApproval, record_buyer_approval
from licensing.operations.sign_offs import NewSignOff, sign_off_basis
from licensing.signing_off.cards import BuyerApprovalCard, SignOffCard
from licensing.values import ExemptBasis, SigningOffRole, Use

PAPER = "ef" * 32
WHY = "Noise is taken out of the production sound; every word stays as it was spoken."


def a_new_sign_off(production_id: UUID, **changes: Any) -> NewSignOff:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "production_id": production_id,
        "basis": ExemptBasis.CUSTOMARY_POST,
        "use": Use.ALTER_RECORDED,
        "valid_until": clock.now().astimezone(UTC).date() + timedelta(days=30),
        "capacity": SigningOffRole.CLEARANCE,
        "reason": WHY,
    }
    return NewSignOff(**whole | changes)


def a_sign_off(actor: Actor, production_id: UUID, **changes: Any) -> SignOffCard:  # noqa: ANN401 - any field
    return sign_off_basis(a_new_sign_off(production_id, **changes), actor=actor)


def a_new_approval(production_id: UUID, **changes: Any) -> NewBuyerApproval:  # noqa: ANN401 - any field
    whole: dict[str, Any] = {
        "production_id": production_id,
        "use": Use.DEAGE_AGE,
        "approved_by": "Ottoline Brasswick, head of post, an invented buyer",
        "approved_at": datetime(2026, 11, 2, 9, tzinfo=UTC),
        "document_sha256": PAPER,
    }
    return NewBuyerApproval(**whole | changes)


def an_approval_of_the_buyer(
    actor: Actor,
    production_id: UUID,
    **changes: Any,  # noqa: ANN401 - any field
) -> BuyerApprovalCard:
    return record_buyer_approval(a_new_approval(production_id, **changes), actor=actor)


def everything_signed_off(actor: Actor, production_id: UUID, performer_id: UUID) -> dict[str, str]:
    """A paper of either kind; an argument for every address."""
    return {
        "sign_off_id": str(a_sign_off(actor, production_id, performer_id=performer_id).id),
        "buyer_approval_id": str(an_approval_of_the_buyer(actor, production_id).id),
    }
