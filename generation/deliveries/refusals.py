"""The reasons a delivery was not permitted for, as an error for whoever asked."""

from __future__ import annotations

from uuid import UUID

from generation.deliveries.errors import DeliveryInReview, DeliveryRefused
from generation.page_queries import reasons_against
from licensing.decision_cards import DecisionCard
from licensing.plain_words import readable
from licensing.review_queries import case_of_decision


def refusal_of_delivery(organisation_id: UUID, card: DecisionCard, *, everybody: bool) -> DeliveryRefused:
    """The refusal behind a recorded decision; one that legal may still lift says that it lies on the legal desk.

    Without `everybody`, whom only legal sees is not named.
    """
    if card.id is None:
        raise RuntimeError("A decision of a delivery was not recorded.")
    reasons = reasons_against(readable(card, organisation_id, everybody=everybody))
    if card.needs_review and case_of_decision(organisation_id, card.id) is not None:
        return DeliveryInReview(card.id, reasons)
    return DeliveryRefused(card.id, reasons)
