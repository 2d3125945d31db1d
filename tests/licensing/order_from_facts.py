"""A written-down question as somebody would ask it at the gate: what they state, and what is on record around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from core.canonical import Canonical
from licensing.clauses.case import WITHOUT_MODEL
from licensing.delivering import DeliveryFacts
from licensing.gate_facts import Surroundings, facts_of
from licensing.signing_off.papers import CAPACITIES, Papers, SignOff, WrittenApproval
from licensing.stating import RECORDS, SECTIONS, stated_of
from licensing.values import CastMember, ModelStatement, UseOrder
from productions.queries import ProductionFacts

_PAY = ("session", "used_as_principal")
_OF_THE_USE = (
    "exempt_basis",
    "key_visual",
    "unscripted_dialogue",
    "fabricated_statement",
    "archive_like",
    "advertiser",
    "product_line",
    "training",
    "transfer",
)


@dataclass(frozen=True)
class _Registered:
    facts: dict[str, Any]

    def as_subject(self, replica_type: str) -> dict[str, Canonical]:
        return {**self.facts, "replica_type": replica_type}


def identified(facts: Any) -> Any:  # noqa: ANN401 - JSON
    """The same question about people whose ids are of the register's kind."""
    if isinstance(facts, list):
        return [identified(one) for one in facts]
    if not isinstance(facts, dict):
        return facts
    return {
        name: str(_uuid(value)) if name == "person_id" and isinstance(value, str) else identified(value)
        for name, value in facts.items()
    }


def _uuid(person_id: str) -> UUID:
    try:
        return UUID(person_id)
    except ValueError:
        return uuid5(NAMESPACE_URL, person_id)


