"""A take as asked for, completed with the model's defaults and hashed. Touches no table."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.canonical import Canonical, canonical_bytes
from core.digests import sha256_hex
from generation.coverage import Coverage, coverage_of
from generation.engines.camera_moves import with_camera_move
from generation.engines.sizes import SizeLimits
from generation.errors import CameraMoveUnknown, IdempotencyKeyMissing, RequestNotPossible
from generation.model_defaults import ModelDefaults
from generation.serving.values import Priority
from generation.spec import RenderSpec, delivered_size
from generation.values import (
    LARGEST_SEED,
    LONGEST_KEY,
    MOST_GUIDANCE,
    MOST_STEPS,
    TakeOrder,
)
from licensing.stating import stated_to_json


@dataclass(frozen=True, slots=True)
class CompletedOrder:
    """`coverage` is None where the model's vocabulary is open.

    `camera_words`: by which the model is told of the camera move; `spec` has them in its prompt.
    """

    spec: RenderSpec
    camera_words: str
    coverage: Coverage | None


def completed(order: TakeOrder, *, model: str, defaults: ModelDefaults, limits: SizeLimits) -> CompletedOrder:
    """Fill in the model's defaults and refuse what it cannot make; `model` is what refusals call it.

    Raises:
        RequestNotPossible, SizeNotPossible.
        CameraMoveUnknown: the model has no such move.
    """
    check_numbers(order)
    for field in sorted(defaults.untold):
        if getattr(order, field) not in (None, "", False):
            raise RequestNotPossible(field=field, allowed="left out: whoever runs this model cannot be told")
    usual = defaults.render
    for field in sorted(defaults.fixed):
        asked, only = getattr(order, field), getattr(usual, field)
        if asked is not None and float(asked) != only:
            raise RequestNotPossible(
                field=field, allowed=f"{only:g} or left out: this model was distilled for it alone"
            )
    width, height = order.width or usual.width, order.height or usual.height
    delivered_width, delivered_height = delivered_size(max(width, 1), max(height, 1))
    camera_words = _camera_words(order.camera_move, defaults, model=model)
    spec = RenderSpec(
        prompt=with_camera_move(order.prompt, camera_words),
        negative_prompt=order.negative_prompt,
        width=width,
        height=height,
        num_frames=usual.num_frames if order.num_frames is None else order.num_frames,
        fps=Fraction(usual.fps),
        steps=order.steps or usual.steps,
        guidance_scale=float(
            Decimal(str(usual.guidance_scale)) if order.guidance_scale is None else order.guidance_scale
        ),
        seed=secrets.randbelow(LARGEST_SEED + 1) if order.seed is None else order.seed,
        delivered_width=delivered_width,
        delivered_height=delivered_height,
    )
    limits.check(spec)
    words = None if defaults.vocabulary is None else coverage_of(spec.prompt, defaults.vocabulary)
    return CompletedOrder(spec=spec, camera_words=camera_words, coverage=words)


def _camera_words(move: str, defaults: ModelDefaults, *, model: str) -> str:
    if move and move not in defaults.camera_moves:
        raise CameraMoveUnknown(model=model, move=move, known=tuple(defaults.camera_moves))
    return defaults.camera_moves[move] if move else ""


def request_body(order: TakeOrder) -> dict[str, Canonical]:
    """Everything that was asked, in the form that is stored and hashed; the time of asking is no part of it."""
    body: dict[str, Canonical] = {
        "shot": str(order.shot_id),
        "prompt": order.prompt,
        "negative_prompt": order.negative_prompt,
        "cast": [
            {"performer": str(one.performer_id), "replica_type": str(one.replica_type)} for one in order.cast
        ],
        "use": str(order.use),
        "purpose": str(order.purpose),
        "output_status": str(order.output_status),
        "media": [str(word) for word in order.media],
        "territories": list(order.territories),
        "languages": list(order.languages),
        "scenes": None if order.scenes is None else list(order.scenes),
        "synthetic_role": str(order.synthetic_role),
        "photoreal": order.photoreal,
        "sensitive": None if order.sensitive is None else [str(word) for word in order.sensitive],
        "replaces_in_person_work": order.replaces_in_person_work,
        "model": None if order.model_id is None else str(order.model_id),
        "width": order.width,
        "height": order.height,
        "num_frames": order.num_frames,
        "steps": order.steps,
        # As text: a float has no single spelling.
        "guidance_scale": None if order.guidance_scale is None else f"{order.guidance_scale:.2f}",
        "seed": order.seed,
    }
    # Left out where nothing is said: a request of before there was anything to say keeps its digest.
    if order.stated is not None:
        body["stated"] = stated_to_json(order.stated)
    if order.references:
        body["references"] = [str(one) for one in order.references]
    if order.origin is not None:
        body["origin"] = order.origin.to_json()
    if order.adapters:
        body["adapters"] = [
            {"asset": str(one.asset_id), "scale": f"{one.scale:.2f}"} for one in order.adapters
        ]
    if order.reference_pictures:
        body["reference_pictures"] = [str(one) for one in order.reference_pictures]
    if order.camera_move:
        body["camera_move"] = order.camera_move
    if order.keep_for_mastering:
        body["keep_for_mastering"] = True
    if order.priority is not Priority.NORMAL:
        body["priority"] = str(order.priority)
    return body


def request_digest(body: dict[str, Canonical]) -> str:
    return sha256_hex(canonical_bytes(body))


def checked_key(idempotency_key: str | None) -> str:
    """The key, or a refusal.

    Raises:
        IdempotencyKeyMissing: absent, empty, too long or not printable.
    """
    key = (idempotency_key or "").strip()
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise IdempotencyKeyMissing(
            f"Send an Idempotency-Key header with up to {LONGEST_KEY} printable characters, such as a new UUID. "
            "Sending the same request with the same key again is safe."
        )
    return key


def check_numbers(order: TakeOrder) -> None:
    """Refuse numbers that no model may be asked for. Prompts are checked where they are screened.

    Raises:
        RequestNotPossible: naming the field and its bounds.
    """
    for field, least, most in (
        ("width", 1, 2**31 - 1),
        ("height", 1, 2**31 - 1),
        ("num_frames", 1, 2**31 - 1),
        ("steps", 1, MOST_STEPS),
        ("guidance_scale", 0, MOST_GUIDANCE),
        ("seed", 0, LARGEST_SEED),
    ):
        value = getattr(order, field)
        if value is not None and not least <= value <= most:
            raise RequestNotPossible(field=field, allowed=f"from {least} to {most}, not {value}")
