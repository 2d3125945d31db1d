"""What pages, the API and other apps read: frozen cards, never rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection

from core import clock
from core.canonical import Canonical, canonical_bytes
from core.digests import commitment_hex
from core.tenancy import tenant
from licensing.decision_cards import AuthorizationDigests, DecisionCard, OwedDuty, Reason, RestedOn
from licensing.errors import NoSuchConsent, NoSuchDecision, NoSuchEngagement, UnknownPerformer
from licensing.fact_reading import BadFacts
from licensing.gathering import strikes_at
from licensing.models.consent import Consent
from licensing.models.decision import Decision
from licensing.models.performer import Engagement, Performer
from licensing.names import KNOWN_TO_LEGAL, ConsentStatus, Visibility
from licensing.near_miss import closest_records
from licensing.order_json import order_from_json
from licensing.performer_cards import (
    ConsentCard,
    EngagementCard,
    EngagementOf,
    PerformerCard,
    card_of,
    consent_card_of,
    consents,
    engagement_card_of,
)
from licensing.review.lifting import approvals_stand
from licensing.signing_off.papers import BASIS_SIGN_OFF
from licensing.signing_off.queries import papers_stand
from licensing.values import UseOrder
from productions.queries import production_facts

# As the gate does: Django's querysets know exclusive locks only. The table's policy binds it like any statement.
_ACTIVE = """
SELECT id FROM licensing_consent consent
WHERE id = ANY(%s) AND status = %s AND NOT EXISTS (
    SELECT FROM licensing_withdrawalnotice notice
    WHERE notice.consent_id = consent.id AND notice.effective_at <= clock_timestamp()
)
ORDER BY id
"""


def performers(organisation_id: UUID, *, everybody: bool) -> tuple[PerformerCard, ...]:
    """The register, by name; `everybody` includes those whom only legal sees."""
    with tenant(organisation_id):
        rows = Performer.objects.prefetch_related("aliases", "identifiers")
        if not everybody:
            rows = rows.exclude(visibility=Visibility.LEGAL_ONLY)
        return tuple(card_of(row) for row in rows)


def performer_card(organisation_id: UUID, performer_id: UUID, *, everybody: bool) -> PerformerCard:
    """One person on the register; `everybody` as in `performers`.

    Raises:
        UnknownPerformer: nobody of this id is registered here, or only legal may know.
    """
    with tenant(organisation_id):
        rows = Performer.objects.filter(id=performer_id)
        row = (rows if everybody else rows.exclude(visibility=Visibility.LEGAL_ONLY)).first()
        if row is None:
            raise UnknownPerformer(performer_id)
        return card_of(row)


def consent_cards(
    organisation_id: UUID, *, performer_id: UUID | None = None, everybody: bool = True
) -> tuple[ConsentCard, ...]:
    """Consent records, the latest first; of one performer, or of all. `everybody` as in `performers`."""
    with tenant(organisation_id):
        rows = consents()
        if performer_id is not None:
            rows = rows.filter(performer_id=performer_id)
        if not everybody:
            rows = rows.exclude(performer__visibility=Visibility.LEGAL_ONLY)
        return tuple(consent_card_of(row) for row in rows)


def consent_card(organisation_id: UUID, consent_id: UUID, *, everybody: bool = True) -> ConsentCard:
    """One consent record. `everybody` as in `performers`.

    Raises:
        NoSuchConsent: there is none of this id here, or only legal may know.
    """
    with tenant(organisation_id):
        rows = consents().filter(id=consent_id)
        row = (rows if everybody else rows.exclude(performer__visibility=Visibility.LEGAL_ONLY)).first()
        if row is None:
            raise NoSuchConsent("There is no such consent record here.")
        return consent_card_of(row)


def limits_of_production(organisation_id: UUID, production_id: UUID) -> tuple[ConsentCard, ...]:
    """The active records of a production that limit how much is made, of those whom every member sees."""
    cards = consent_cards(organisation_id, everybody=False)
    return tuple(
        one
        for one in cards
        if one.production_id == production_id and one.status == ConsentStatus.ACTIVE and one.quotas
    )


def engagement_cards(organisation_id: UUID, production_id: UUID) -> tuple[EngagementCard, ...]:
    """Who is bound to a production, in the order they were recorded.

    Raises:
        productions.errors.NoSuchProduction: there is no such production here.
    """
    production_facts(organisation_id, production_id)
    with tenant(organisation_id):
        rows = Engagement.objects.filter(production_id=production_id)
        return tuple(engagement_card_of(row) for row in rows)


def engagement_card(organisation_id: UUID, engagement_id: UUID) -> EngagementCard:
    """One engagement.

    Raises:
        NoSuchEngagement: there is none of this id here.
    """
    with tenant(organisation_id):
        row = Engagement.objects.filter(id=engagement_id).first()
        if row is None:
            raise NoSuchEngagement("There is no such engagement here.")
        return engagement_card_of(row)


def engagements_of(organisation_id: UUID, performer_id: UUID) -> tuple[EngagementOf, ...]:
    """What binds a performer to productions, in the order it was recorded."""
    with tenant(organisation_id):
        rows = Engagement.objects.filter(performer_id=performer_id).select_related("production")
        return tuple(EngagementOf(engagement_card_of(row), row.production.title) for row in rows)


def strikes_now(organisation_id: UUID) -> tuple[str, ...]:
    """Codes of the agreements under strike, by this organisation's record."""
    with tenant(organisation_id):
        return tuple(str(code) for code in strikes_at(clock.now()))