def why_not_asked(facts: dict[str, Any]) -> str | None:
    """Why nobody could ask this at the gate; None where somebody can."""
    use, project = facts.get("use", {}), facts.get("project", {})
    subjects, answers = facts.get("subjects"), facts.get("buyer_answers", {})
    said = ("use", "purpose", "stage", "output_status", "media", "territories", "languages", "scenes")
    reasons = {
        "the gate knows who is in question, and as what": subjects is None
        or any(not one.get("person_id") or not one.get("replica_type") for one in subjects),
        "only counsel signs off": use.get("basis_signed_off_by") not in (None, False, *CAPACITIES),
        "it is signed off what is claimed": bool(use.get("basis_signed_off_by"))
        and not use.get("exempt_basis"),
        "a strike and a withdrawal are heard before a sign-off": bool(use.get("basis_signed_off_by"))
        and (
            project.get("agreement") in (project.get("strike_active") or ())
            or any(one.get("withdrawn_at") for one in facts.get("consents") or ())
        ),
        "the gate knows that nobody signed off": bool(use.get("exempt_basis"))
        and use.get("basis_signed_off_by") is None,
        "an approval is read for a buyer who asks for it": bool(answers.get("written_approval_at"))
        and (
            project.get("buyer") != "netflix"
            or datetime.fromisoformat(answers["written_approval_at"])
            > datetime.fromisoformat(facts["asked_at"])
        ),
        "the gate knows that no approval is on record": project.get("buyer") == "netflix"
        and answers.get("written_approval_at") is None,
        "whom the prompt names is read from the prompt": use.get("use") not in WITHOUT_MODEL
        and use.get("prompt", {}).get("named_people") != [],
        "an order always says these": any(use.get(name) is None for name in (*said, "synthetic_role")),
        "the register always knows its records and strikes": facts.get("consents") is None
        or project.get("strike_active") is None,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def asked_at_the_gate(facts: dict[str, Any]) -> dict[str, Canonical]:
    """What the gate would ask the rulebook, of the facts of a question that can be asked there."""
    order, around = order_of(facts), around_of(facts)
    return facts_of(order, around, asked_at=datetime.fromisoformat(facts["asked_at"]))


def order_of(facts: dict[str, Any]) -> UseOrder:
    use, model = facts["use"], facts.get("model") or {}
    told: dict[str, Any] = {name: use[name] for name in _OF_THE_USE if name in use}
    for name in (*SECTIONS, *RECORDS):
        if facts.get(name) is not None:
            told[name] = facts[name]
    told["buyer_answers"] = {
        name: value
        for name, value in (facts.get("buyer_answers") or {}).items()
        if name != "written_approval_at"
    }
    told["pay"] = [
        {"person_id": one["person_id"], **{name: one[name] for name in _PAY if name in one}}
        for one in facts["subjects"]
    ]
    told |= {name: model[name] for name in ("reuse_consents_all", "ca_covered_provider") if name in model}
    delivery, nobody = facts.get("delivery"), UUID(int=0)
    on_file, since = model.get("on_file"), model.get("on_market_since")
    return UseOrder(
        organisation_id=nobody,
        production_id=nobody,
        shot_id=None,
        use=use["use"],
        stage=use["stage"],
        purpose=use["purpose"],
        output_status=use["output_status"],
        media=tuple(use["media"]),
        territories=tuple(use["territories"]),
        languages=tuple(use["languages"]),
        scenes=tuple(use["scenes"]),
        synthetic_role=use["synthetic_role"],
        photoreal=use.get("photoreal"),
        sensitive=None if use.get("sensitive") is None else tuple(use["sensitive"]),
        replaces_in_person_work=use.get("replaces_in_person_work"),
        prompt="A street at night.",
        negative_prompt="",
        cast=tuple(
            CastMember(performer_id=UUID(one["person_id"]), replica_type=one["replica_type"])
            for one in facts["subjects"]
        ),
        model=ModelStatement(
            name=model.get("name", ""),
            version=model.get("version", ""),
            on_file=None if on_file is None else tuple(on_file),
            terms_changed=model.get("terms_changed"),
            talent_enhancement=model.get("talent_enhancement"),
            unowned_training_data=model.get("unowned_training_data"),
            trained_for_project=model.get("trained_for_project"),
            on_market_since=date.fromisoformat(since) if since else None,
        ),
        requested_at=datetime.fromisoformat(facts["asked_at"]),
        delivery=None
        if delivery is None
        else DeliveryFacts(
            recipient_id=nobody,
            marks=_listed(delivery.get("marks")),
            marks_stripped=delivery.get("marks_stripped"),
            disclosures_recorded=_listed(delivery.get("disclosures_recorded")),
            ca_covered_provider=model.get("ca_covered_provider"),
        ),
        stated=stated_of(told),
    )


def _listed(words: list[str] | None) -> tuple[str, ...] | None:
    return None if words is None else tuple(words)


def around_of(facts: dict[str, Any]) -> Surroundings:
    project = facts["project"]
    started, made = project.get("principal_photography_start"), project.get("production_start")
    return Surroundings(
        production=ProductionFacts(
            kind=project["kind"],
            agreement=project.get("agreement"),
            principal_photography_start=date.fromisoformat(started) if started else None,
            production_start=date.fromisoformat(made) if made else None,
            governing_law=project.get("governing_law"),
            buyer=project.get("buyer"),
            award_campaign=project.get("award_campaign"),
            writers_guild_covered=project.get("writers_guild_covered"),
            project_id=project["project_id"],
        ),
        strikes=project["strike_active"],
        people={
            UUID(one["person_id"]): _Registered(
                {name: value for name, value in one.items() if name not in _PAY}
            )
            for one in facts["subjects"]
        },
        consents=facts["consents"],
        named=(),
        synthetic=facts.get("synthetic"),
        papers=_papers(facts),
    )


def _papers(facts: dict[str, Any]) -> Papers:
    """What counsel signed off and the buyer approved, for the signature and the time that the facts name."""
    use, approved_at = facts["use"], (facts.get("buyer_answers") or {}).get("written_approval_at")
    signer = use.get("basis_signed_off_by")
    asked_at = datetime.fromisoformat(facts["asked_at"])
    return Papers(
        sign_offs=tuple(
            SignOff(
                id=uuid5(NAMESPACE_URL, basis),
                performer_id=None,
                basis=basis,
                use=use["use"],
                scenes=(),
                shots=(),
                valid_until=asked_at.date() + timedelta(days=1),
                capacity=signer,
                signed_at=asked_at,
                signed_by=UUID(int=1),
                content_sha256="0" * 64,
            )
            for basis in (use.get("exempt_basis") or () if signer else ())
        ),
        approvals=(
            WrittenApproval(
                id=UUID(int=2),
                use=use["use"],
                shots=(),
                approved_at=datetime.fromisoformat(approved_at),
                valid_until=None,
                document_sha256="0" * 64,
                content_sha256="0" * 64,
            ),
        )
        if approved_at
        else (),
    )
