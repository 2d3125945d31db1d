"""What was asked of the rules and stated beside it, in the order and the words in which a lawyer reads it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from web.templatetags.words import capital, words

_DAY = len("2026-01-01")

PRODUCTION: dict[str, str] = {
    "kind": "Kind",
    "agreement": "Collective agreement",
    "principal_photography_start": "Principal photography starts",
    "production_start": "Production starts",
    "governing_law": "Governing law",
    "strike_active": "Agreements under strike",
    "writers_guild_covered": "Writers Guild covered",
    "award_campaign": "Award campaign",
}
USE: dict[str, str] = {
    "use": "Use",
    "purpose": "Purpose",
    "stage": "Asked at",
    "output_status": "Output",
    "scenes": "Scenes",
    "media": "Media",
    "territories": "Territories",
    "languages": "Languages",
    "photoreal": "Photorealistic",
    "sensitive": "Sensitive content",
    "synthetic_role": "Invented character",
    "replaces_in_person_work": "Replaces work in person",
}
"""Asked with every use: what nobody said stands here as not stated."""
BESIDE_THE_USE: dict[str, str] = {
    "exempt_basis": "Why no consent would be needed",
    "key_visual": "A key visual",
    "unscripted_dialogue": "Dialogue that is not in the script",
    "fabricated_statement": "A real person says or does what they never did",
    "archive_like": "May be taken for archive material",
    "advertiser": "Advertiser",
    "product_line": "Product line",
}
TRAINING: dict[str, str] = {
    "affiliated": "Licensee affiliated",
    "for_pay": "Licensed for pay",
    "public_commercial": "Trains a public commercial system",
    "union_notice_at": "Performers' union told",
    "writers_notice_at": "Writers Guild told",
    "meeting_pending": "A meeting is pending",
}
TRANSFER: dict[str, str] = {
    "union_asked_at": "Union asked",
    "union_answer": "Union's answer",
    "assumed_in_writing": "Duties assumed in writing",
}
WORKPLACE: dict[str, str] = {
    "ai_material_given_to_writer": "AI material handed to a writer",
    "disclosed_to_writer": "The writer was told so",
    "ai_required_of_writer": "A writer is required to use AI",
    "crew_prompting_displaces": "Prompting displaces a covered employee",
    "director_consulted": "The director was consulted",
}
SESSION: dict[str, str] = {
    "session_at": "Session",
    "place": "Where",
    "biometrics": "Measured",
    "written_notice_at": "Written notice",
    "written_release_at": "Written release",
    "retention_policy_public": "Retention policy is public",
    "unrelated_use": "Serves something unrelated to the picture",
    "set_security_only": "For the security of the set alone",
}
PAY: dict[str, str] = {"session": "Day of the session", "used_as_principal": "Used as a principal"}
BUYER: dict[str, str] = {
    "no_recreation": "Recreates nobody else's work",
    "no_store_reuse_train": "Tool does not store, reuse or train",
    "secured": "Secured environment",
    "temporary_only": "Temporary, not delivered",
    "no_talent_work_without_consent": "Replaces no talent work without consent",
    "outside_secured_tools": "Made outside the secured tools",
}
MODEL: dict[str, str] = {
    "on_file": "On file about the vendor",
    "terms_changed": "Vendor's terms changed",
    "talent_enhancement": "Enhances talent",
    "unowned_training_data": "Trained on data nobody owned",
    "trained_for_project": "Trained for one production",
    "on_market_since": "On the market since",
}
BESIDE_THE_MODEL: dict[str, str] = {
    "reuse_consents_all": "Everybody it enhances agreed to its use here",
    "ca_covered_provider": "Covered provider in California",
}


@dataclass(frozen=True, slots=True)
class SaidLine:
    """`name`: of the fact. `value` as the filter `stated` puts it into words: None is not stated, which is not no."""

    name: str
    label: str
    value: object


@dataclass(frozen=True, slots=True)
class SaidGroup:
    title: str
    lines: tuple[SaidLine, ...]


def asked_in_words(
    asked: Mapping[str, Any], project: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[SaidGroup, ...]:
    """One question in groups: production, use, people, buyer, model. A group of which nothing is said is left out.

    Args:
        asked: the order, as `licensing.order_json` writes it.
        project: what the facts of the decision say of the production.
        names: of people by their identifier, as far as the reader may know them.
    """
    told: Mapping[str, Any] = asked.get("stated") or {}
    groups = (
        ("Production", _lines(PRODUCTION, project)),
        ("Use", _use(asked, told)),
        ("People", _people(asked, told, names)),
        ("Buyer", _buyer(project, told)),
        ("Model", _model(asked, told)),
    )
    found = ((title, tuple(lines)) for title, lines in groups)
    return tuple(SaidGroup(title, lines) for title, lines in found if lines)


def _use(asked: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[SaidLine]:
    yield from _lines(USE, asked)
    if (length := asked.get("duration_ms")) is not None:
        yield SaidLine("duration_ms", "Length", f"{length / 1000:g} s")
    yield from _stated(BESIDE_THE_USE, told)
    yield from _stated(TRAINING, told.get("training"))
    yield from _stated(TRANSFER, told.get("transfer"))


def _people(
    asked: Mapping[str, Any], told: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[SaidLine]:
    def name(who: Mapping[str, Any], key: str) -> str:
        return names.get(str(who[key]), "Somebody on the register")

    cast = asked.get("cast") or ()
    for one in cast:
        yield SaidLine("cast", capital(name(one, "performer_id")), one["replica_type"])
    if not cast:
        yield SaidLine("cast", "Cast", "nobody")
    for one in told.get("captures") or ():
        yield SaidLine("captures", "Session with", name(one, "person_id"))
        yield from _stated(SESSION, one)
    for one in told.get("pay") or ():
        yield SaidLine("pay", "Pay of", name(one, "person_id"))
        yield from _stated(PAY, one)
    yield from _stated(WORKPLACE, told.get("workplace"))


def _buyer(project: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[SaidLine]:
    yield SaidLine("buyer", "Buyer", project.get("buyer"))
    yield from _stated(BUYER, told.get("buyer_answers"))


def _model(asked: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[SaidLine]:
    model: Mapping[str, Any] = asked.get("model") or {}
    if not model.get("name"):
        return
    yield SaidLine("model", "Model", f"{model['name']} {model.get('version') or ''}".strip())
    for line in _lines(MODEL, model):
        # Here False is an answer with a meaning of its own: the model was trained for no production in particular.
        is_for_none = line.name == "trained_for_project" and line.value is False
        yield SaidLine(line.name, line.label, "none in particular") if is_for_none else line
    yield from _stated(BESIDE_THE_MODEL, told)


def _lines(labels: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[SaidLine]:
    for name, label in labels.items():
        yield SaidLine(name, label, _value(name, values.get(name)))


def _stated(labels: Mapping[str, str], values: Mapping[str, Any] | None) -> Iterator[SaidLine]:
    """What was said of it and no more: of what nobody was asked there is nothing to tell."""
    said = values or {}
    yield from _lines({name: label for name, label in labels.items() if said.get(name) is not None}, said)


def _value(name: str, value: object) -> object:
    if isinstance(value, str) and name.endswith(("_at", "_start", "_since")):
        return date.fromisoformat(value) if len(value) == _DAY else datetime.fromisoformat(value)
    if value is False and name.endswith("_at"):
        return "known not to have happened"
    if isinstance(value, str):
        return words(value)
    return [words(one) for one in value] if isinstance(value, Sequence) else value
