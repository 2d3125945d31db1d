"""What the form of a take begins with where it is made from another take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from generation.iterating.options import ModelOptions
from generation.iterating.values import LineageKind
from generation.model_queries import ModelCard
from generation.pages.iterating_forms import MadeFromPage

_AS_BEFORE = (LineageKind.VARIATION, LineageKind.REVISION)
"""Made from no picture of the parent: whoever and whatever was in it is in it only where it is asked for again."""


def asked_before(
    made_from: MadeFromPage, *, models: Sequence[ModelCard], options: Sequence[ModelOptions]
) -> dict[str, Any]:
    """What the request of the parent said and its model; with a variation or a revision, all that can be asked again.

    What a form has no such choice for any more (a model no longer cleared, an adapter that was destroyed) is left
    open on it. Statements of people about the take are never taken over: they are about another one.
    """
    request, kind = made_from.request, made_from.kind
    model = _model_of(made_from, models)
    begun = _words(request)
    if kind in _AS_BEFORE:
        begun |= _made(made_from, model) | _people(request)
    return begun | {
        "model": model,
        "camera_move": _move(request, options, model),
        "seed": made_from.parent.seed if kind is LineageKind.REVISION else None,
        "variations": 4 if kind is LineageKind.VARIATION else None,
    }


def _words(request: Mapping[str, Any]) -> dict[str, Any]:
    yes_or_no = {True: "yes", False: "no", None: ""}
    sensitive = request.get("sensitive")
    return {
        "prompt": request.get("prompt", ""),
        "negative_prompt": request.get("negative_prompt", ""),
        "use": request.get("use"),
        "purpose": request.get("purpose"),
        "output_status": request.get("output_status"),
        "shown_in": request.get("media", []),
        "territories": ", ".join(request.get("territories", [])),
        "languages": ", ".join(request.get("languages", [])),
        "synthetic_role": request.get("synthetic_role"),
        "photoreal": yes_or_no[request.get("photoreal")],
        "sensitive": sensitive or [],
        "nothing_sensitive": sensitive == [],
        "replaces_in_person_work": yes_or_no[request.get("replaces_in_person_work")],
    }


def _made(made_from: MadeFromPage, model: UUID | None) -> dict[str, Any]:
    """The model, the size and the length of the parent itself, whatever its request left open."""
    parent, request = made_from.parent, made_from.request
    found = {
        "keep_for_mastering": request.get("keep_for_mastering", False),
        "priority": request.get("priority", ""),
    }
    if model is None:
        return found
    return found | {
        "size": f"{model} {parent.width}x{parent.height}",
        "length": f"{model} {parent.num_frames}",
    }


def _people(request: Mapping[str, Any]) -> dict[str, Any]:
    """Whom it showed and by what: the gate is asked about them again. The form has room for one of each."""
    cast, adapters = request.get("cast", []), request.get("adapters", [])
    found: dict[str, Any] = {
        "reference_pictures": [UUID(one) for one in request.get("reference_pictures", [])]
    }
    if len(cast) == 1:
        found |= {"performer": UUID(cast[0]["performer"]), "replica_type": cast[0]["replica_type"]}
    if len(adapters) == 1:
        found |= {"adapter": UUID(adapters[0]["asset"]), "adapter_scale": adapters[0]["scale"]}
    return found


def _model_of(made_from: MadeFromPage, models: Sequence[ModelCard]) -> UUID | None:
    """The model that made the parent, where it can be chosen."""
    return next((one.id for one in models if one.lock_sha256 == made_from.parent.model_sha256), None)


def _move(request: Mapping[str, Any], options: Sequence[ModelOptions], model: UUID | None) -> str:
    """The move of the camera; empty where the model has none such."""
    move = request.get("camera_move", "")
    able = any(one.model_id == model and move in one.camera_moves for one in options)
    return f"{model} {move}" if able else ""