def decision_card(organisation_id: UUID, decision_id: UUID) -> DecisionCard:
    """One decision, as it was recorded; of a refusal also what came closest.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        row = _decision(decision_id)
    return with_closest(card_of_decision(row), json.loads(bytes(row.facts)))


def with_closest(card: DecisionCard, facts: Mapping[str, Canonical]) -> DecisionCard:
    """A refusal with the records that came closest; facts that this release cannot read any more tell of none."""
    if card.permitted:
        return card
    try:
        return replace(card, closest=closest_records(facts))
    except BadFacts:
        return card


def asked_order(organisation_id: UUID, decision_id: UUID) -> UseOrder:
    """What a decision was asked about, for asking at another door.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        row = _decision(decision_id)
        return order_from_json(row.asked, stage=row.stage)


def names_of_people(organisation_id: UUID, *, everybody: bool) -> dict[str, str]:
    """Professional names by id, to put in place of the ids that messages carry.

    `everybody` as in `performers`; without it, whom only legal sees is a performer known to legal.
    """
    with tenant(organisation_id):
        rows = Performer.objects.values_list("id", "professional_name", "visibility")
        return {
            str(who): name if everybody or seen_by != Visibility.LEGAL_ONLY else KNOWN_TO_LEGAL
            for who, name, seen_by in rows
        }


def asked_of(organisation_id: UUID, decision_id: UUID) -> tuple[dict[str, Any], dict[str, Any]]:
    """The order a decision was made on, and what its facts say of the production.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        row = _decision(decision_id)
        return row.asked, json.loads(bytes(row.facts)).get("project") or {}


def performers_of(organisation_id: UUID, decision_id: UUID) -> tuple[UUID, ...]:
    """Whose likeness a decision was about: the cast, and whoever the prompt names for certain.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        return _decision(decision_id).performer_ids


def consents_stand(organisation_id: UUID, decision_id: UUID, *, hold: bool = False) -> bool:
    """Whether what a decision relied on still holds: no consent, approval or paper ended, and no strike began.

    Cheap enough for a heartbeat; stricter than the rules, which a new decision asks.

    Args:
        organisation_id: whose decision it is.
        decision_id: the decision.
        hold: inside a transaction of the caller's, keep the consents from ending until it is over.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id), connection.cursor() as cursor:
        row = _decision(decision_id)
        approvals = [UUID(one["approval"]) for one in row.approvals]
        papers = [UUID(one["id"]) for one in row.papers]
        if not approvals_stand(approvals, at=clock.now(), hold=hold) or not papers_stand(
            papers, row.production_id, hold=hold
        ):
            return False
        is_signed_off = any(one["kind"] == BASIS_SIGN_OFF for one in row.papers)
        if not row.consent_ids and not is_signed_off:
            return True
        cursor.execute(
            _ACTIVE + (" FOR SHARE OF consent" if hold else ""), [row.consent_ids, ConsentStatus.ACTIVE.value]
        )
        return len(cursor.fetchall()) == len(row.consent_ids) and (
            row.production.agreement not in strikes_at(clock.now())
        )


def commitments_for(organisation_id: UUID, decision_id: UUID) -> AuthorizationDigests:
    """Salted commitments to a decision and to each consent it relied on, in the order it names them.

    Raises:
        NoSuchDecision: there is none of this id here.
    """
    with tenant(organisation_id):
        row = _decision(decision_id)
        relied_on = {one.id: one for one in Consent.objects.filter(id__in=row.consent_ids)}
        return AuthorizationDigests(
            decision_commitment_hex=commitment_hex(
                canonical_bytes(
                    {"decision": str(row.id), "outcome": row.outcome, "facts_sha256": row.facts_sha256}
                ),
                salt=bytes(row.salt),
            ),
            consent_commitments_hex=tuple(_commitment(relied_on[one]) for one in row.consent_ids),
            rule_pack=row.pack.edition,
            rule_pack_sha256=row.pack.sha256,
        )


def card_of_decision(row: Decision, *, recorded: bool = True) -> DecisionCard:
    """The card of a row whose pack is at hand. `recorded` False: a dry run, which has no id to look it up by."""
    return DecisionCard(
        id=row.id if recorded else None,
        production_id=row.production_id,
        shot_id=row.shot_id,
        stage=row.stage,
        outcome=row.outcome,
        reasons=tuple(Reason(**reason) for reason in row.reasons),
        duties=tuple(OwedDuty(**duty) for duty in row.duties),
        edition=row.pack.edition,
        pack_id=row.pack_id,
        facts_sha256=row.facts_sha256,
        consent_ids=tuple(row.consent_ids),
        decided_at=row.decided_at,
        papers=tuple(RestedOn.of_json(paper) for paper in row.papers),
    )


def _decision(decision_id: UUID) -> Decision:
    row: Decision | None = (
        Decision.objects.select_related("pack", "production").filter(id=decision_id).first()
    )
    if row is None:
        raise NoSuchDecision("There is no such decision here.")
    return row


def _commitment(row: Consent) -> str:
    content = {
        "consent": str(row.id),
        "terms_sha256": row.terms_sha256,
        "document_sha256": row.document_sha256,
    }
    return commitment_hex(canonical_bytes(content), salt=bytes(row.salt))
