"""Terms of a consent as an ODRL 2.2 policy of our profile, without loss: what is read back is what was written.

Source: W3C ODRL Information Model 2.2 and ODRL Vocabulary 2.2 (Recommendations of 2018); the profile is documented in
docs/consent-documents.md and its context stands in odrl_profile.json.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.canonical import Canonical
from licensing.documents.odrl_terms import (
    NEVER,
    NOT_STATED,
    ODRL_CONTEXT,
    PREFIX,
    PROFILE,
    STATED_UNKNOWN,
    TERMS,
    TRAINING,
    Kind,
    Place,
    Term,
)

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy says: the terms, the kind of replica, and the IRIs of who and what it is about."""

    uid: str
    assigner: str
    assignee: str
    target: str
    replica_type: str
    terms: Mapping[str, Canonical]


def to_odrl(policy: Policy) -> dict[str, Any]:
    """`policy` as JSON-LD. Every term is there, also the ones nobody stated, which no value satisfies."""
    parties = {"assigner": policy.assigner, "assignee": policy.assignee, "target": policy.target}
    replica = {
        "leftOperand": f"{PREFIX}replicaType",
        "operator": "eq",
        "rightOperand": _word(policy.replica_type),
    }
    refinements = [replica, *_constraints(policy.terms, Place.ACTION)]
    duties = [
        {"action": place.value, "constraint": _constraints(policy.terms, place)}
        for place in (Place.OBTAIN_CONSENT, Place.INFORM)
    ]
    document: dict[str, Any] = {
        "@context": [ODRL_CONTEXT, profile()["@context"]],
        "@type": "Agreement",
        "uid": policy.uid,
        "profile": PROFILE,
        "conflict": "prohibit",
        # An empty section stays: terms without one and terms with an empty one are two different signed texts.
        "cs:intendedUse": _section(policy.terms, "intended_use"),
        "cs:agreed": _section(policy.terms, "agreed"),
        "permission": [
            {
                **parties,
                "action": [{"rdf:value": {"@id": f"{PREFIX}useLikeness"}, "refinement": refinements}],
                "constraint": _constraints(policy.terms, Place.PERMISSION),
                "duty": duties,
            }
        ],
    }
    if forbidden := _forbidden(policy.terms):
        document["prohibition"] = [{**parties, "action": PREFIX + use} for use in forbidden]
    return document


@lru_cache(maxsize=1)
def profile() -> dict[str, Any]:
    """The profile: its JSON-LD context and its actions, operands and words."""
    content: dict[str, Any] = json.loads(
        Path(__file__).with_name("odrl_profile.json").read_text(encoding="utf-8")
    )
    return content


def _section(terms: Mapping[str, Canonical], name: str) -> dict[str, str]:
    if name not in terms:
        return {"@id": NOT_STATED}
    return {"@id": STATED_UNKNOWN if terms[name] is None else f"{PREFIX}stated"}


def _forbidden(terms: Mapping[str, Canonical]) -> list[str]:
    uses = stated(terms, "intended_use.uses")
    return [one.value for one in TRAINING if one.value not in uses] if isinstance(uses, list | tuple) else []


def _constraints(terms: Mapping[str, Canonical], place: Place) -> list[dict[str, Any]]:
    return [
        {
            "leftOperand": one.operand,
            "operator": one.operator,
            "rightOperand": _right(one, stated(terms, one.path)),
        }
        for one in TERMS
        if one.place is place
    ]


def stated(terms: Mapping[str, Canonical], path: str) -> object:
    """The value under `path`; `ABSENT` when its name is not there, which is not null."""
    value: object = terms
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            return _ABSENT
        value = value[name]
    return value


def _right(term: Term, value: object) -> object:
    if value is _ABSENT:
        return {"@id": NOT_STATED}
    if value is None:
        return {"@id": STATED_UNKNOWN}
    match term.kind, value:
        case Kind.LIST, list() | tuple():
            # A list, not a set: the order is part of the signed bytes.
            return {"@list": [_word(str(one)) if term.words else one for one in value]}
        case ((Kind.TIME | Kind.DAY_OR_NEVER), False):
            return {"@id": NEVER}
        case Kind.SECONDS, _:
            return {"@value": f"PT{value}S", "@type": "xsd:duration"}
        case Kind.TIME, _:
            return {"@value": value, "@type": "xsd:dateTime"}
        case ((Kind.DAY | Kind.DAY_OR_NEVER), _):
            return {"@value": value, "@type": "xsd:date"}
        case _:
            return _word(str(value)) if term.words else value


def _word(word: str) -> dict[str, str]:
    return {"@id": PREFIX + word}
