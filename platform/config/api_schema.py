"""What every operation of the API has in common, said once for the whole schema."""

from __future__ import annotations

from typing import Any

from audit.health_values import State
from generation.deliveries.values import DisputeOutcome
from generation.screens.values import PictureKind, ScreenKind, ScreenOutcome
from generation.values import TakeState
from licensing.names import ChangeReason
from licensing.reporting.words import FindingState
from licensing.values import Answer, ExemptBasis, SubjectState
from productions.values import ProductionKind
from provenance.updating.definition import ReviewOutcome
from provenance.values import CredentialState

_PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `type` is the address of a page that explains this kind of problem.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
    "additionalProperties": True,
}


def with_problems(result: dict[str, Any], **_: object) -> dict[str, Any]:
    """Add the problem document as the answer to whatever an operation does not answer otherwise."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = _PROBLEM
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"].setdefault(
                "default",
                {
                    "description": "A refusal or an error.",
                    "content": {
                        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
                    },
                },
            )
    return result


def take_states() -> list[str]:
    """Two fields are called `state`; each list of states gets a name of its own."""
    return [state.value for state in TakeState]


def credential_states() -> list[str]:
    return [state.value for state in CredentialState]


def log_health_states() -> list[str]:
    return [state.value for state in State]


def finding_states() -> list[str]:
    return [state.value for state in FindingState]


def subject_states() -> list[str]:
    return [state.value for state in SubjectState]


def change_reasons() -> list[str]:
    return [reason.value for reason in ChangeReason]


def production_kinds() -> list[str]:
    return [reason.value for reason in ProductionKind]


def buyer_answers() -> list[str]:
    return [answer.value for answer in Answer]


def exempt_bases() -> list[str]:
    return [basis.value for basis in ExemptBasis]


def dispute_outcomes() -> list[str]:
    return [outcome.value for outcome in DisputeOutcome]


def review_outcomes() -> list[str]:
    return [outcome.value for outcome in ReviewOutcome]


def screen_kinds() -> list[str]:
    return [kind.value for kind in ScreenKind]


def screen_outcomes() -> list[str]:
    return [outcome.value for outcome in ScreenOutcome]


def picture_kinds() -> list[str]:
    return [kind.value for kind in PictureKind]
