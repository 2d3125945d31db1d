"""Models that a studio approved, and takes in any state, written straight into their tables."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.values import Actor, Role
from core.canonical import Canonical, canonical_bytes
from core.clock import now
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.engines.folder import model_digest
from generation.engines.hosted_declaration import is_hosted, read_declaration
from generation.model_facts import ModelFacts
from generation.model_queries import ModelCard
from generation.models import (
    HostedCall,
    ModelClearance,
    ModelRelease,
    Take,
    TakeAdapter,
    TakeLineage,
    TakeReferencePicture,
)
from generation.operations.models import state_model
from generation.queries import TakeCard, take_card
from generation.values import TakeOrder, TakeState
from licensing.models.decision import Decision
from licensing.models.rule_pack import RulePack
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.values import CastMember, VendorPaper
from productions.queries import ProductionCard, ShotCard
from tests.factories.accounts import a_member
from tests.factories.licensing import a_consent, a_performer, an_engagement, counsel_confirms
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.screens import only_shown_at_delivery

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_model_release(actor: Actor, *, cleared: bool = True, **fields: Any) -> ModelRelease:  # noqa: ANN401 - any column
    """An approved model; `cleared`: legal said so for every production."""
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
        if cleared:
            a_clearance(row)
    return row


def a_clearance(model: ModelRelease, *, production_id: UUID | None = None, is_cleared: bool = True) -> None:
    """A row as clearances of before they were kept have: without an entry in the log. Inside `tenant`."""
    content: dict[str, Canonical] = {"production": str(production_id) if production_id else None}
    ModelClearance.objects.create(
        model=model,
        production_id=production_id,
        is_cleared=is_cleared,
        reason="Read.",
        content=content,
        content_sha256=sha256_hex(canonical_bytes(content)),
        said_at=NOON,
    )


def model_facts(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any fact
    """Everything that may be on file about a model."""
    whole: dict[str, Any] = {
        "licence": "Apache-2.0",
        "data_statement": "Drawn shapes.",
        "on_file": ("audit", "terms_snapshot"),
        "terms_changed": False,
        "talent_enhancement": False,
        "unowned_training_data": False,
        "trained_for_project": False,
        "on_market_since": date(2026, 11, 23),
        "ca_covered_provider": False,
        "vendor": "Quillpath Motion Works",
        "licence_tier": "studio",
        "terms_sha256": "12" * 32,
        "region": "EU",
    }
    return whole | changes


def a_model_statement(actor: Actor, model_id: UUID, **changes: Any) -> ModelCard:  # noqa: ANN401 - any fact
    return state_model(model_id, ModelFacts(**model_facts(**changes)), actor=actor)


def a_decision(
    actor: Actor, production_id: UUID, *, stage: str = "generate", consent_ids: Iterable[UUID] = ()
) -> UUID:
    """A recorded decision that permitted something, on these consents."""
    pack = RulePack.objects.create(
        edition="test", sha256=hashlib.sha256(new_id().bytes).hexdigest(), first_used_at=NOON
    )
    with tenant(actor.organisation_id):
        row = Decision.objects.create(
            production_id=production_id,
            stage=stage,
            outcome="allow",
            reasons=[],
            duties=[],
            facts=b'{"subjects":[]}',
            facts_sha256="0" * 64,
            asked={},
            pack=pack,
            consent_ids=list(consent_ids),
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


def a_hosted_call(take: Take, **columns: Any) -> HostedCall:  # noqa: ANN401 - any column
    """A request to a service that was answered."""
    facts: dict[str, Any] = {
        "attempt": 1,
        "idempotency_key": f"{take.id}-1",
        "host": "video.example.com",
        "hosted_model": "reel-2",
        "territory": "US",
        "sent_fields": ["model", "prompt", "seconds", "size"],
        "sent_sha256": "0" * 64,
        "prompt_sha256": "0" * 64,
        "prompt_characters": 9,
        "sent_at": NOON,
        "ended_at": NOON,
        "state": "cancelled",
    }
    with tenant(take.organisation_id):
        row: HostedCall = HostedCall.objects.create(take=take, **{**facts, **columns})
    return row


def a_descent(child: Take, parent: Take, **columns: Any) -> TakeLineage:  # noqa: ANN401 - any column
    """`child` as it came from `parent`; without columns as a variation."""
    facts: dict[str, Any] = {"position": 1, "kind": "variation", "at": NOON}
    with tenant(child.organisation_id):
        row: TakeLineage = TakeLineage.objects.create(take=child, parent=parent, **{**facts, **columns})
    return row


def an_adapted(take: Take, asset_id: UUID) -> TakeAdapter:
    """`take` as if it had been asked for with something in custody laid over its model."""
    with tenant(take.organisation_id):
        row: TakeAdapter = TakeAdapter.objects.create(
            take=take, asset_id=asset_id, position=1, scale="1.00", weights_sha256="ab" * 32, at=NOON
        )
    return row


def a_shown(take: Take, asset_id: UUID) -> TakeReferencePicture:
    """`take` as if its model had been given a picture in custody."""
    with tenant(take.organisation_id):
        row: TakeReferencePicture = TakeReferencePicture.objects.create(
            take=take, asset_id=asset_id, position=1, picture_sha256="cd" * 32, at=NOON
        )
    return row


def reread(take: Take) -> Take:
    with tenant(take.organisation_id):
        row: Take = Take.objects.get(id=take.id)
    return row


def rendered(card: TakeCard, studio: Studio) -> TakeCard:
    """`card` after a worker has had it, and the log its last word."""
    from generation import rendering

    rendering.render(card.id, studio.organisation_id, worker="worker-1@test")
    after = take_card(studio.organisation_id, card.id)
    while after.state is TakeState.SIGNED and not after.is_downloadable:
        time.sleep(0.01)
        after = take_card(studio.organisation_id, card.id)
    return after


def expire_lease(take: Take) -> None:
    """As if the worker had been silent for longer than a lease."""
    with tenant(take.organisation_id):
        Take.objects.filter(id=take.id).update(lease_until=NOON, woken_at=None)


@dataclass(frozen=True, slots=True)
class Studio:
    """A studio whose counsel confirmed the rules, with a film, a shot of scene 42, and two engaged performers.

    One of them signed a consent for that scene.
    """

    producer: Actor
    production: ProductionCard
    shot: ShotCard
    consenting: PerformerCard
    consent: ConsentCard
    other: PerformerCard
    model: ModelRelease

    @property
    def organisation_id(self) -> UUID:
        return self.producer.organisation_id


def a_studio(
    model_folder: Path,
    *,
    scene: str = "42",
    cleared: bool = True,
    answers_for_films: bool = False,
    **of_the_production: Any,  # noqa: ANN401 - any column
) -> Studio:
    """`answers_for_films`: as by default, legal approves each film of a likeness before it is delivered."""
    producer = a_member(Role.PRODUCER, Role.LEGAL)
    counsel_confirms(producer)
    if not answers_for_films:
        only_shown_at_delivery(producer)
    production = a_production(producer, **of_the_production)
    consenting = a_performer(producer, "Ana Ruiz Calder")
    other = a_performer(producer, "Bo Tannhaus Ekwall")
    for performer in (consenting, other):
        an_engagement(producer, production, performer)
    model = a_model_release(
        producer,
        cleared=cleared,
        folder=str(model_folder),
        host=read_declaration(model_folder).host if is_hosted(model_folder) else "",
        lock_sha256=model_digest(model_folder),
        on_file=[paper.value for paper in VendorPaper],
        terms_changed=False,
        talent_enhancement=False,
        unowned_training_data=False,
        trained_for_project="",
        on_market_since=date(2026, 3, 1),
        ca_covered_provider=False,
    )
    return Studio(
        producer=producer,
        production=production,
        shot=a_shot(producer, a_sequence(producer, production), scene=scene),
        consenting=consenting,
        consent=a_consent(producer, production, consenting),
        other=other,
        model=model,
    )


def an_order_for(studio: Studio, *cast: PerformerCard, **fields: Any) -> TakeOrder:  # noqa: ANN401 - any field
    """A take of the studio's shot with the replicas of `cast`."""
    order = TakeOrder(
        shot_id=studio.shot.id,
        prompt="a red ball moves left over the sea",
        cast=tuple(CastMember(performer_id=one.id, replica_type="ebdr_scan") for one in cast),
        use="generate_new_performance",
        purpose="this_production",
        output_status="final",
        media=("theatrical", "svod"),
        territories=("US",),
        languages=("en",),
        photoreal=False,
        sensitive=(),
        replaces_in_person_work=False,
        seed=7,
        requested_at=now(),
    )
    return replace(order, **fields)
