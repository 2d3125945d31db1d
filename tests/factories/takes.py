"""Models that a studio approved, and takes in any state, written straight into their tables."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from accounts.values import Actor
from core.ids import new_id
from core.tenancy import tenant
from generation.models import ModelRelease, Take
from generation.values import TakeState
from licensing.models.decision import Decision
from licensing.models.rule_pack import RulePack
from tests.factories.productions import a_shot

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_model_release(actor: Actor, **fields: Any) -> ModelRelease:  # noqa: ANN401 - any column
    facts: dict[str, Any] = {
        "name": f"Tiny {new_id()}",
        "version": "1",
        "folder": "generation/builtin_model",
        "lock_sha256": "0" * 64,
        "licence": "Apache-2.0",
        "data_statement": "Drawn shapes.",
        "approved_at": NOON,
    }
    with tenant(actor.organisation_id):
        row: ModelRelease = ModelRelease.objects.create(**{**facts, **fields})
    return row


def a_decision(actor: Actor, production_id: UUID) -> UUID:
    """A recorded decision that permitted something."""
    pack = RulePack.objects.create(
        edition="test", sha256=hashlib.sha256(new_id().bytes).hexdigest(), first_used_at=NOON
    )
    with tenant(actor.organisation_id):
        row = Decision.objects.create(
            production_id=production_id,
            stage="generate",
            outcome="allow",
            reasons=[],
            duties=[],
            facts=b"{}",
            facts_sha256="0" * 64,
            asked={},
            pack=pack,
            consent_ids=[],
            salt=b"0" * 32,
            decided_at=NOON,
            actor=actor.label,
        )
    decision_id: UUID = row.id
    return decision_id


def a_take(actor: Actor, *, state: TakeState = TakeState.QUEUED, **columns: Any) -> Take:  # noqa: ANN401 - any column
    """A take as if it had been asked for and decided."""
    shot = a_shot(actor)
    model = columns.pop("model", None) or a_model_release(actor)
    decision_id = a_decision(actor, shot.production_id)
    facts: dict[str, Any] = {
        "shot_id": shot.id,
        "number": 1,
        "model": model,
        "requested_by_id": actor.user_id,
        "requested_at": NOON,
        "idempotency_key": str(new_id()),
        "request": {"use": "generate_new_performance", "purpose": "this_production"},
        "request_sha256": "0" * 64,
        "decision_id": decision_id,
        "state": state,
        "prompt": "a red ball",
        "width": 96,
        "height": 64,
        "num_frames": 17,
        "fps": 8,
        "steps": 6,
        "guidance_scale": "3.00",
        "seed": 7,
        "delivered_width": 768,
        "delivered_height": 512,
        "understood": None,
    }
    with tenant(actor.organisation_id):
        row: Take = Take.objects.create(**{**facts, **columns})
    return row


def reread(take: Take) -> Take:
    with tenant(take.organisation_id):
        row: Take = Take.objects.get(id=take.id)
    return row


def expire_lease(take: Take) -> None:
    """As if the worker had been silent for longer than a lease."""
    with tenant(take.organisation_id):
        Take.objects.filter(id=take.id).update(lease_until=NOON, woken_at=None)
