"""In which words an offer is put, and that a consent counts uses as those that were signed say."""

from __future__ import annotations

import json
from typing import Any

import pytest

from accounts.values import Actor
from licensing.agreeing.cards import OfferCard
from licensing.agreeing.queries import agreement_document, offer_card
from licensing.documents.rider_text import this_wording
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_card
from productions.queries import ProductionCard
from tests.factories.offers import an_offer, in_force
from tests.tampered_rows import tampered

pytestmark = pytest.mark.usefixtures("committed_db")

PUT_BEFORE = """
UPDATE licensing_offerround SET wording = '2026-11'
FROM licensing_offer offer WHERE offer.id = offer_id AND offer.replica_type = 'ebdr_scan'
"""


def test_what_a_use_is_stands_in_what_was_signed(
    legal: Actor, production: ProductionCard, ana: PerformerCard, performer: Actor
) -> None:
    older = an_offer(legal, production, ana, most_uses=3)
    newer = an_offer(legal, production, ana, most_uses=3, replica_type="voice_replica")

    with tampered("licensing_offerround", PUT_BEFORE):
        asked = offer_card(older.id, actor=performer).latest.asked
        said, counted = _signed(older, performer, legal)
    named, counted_now = _signed(newer, performer, legal)

    (uses,) = (one.text for one in asked if one.path == "most_uses")
    assert uses == "At most this many uses, of which every take that is signed is one: 3."
    assert (said["v"], "wording" in said, counted) == (1, False, "takes_as_uses")
    assert (named["v"], named["wording"], counted_now) == (2, this_wording(), "uses")


def _signed(offer: OfferCard, performer: Actor, legal: Actor) -> tuple[dict[str, Any], str]:
    """The document that both sides signed, and what the consent's one limit counts."""
    consent_id = in_force(offer, performer, legal).consent_id
    assert consent_id is not None
    (quota,) = consent_card(legal.organisation_id, consent_id).quotas
    return json.loads(agreement_document(offer.id, actor=legal)), quota.unit.value
