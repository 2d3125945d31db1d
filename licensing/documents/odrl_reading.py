"""Read a policy of our ODRL profile back into terms. Whatever the profile does not define is refused by name.

An importer that passes over an operand it does not know changes what was agreed; so nothing is passed over, and a
policy is taken whole or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.canonical import Canonical
from licensing.documents.contradictions import require_consistent
from licensing.documents.errors import OdrlNotUnderstood, TermsContradict
from licensing.documents.odrl import Policy, profile
from licensing.documents.odrl_terms import (
    NEVER,
    NOT_STATED,
    ODRL_CONTEXT,
    PREFIX,
    PROFILE,
    STATED_UNKNOWN,
    TERMS,
    Kind,
    Place,
    Term,
)
from licensing.fact_reading import BadFacts
from licensing.terms import read_terms
from licensing.values import ReplicaType, Use

_POLICY = frozenset(
    {
        *("@context", "@type", "uid", "profile", "conflict", "permission", "prohibition"),
        *("cs:intendedUse", "cs:agreed"),
    }
)
_SECTIONS = {"intended_use": "cs:intendedUse", "agreed": "cs:agreed"}
_PARTIES = frozenset({"assigner", "assignee", "target"})
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,31}:[^\s<>\"{}|\\^`\x00-\x20]{1,500}")
# One spelling alone, so that what is read is written the same again.
_SECONDS = re.compile(r"PT([1-9][0-9]{0,9})S")
_REPLICA_TYPE = Term("replica_type", Place.ACTION, f"{PREFIX}replicaType", "eq", Kind.TEXT)
_MISSING = object()
_TYPES = {Kind.TIME: "xsd:dateTime", Kind.DAY: "xsd:date", Kind.DAY_OR_NEVER: "xsd:date"}


def from_odrl(document: object) -> Policy:
    """The policy that `document`, plain JSON values, states.

    Raises:
        OdrlNotUnderstood: a member, action, operand, operator or value our profile does not define, or a missing one.
        TermsContradict: it permits and prohibits the same, or says of a term two things.
    """
    policy = _object(document, "$", _POLICY)
    _fixed(policy, "@context", [ODRL_CONTEXT, profile()["@context"]])
    _fixed(policy, "@type", "Agreement")
    _fixed(policy, "profile", PROFILE)
    _fixed(policy, "conflict", "prohibit")
    permission = _object(
        _only(policy, "permission", "$"), "$.permission[0]", _PARTIES | {"action", "constraint", "duty"}
    )
    parties = {name: _iri(permission, name, "$.permission[0]") for name in sorted(_PARTIES)}
    values = _action(_only(permission, "action", "$.permission[0]"))
    replica_type = values.pop("replica_type")
    values |= _read(permission.get("constraint"), Place.PERMISSION, "$.permission[0].constraint")
    values |= _duties(permission.get("duty"))
    terms = _nested(values, policy)
    _prohibitions(policy.get("prohibition", []), parties, terms)
    try:
        read_terms(str(replica_type), terms)
    except BadFacts as error:
        raise OdrlNotUnderstood(error.path, str(error).removeprefix(f"{error.path}: ")) from error
    require_consistent(terms)
    return Policy(uid=_iri(policy, "uid", "$"), replica_type=str(replica_type), terms=terms, **parties)


def _action(value: object) -> dict[str, object]:
    path = "$.permission[0].action[0]"
    action = _object(value, path, frozenset({"rdf:value", "refinement"}))
    name = _reference(action.get("rdf:value"), f"{path}.rdf:value")
    if name != f"{PREFIX}useLikeness":
        raise OdrlNotUnderstood(f"{path}.rdf:value", f"the profile knows no action {name} here", name=name)
    return _read(action.get("refinement"), Place.ACTION, f"{path}.refinement")


def _duties(value: object) -> dict[str, object]:
    path = "$.permission[0].duty"
    values: dict[str, object] = {}
    seen = set()
    for index, one in enumerate(_array(value, path)):
        duty = _object(one, f"{path}[{index}]", frozenset({"action", "constraint"}))
        name = duty.get("action")
        if name not in (Place.OBTAIN_CONSENT.value, Place.INFORM.value):
            raise OdrlNotUnderstood(
                f"{path}[{index}].action", f"the profile knows no duty {name}", name=str(name)
            )
        if name in seen:
            raise TermsContradict(f"{path}[{index}]", f"the duty {name} is stated twice")
        seen.add(name)
        values |= _read(duty.get("constraint"), Place(name), f"{path}[{index}].constraint")
    for place in (Place.OBTAIN_CONSENT, Place.INFORM):
        if place.value not in seen:
            raise OdrlNotUnderstood(path, f"the duty {place.value} is missing", name=place.value)
    return values


def _read(value: object, place: Place, path: str) -> dict[str, object]:
    """Values by the path of their term; terms nobody stated are left out."""
    known = {(one.operand, one.operator): one for one in TERMS if one.place is place}
    if place is Place.ACTION:
        known[_REPLICA_TYPE.operand, _REPLICA_TYPE.operator] = _REPLICA_TYPE
    operands = {operand for operand, _ in known}
    found: dict[str, object] = {}
    for index, one in enumerate(_array(value, path)):
        here = f"{path}[{index}]"
        constraint = _object(one, here, frozenset({"leftOperand", "operator", "rightOperand"}))
        operand, operator = constraint.get("leftOperand"), constraint.get("operator")
        if operand not in operands:
            raise OdrlNotUnderstood(
                f"{here}.leftOperand", f"the profile knows no operand {operand} here", name=str(operand)
            )
        term = known.get((str(operand), str(operator)))
        if term is None:
            raise OdrlNotUnderstood(
                f"{here}.operator",
                f"the profile knows no operator {operator} of {operand}",
                name=str(operator),
            )
        if term.path in found:
            raise TermsContradict(here, f"{operand} {operator} is stated twice")
        found[term.path] = _right(term, constraint.get("rightOperand", _MISSING), f"{here}.rightOperand")
    for term in known.values():
        if term.path not in found and not term.added_later:
            raise OdrlNotUnderstood(
                path,
                f"{term.operand} {term.operator} is missing; say {NOT_STATED} where nothing is agreed on it",
                name=term.operand,
            )
    return {name: one for name, one in found.items() if one is not _MISSING}


def _right(term: Term, value: object, path: str) -> object:
    if term is _REPLICA_TYPE:
        return _replica_type(value, path)
    if isinstance(value, Mapping) and set(value) == {"@id"}:
        unstated = {NOT_STATED: _MISSING, STATED_UNKNOWN: None}
        if term.kind in (Kind.TIME, Kind.DAY_OR_NEVER):
            unstated[NEVER] = False
        name = _text(value["@id"], f"{path}.@id")
        if name in unstated:
            return unstated[name]
    match term.kind:
        case Kind.LIST:
            items = _array(_object(value, path, frozenset({"@list"})).get("@list"), f"{path}.@list")
            return [_item(term, one, f"{path}.@list[{index}]") for index, one in enumerate(items)]
        case Kind.TIME | Kind.DAY | Kind.DAY_OR_NEVER:
            return _literal(_TYPES[term.kind], value, path)
        case Kind.BOOLEAN | Kind.NUMBER:
            wanted, said = (bool, "true or false") if term.kind is Kind.BOOLEAN else (int, "a whole number")
            # To Python true is a number.
            if type(value) is not wanted:
                raise OdrlNotUnderstood(path, f"must be {said}")
            return value
        case Kind.COUNT | Kind.SECONDS:
            return _number(term, value, path)
        case _:
            return _item(term, value, path)


def _replica_type(value: object, path: str) -> str:
    word = _reference(value, path)
    if not word.startswith(PREFIX) or word.removeprefix(PREFIX) not in set(ReplicaType):
        raise OdrlNotUnderstood(path, f"{word} is no kind of replica", name=word)
    return word.removeprefix(PREFIX)


def _literal(wanted: str, value: object, path: str) -> str:
    literal = _object(value, path, frozenset({"@value", "@type"}))
    if literal.get("@type") != wanted:
        raise OdrlNotUnderstood(f"{path}.@type", f"must be {wanted}", name=str(literal.get("@type")))
    return _text(literal.get("@value"), f"{path}.@value")


def _number(term: Term, value: object, path: str) -> int:
    if term.kind is Kind.COUNT:
        if isinstance(value, bool) or not isinstance(value, int):
            raise OdrlNotUnderstood(path, "must be a whole number")
        return value
    found = _SECONDS.fullmatch(_literal("xsd:duration", value, path))
    if found is None:
        raise OdrlNotUnderstood(f"{path}.@value", "must be a number of seconds such as PT20S")
    return int(found.group(1))


def _item(term: Term, value: object, path: str) -> str:
    if term.words is None:
        return _text(value, path)
    word = _reference(value, path)
    if not word.startswith(PREFIX) or word.removeprefix(PREFIX) not in set(term.words):
        raise OdrlNotUnderstood(path, f"the profile knows no {word} for {term.operand}", name=word)
    return word.removeprefix(PREFIX)


def _section(policy: Mapping[str, Any], member: str) -> str:
    name = _reference(policy.get(member), f"$.{member}")
    if name not in (NOT_STATED, STATED_UNKNOWN, f"{PREFIX}stated"):
        raise OdrlNotUnderstood(f"$.{member}", f"the profile knows no {name} here", name=name)
    return name


def _nested(values: Mapping[str, object], policy: Mapping[str, Any]) -> dict[str, Canonical]:
    terms: dict[str, Any] = {}
    sections: dict[str, dict[str, object]] = {name: {} for name in _SECTIONS}
    for path, value in values.items():
        outer, _, inner = path.partition(".")
        if inner:
            sections[outer][inner] = value
        else:
            terms[outer] = value
    for outer, member in _SECTIONS.items():
        state = _section(policy, member)
        if state == f"{PREFIX}stated":
            terms[outer] = sections[outer]
        elif sections[outer]:
            raise TermsContradict(f"$.{member}", "the section is not stated, and yet terms of it are")
        elif state == STATED_UNKNOWN:
            terms[outer] = None
    return terms


def _prohibitions(value: object, parties: Mapping[str, str], terms: Mapping[str, Canonical]) -> None:
    """Everything not permitted is prohibited already; a prohibition may say so again and may not say more."""
    intended = terms.get("intended_use")
    uses = intended.get("uses") if isinstance(intended, Mapping) else None
    permitted = {str(one) for one in uses} if isinstance(uses, list | tuple) else set()
    for index, one in enumerate(_array(value, "$.prohibition")):
        path = f"$.prohibition[{index}]"
        prohibition = _object(one, path, _PARTIES | {"action"})
        for name, party in parties.items():
            if prohibition.get(name) != party:
                raise OdrlNotUnderstood(f"{path}.{name}", "must be the same as in the permission")
        action = str(prohibition.get("action"))
        if not action.startswith(PREFIX) or action.removeprefix(PREFIX) not in set(Use):
            raise OdrlNotUnderstood(f"{path}.action", f"the profile knows no action {action}", name=action)
        if action.removeprefix(PREFIX) in permitted:
            raise TermsContradict(f"{path}.action", f"{action} is permitted and prohibited")


def _object(value: object, path: str, names: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise OdrlNotUnderstood(path, "must be an object")
    for name in value:
        if name not in names:
            raise OdrlNotUnderstood(
                f"{path}.{name}", f"the profile knows no member {name} here", name=str(name)
            )
    return value


def _array(value: object, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise OdrlNotUnderstood(path, "must be an array")
    return value


def _only(value: Mapping[str, Any], name: str, path: str) -> object:
    items = _array(value.get(name), f"{path}.{name}")
    if len(items) != 1:
        raise OdrlNotUnderstood(f"{path}.{name}", f"must hold exactly one, not {len(items)}")
    return items[0]


def _fixed(policy: Mapping[str, Any], name: str, wanted: object) -> None:
    if policy.get(name) != wanted:
        said = policy.get(name)
        raise OdrlNotUnderstood(
            f"$.{name}", "is not that of our profile", name=said if isinstance(said, str) else None
        )


def _reference(value: object, path: str) -> str:
    return _text(_object(value, path, frozenset({"@id"})).get("@id"), f"{path}.@id")


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise OdrlNotUnderstood(path, "must be a string")
    return value


def _iri(value: Mapping[str, Any], name: str, path: str) -> str:
    text = _text(value.get(name), f"{path}.{name}")
    if not _IRI.fullmatch(text):
        raise OdrlNotUnderstood(f"{path}.{name}", "must be an IRI")
    return text
