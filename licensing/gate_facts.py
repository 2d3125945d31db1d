"""An order and what is on record, put together as the facts of the rulebook. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.clauses.case import WITHOUT_MODEL
from licensing.prompts import features_in
from licensing.stating import model_facts, pay_facts, section_facts, use_facts
from licensing.values import Buyer, ReplicaType, Stage, UseOrder
from productions.queries import ProductionFacts


class OnRecord(Protocol):
    """A person as the register knows them."""

    def as_subject(self, replica_type: str) -> dict[str, Canonical]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is on record around one order.

    Args:
        named: registered people the prompt names for certain.
        synthetic: what the production's case files of Synthetics say; None where there is none.
    """

    production: ProductionFacts
    strikes: Sequence[Canonical]
    people: Mapping[UUID, OnRecord]
    consents: Sequence[Canonical]
    named: tuple[UUID, ...]
    synthetic: Mapping[str, Canonical] | None = None


def facts_of(order: UseOrder, around: Surroundings, *, asked_at: datetime) -> dict[str, Canonical]:
    """The facts, in the words and shapes of the rulebook; what nobody has said is null.

    Whoever the prompt names without being cast is a subject all the same, of a replica made without them.
    """
    cast = {member.performer_id for member in order.cast}
    subjects = [
        around.people[one.performer_id].as_subject(one.replica_type)
        | pay_facts(order.stated, one.performer_id)
        for one in order.cast
    ]
    subjects += [
        around.people[who].as_subject(ReplicaType.ICDR.value) for who in around.named if who not in cast
    ]
    facts: dict[str, Canonical] = {
        "asked_at": rfc3339(asked_at),
        "project": _project(around),
        "use": _use(order, around),
        "subjects": subjects,
        "consents": list(around.consents),
    }
    if order.use not in WITHOUT_MODEL:
        facts["model"] = _model(order)
    facts |= section_facts(order.stated, for_netflix=around.production.buyer == Buyer.NETFLIX)
    if order.stage == Stage.DELIVER:
        facts["delivery"] = {} if order.delivery is None else order.delivery.as_facts()
    if around.synthetic is not None:
        facts["synthetic"] = dict(around.synthetic)
    return facts


def _project(around: Surroundings) -> dict[str, Canonical]:
    production = around.production
    started, made = production.principal_photography_start, production.production_start
    return {
        "project_id": production.project_id,
        "kind": production.kind,
        "agreement": production.agreement,
        "principal_photography_start": started.isoformat() if started else None,
        "production_start": made.isoformat() if made else None,
        "governing_law": production.governing_law,
        "buyer": production.buyer,
        "strike_active": list(around.strikes),
        "writers_guild_covered": production.writers_guild_covered,
        "award_campaign": production.award_campaign,
    }


def _use(order: UseOrder, around: Surroundings) -> dict[str, Canonical]:
    use: dict[str, Canonical] = {
        "use": order.use,
        "purpose": order.purpose,
        "media": list(order.media),
        "territories": list(order.territories),
        "stage": order.stage,
        "output_status": order.output_status,
        "languages": list(order.languages),
        "scenes": list(order.scenes),
        "synthetic_role": order.synthetic_role,
        "photoreal": order.photoreal,
        "sensitive": None if order.sensitive is None else list(order.sensitive),
        "replaces_in_person_work": order.replaces_in_person_work,
    }
    use |= use_facts(order.stated)
    if order.use not in WITHOUT_MODEL:
        features = [feature.value for feature in features_in(order.prompt)]
        use["prompt"] = {
            "named_people": [
                {"person_id": str(who), "features": features, "stays_recognisable": True}
                for who in around.named
            ]
        }
    return use


def _model(order: UseOrder) -> dict[str, Canonical]:
    model = order.model
    facts: dict[str, Canonical] = {
        "name": model.name,
        "version": model.version,
        "on_file": None if model.on_file is None else list(model.on_file),
        "terms_changed": model.terms_changed,
        "talent_enhancement": model.talent_enhancement,
        "unowned_training_data": model.unowned_training_data,
        "trained_for_project": model.trained_for_project,
        "on_market_since": model.on_market_since.isoformat() if model.on_market_since else None,
    }
    facts |= model_facts(order.stated)
    if order.delivery is not None:
        facts["ca_covered_provider"] = order.delivery.ca_covered_provider
    return facts
