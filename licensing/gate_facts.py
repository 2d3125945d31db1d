"""An order and what is on record, put together as the facts of the rulebook. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.clauses.case import WITHOUT_MODEL
from licensing.prompts import features_in
from licensing.signing_off.papers import Papers, SignOff, WrittenApproval
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
        papers: what counsel signed off and the buyer approved in writing.
    """

    production: ProductionFacts
    strikes: Sequence[Canonical]
    people: Mapping[UUID, OnRecord]
    consents: Sequence[Canonical]
    named: tuple[UUID, ...]
    synthetic: Mapping[str, Canonical] | None = None
    papers: Papers = field(default_factory=Papers)


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
        "use": _use(order, around, signed_off(order, around, at=asked_at)),
        "subjects": subjects,
        "consents": list(around.consents),
    }
    if order.use not in WITHOUT_MODEL:
        facts["model"] = _model(order)
    approval = approved(order, around, at=asked_at)
    facts |= section_facts(
        order.stated,
        for_netflix=around.production.buyer == Buyer.NETFLIX,
        approved_at=approval.approved_at if approval else None,
    )
    if order.stage == Stage.DELIVER:
        facts["delivery"] = {} if order.delivery is None else order.delivery.as_facts()
    if around.synthetic is not None:
        facts["synthetic"] = dict(around.synthetic)
    return facts


def papers_behind(order: UseOrder, around: Surroundings, *, at: datetime) -> list[Canonical]:
    """What of the facts rests on a paper, as a decision tells it: sign-offs, and a buyer's approval."""
    approval = approved(order, around, at=at)
    return [one.said for one in (*signed_off(order, around, at=at), *((approval,) if approval else ()))]


def signed_off(order: UseOrder, around: Surroundings, *, at: datetime) -> tuple[SignOff, ...]:
    """The sign-offs of what `order` claims; none counts in a strike, or beside a consent withdrawn here.

    A person's no and a strike are heard before any judgement of counsel's about them.
    """
    if not around.papers.sign_offs:
        return ()
    people = {one.performer_id for one in order.cast if one.replica_type != ReplicaType.NONE} | set(
        around.named
    )
    if around.production.agreement in around.strikes or _any_withdrawn(around, people, at):
        return ()
    return around.papers.signed_off(order, sorted(people), at=at)


def approved(order: UseOrder, around: Surroundings, *, at: datetime) -> WrittenApproval | None:
    """The buyer's approval that counts; None where no buyer's rules are read."""
    is_read = around.production.buyer == Buyer.NETFLIX
    return around.papers.approved(order, at=at) if is_read else None


def _any_withdrawn(around: Surroundings, people: Collection[UUID], at: datetime) -> bool:
    """Whether one of `people` withdrew a consent in this production that no later record of the kind renews."""
    ended: set[tuple[str, Canonical]] = set()
    standing: set[tuple[str, Canonical]] = set()
    for one in around.consents:
        if not isinstance(one, Mapping) or one.get("project_id") != around.production.project_id:
            continue
        when, who = one.get("withdrawn_at"), str(one.get("person_id"))
        is_over = isinstance(when, str) and datetime.fromisoformat(when) <= at
        if who in {str(person) for person in people}:
            (ended if is_over else standing).add((who, one.get("replica_type")))
    return bool(ended - standing)


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


def _use(order: UseOrder, around: Surroundings, signed: tuple[SignOff, ...]) -> dict[str, Canonical]:
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
    use |= use_facts(order.stated, signed_off_by=signed[0].capacity if signed else None)
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
