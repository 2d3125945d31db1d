"""Performers, engagements, consents and questions to the gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core.clock import now
from core.ids import new_id
from licensing.operations.confirmations import confirm_pack
from licensing.operations.consents import record_consent
from licensing.operations.engagements import NewEngagement, engage
from licensing.operations.performers import NewAlias, NewPerformer, register_performer
from licensing.performer_cards import ConsentCard, EngagementCard, PerformerCard
from licensing.terms import NewConsent
from licensing.values import (
    CastMember,
    ModelStatement,
    PerformerCategory,
    Representation,
    SubjectState,
    UseOrder,
    VendorPaper,
)
from productions.queries import ProductionCard

DOCUMENT_SHA256 = "ab" * 32

HOUSE_MODEL = ModelStatement(
    name="house-video",
    version="1.4.0",
    on_file=tuple(paper.value for paper in VendorPaper),
    terms_changed=False,
    talent_enhancement=False,
    unowned_training_data=False,
    trained_for_project=False,
    on_market_since=date(2026, 3, 1),
)


def a_performer(actor: Actor, name: str = "Ana Ruiz Calder", **fields: Any) -> PerformerCard:  # noqa: ANN401 - any field
    aliases = tuple(NewAlias(text) for text in fields.pop("aliases", ()))
    facts: dict[str, Any] = {"state": SubjectState.LIVING_ADULT, "domicile": "US-WA"} | fields
    return register_performer(NewPerformer(professional_name=name, aliases=aliases, **facts), actor=actor)


def an_engagement(
    actor: Actor,
    production: ProductionCard,
    performer: PerformerCard,
    **fields: Any,  # noqa: ANN401 - any field
) -> EngagementCard:
    """A union principal engaged in August 2026, whose replica was made for this production."""
    facts: dict[str, Any] = {
        "category": PerformerCategory.PRINCIPAL,
        "engaged_at": datetime(2026, 8, 3, 17, tzinfo=UTC),
        "contract_date": date(2026, 8, 3),
        "representation": Representation.UNION_CBA_COVERS_REPLICA,
        "union_covered": True,
        "employed_on_project": True,
        "recognisable": True,
        "portrayed_as_minor": False,
        "replica_from": production.id,
        "estimated_days": 2,
    }
    return engage(
        NewEngagement(production_id=production.id, performer_id=performer.id, **facts | fields), actor=actor
    )


def terms(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any term
    """The signed terms for a fall in scene 42; names of `intended_use` may be given flat."""
    intended: dict[str, Any] = {
        "description": "Replica for the roof fall in scene 42: the character slips and drops, no dialogue.",
        "reasonably_specific": True,
        "consistent_with_contract": True,
        "uses": ["create_replica", "stunt_safety_double", "generate_new_performance"],
        "purposes": ["this_production"],
        "media": ["theatrical", "svod"],
        "territories": ["WORLD"],
        "languages": ["en"],
        "scenes": ["42"],
        "sensitive": [],
    }
    whole: dict[str, Any] = {
        "form_kind": "separate_rider",
        "signer_role": "performer",
        "separately_signed_at": "2026-08-20T15:00:00-07:00",
        "requested_at": "2026-08-12T09:00:00-07:00",
        "business_reason": "The fall cannot be staged safely at this height.",
        "business_reason_at": "2026-08-10T09:00:00-07:00",
        "notice_given_at": "2026-09-14T09:00:00-07:00",
        "services_at": "2026-09-21T09:00:00-07:00",
        "notice_waived_in_writing": False,
        "bargained": True,
        "valid_from": "2026-08-20",
        "valid_until": "2028-12-31",
    }
    for name, value in changes.items():
        (intended if name in intended else whole)[name] = value
    return {**whole, "intended_use": intended}


def a_new_consent(production: ProductionCard, performer: PerformerCard, **changes: Any) -> NewConsent:  # noqa: ANN401
    replica_type = changes.pop("replica_type", "ebdr_scan")
    supersedes = changes.pop("supersedes", None)
    uses_are = changes.pop("uses_are", None)
    return NewConsent(
        production_id=production.id,
        performer_id=performer.id,
        replica_type=replica_type,
        terms=terms(**changes),
        document_sha256=DOCUMENT_SHA256,
        uses_are=uses_are,
        supersedes=supersedes,
    )


def a_consent(
    actor: Actor,
    production: ProductionCard,
    performer: PerformerCard,
    **changes: Any,  # noqa: ANN401 - any term
) -> ConsentCard:
    return record_consent(a_new_consent(production, performer, **changes), actor=actor)


def an_order(
    actor: Actor,
    production: ProductionCard,
    *cast: PerformerCard,
    **fields: Any,  # noqa: ANN401 - any field
) -> UseOrder:
    """The fall in scene 42 with the replicas of `cast`; a street at night without anybody if there is none."""
    order = UseOrder(
        organisation_id=actor.organisation_id,
        production_id=production.id,
        shot_id=new_id(),
        use="stunt_safety_double" if cast else "generate_new_performance",
        stage="generate",
        purpose="this_production",
        output_status="final",
        media=("theatrical", "svod"),
        territories=("US",),
        languages=("en",),
        scenes=("42",),
        synthetic_role="none",
        photoreal=True,
        sensitive=(),
        replaces_in_person_work=False,
        prompt="A figure slips on the wet roof and falls." if cast else "A rainy street at night.",
        negative_prompt="",
        cast=tuple(CastMember(performer_id=one.id, replica_type="ebdr_scan") for one in cast),
        model=HOUSE_MODEL,
        requested_at=now(),
    )
    return replace(order, **fields)


def counsel_confirms(actor: Actor) -> None:
    """Counsel of the actor's organisation has read the originals behind the whole pack."""
    confirm_pack(counsel="R. Lindqvist", document_sha256=DOCUMENT_SHA256, actor=actor)


def rule_ids(card: object) -> set[str]:
    return {reason.rule_id for reason in getattr(card, "reasons", ())}


def unknown_id() -> UUID:
    return new_id()
