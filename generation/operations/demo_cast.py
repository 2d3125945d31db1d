"""The invented performers of the demo: one who signed a consent for one scene, one who signed nothing.

The record below is a made-up document; its digest is that of the text in `_RIDER`. What counsel confirms here is
confirmed by an invented person, for the demo's studio alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core.canonical import Canonical
from core.digests import sha256_hex
from licensing.operations.confirmations import confirm_pack
from licensing.operations.consents import record_consent
from licensing.operations.engagements import NewEngagement, engage
from licensing.operations.performers import NewPerformer, register_performer
from licensing.performer_cards import PerformerCard
from licensing.queries import consent_cards, performers
from licensing.terms import NewConsent
from licensing.values import (
    Agreement,
    FormKind,
    Medium,
    OutputStatus,
    PerformerCategory,
    Purpose,
    ReplicaType,
    Representation,
    SignerRole,
    SubjectState,
    Use,
)

CONSENTING = "Isaura Quillmere"
OTHER = "Bramwell Oystergate"
_REPLICA = ReplicaType.EBDR_NO_SCAN
_ENGAGED = datetime(2026, 9, 1, 9, tzinfo=UTC)
_RIDER = (
    "Rider to the agreement with Isaura Quillmere (an invented person). In scene {scene} of The Tidewright her "
    "digital replica, made from set photography, drifts over the sea in place of a shot at open water. Moving "
    "pictures without speech, theatrical and subscription streaming, in the United States, in this film alone."
)

_COUNSEL = "Jonet Telferwick"
_OPINION = (
    "Opinion of an invented counsel for an invented studio: the pack reads as its sources do. For demos only."
)

# What the demo's requests state about the use, beside cast and prompt. None of it is left unknown.
DECLARED: Mapping[str, Any] = MappingProxyType(
    {
        "use": Use.GENERATE_NEW_PERFORMANCE.value,
        "purpose": Purpose.THIS_PRODUCTION.value,
        "output_status": OutputStatus.TEMP.value,
        "media": (Medium.THEATRICAL.value, Medium.SVOD.value),
        "territories": ("US",),
        "languages": ("en",),
        "photoreal": False,
        "sensitive": (),
        "replaces_in_person_work": False,
    }
)


@dataclass(frozen=True, slots=True)
class DemoCast:
    consenting: PerformerCard
    other: PerformerCard
    replica_type: str
    declared: Mapping[str, Any]


def ensure_cast(production_id: UUID, *, scene: str, counsel: Actor) -> DemoCast:
    """Register and engage both, record the one consent, and have counsel confirm the rule pack."""
    consenting = _performer(CONSENTING, production_id, counsel)
    other = _performer(OTHER, production_id, counsel)
    if not consent_cards(counsel.organisation_id, performer_id=consenting.id):
        record_consent(_consent(production_id, consenting.id, scene=scene), actor=counsel)
    # Each rule's confirmation is made once, so a pack that has changed since is confirmed anew.
    confirm_pack(counsel=_COUNSEL, document_sha256=sha256_hex(_OPINION.encode()), actor=counsel)
    return DemoCast(consenting=consenting, other=other, replica_type=_REPLICA.value, declared=DECLARED)


def _performer(name: str, production_id: UUID, counsel: Actor) -> PerformerCard:
    for card in performers(counsel.organisation_id, everybody=True):
        if card.professional_name == name:
            return card
    card = register_performer(
        NewPerformer(professional_name=name, state=SubjectState.LIVING_ADULT, domicile="US-CA"), actor=counsel
    )
    engage(
        NewEngagement(
            production_id=production_id,
            performer_id=card.id,
            category=PerformerCategory.PRINCIPAL,
            agreement=Agreement.SAG_TVT_2026,
            engaged_at=_ENGAGED,
            contract_date=_ENGAGED.date(),
            representation=Representation.COUNSEL_NEGOTIATED,
            union_covered=True,
            employed_on_project=True,
            recognisable=True,
            portrayed_as_minor=False,
            replica_from=production_id,
            estimated_days=1,
        ),
        actor=counsel,
    )
    return card


def _consent(production_id: UUID, performer_id: UUID, *, scene: str) -> NewConsent:
    document = _RIDER.format(scene=scene)
    signed = "2026-09-03T10:00:00Z"
    terms: dict[str, Canonical] = {
        "form_kind": FormKind.SEPARATE_RIDER.value,
        "signer_role": SignerRole.PERFORMER.value,
        "separately_signed_at": signed,
        "intended_use": {
            "description": document,
            "reasonably_specific": True,
            "consistent_with_contract": True,
            "uses": [Use.GENERATE_NEW_PERFORMANCE.value],
            "purposes": [Purpose.THIS_PRODUCTION.value],
            "media": [Medium.THEATRICAL.value, Medium.SVOD.value],
            "territories": ["US"],
            "languages": ["en"],
            "scenes": [scene],
            "sensitive": [],
        },
        "requested_at": "2026-09-01T10:00:00Z",
        "business_reason": "The scene plays on open water and is not safe to shoot.",
        "business_reason_at": "2026-09-01T10:00:00Z",
        "notice_given_at": "2026-09-01T10:00:00Z",
        "services_at": "2026-09-20T08:00:00Z",
        "bargained": True,
        "survives_death": False,
        "valid_from": "2026-09-03",
        "valid_until": "2028-09-03",
    }
    return NewConsent(
        production_id=production_id,
        performer_id=performer_id,
        replica_type=_REPLICA.value,
        terms=terms,
        document_sha256=sha256_hex(document.encode()),
    )
