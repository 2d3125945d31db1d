"""Bringing models into a studio, and saying what is on file about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex
from core.ids import new_id
from core.tenancy import tenant
from generation.engines.families import HOSTED
from generation.engines.folder import check_folder
from generation.engines.hosted_declaration import read_declaration
from generation.errors import ModelFactUnusable, ModelVersionTaken, NoSuchModel
from generation.model_facts import FACTS, ModelFacts
from generation.model_queries import ModelCard, model_card_of
from generation.models import ModelRecord, ModelRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModel(ModelFacts):
    """A model to approve. `folder` is absolute or relative to the project."""

    name: str
    version: str
    folder: str


def approve_model(new: NewModel, *, actor: Actor, at: datetime) -> ModelCard:
    """Check a model's folder and approve it for the actor's studio, under the digest of what was checked.

    What is on file about the same weights is brought up to date; other weights need another version, because the
    takes of this one say which weights they were made with.

    Raises:
        ModelVersionTaken: the name and version stand for other weights.
        ModelFactUnusable: a field is out of its bounds.
        LockMissing, WeightsAltered, PickleWeights, CodeInModelFolder, UnexpectedModelFile, UnknownPipeline.
    """
    facts = ModelFacts(**{name: getattr(new, name) for name in FACTS})
    facts.check()
    folder = Path(settings.PROJECT_FOLDER, new.folder)
    checked = check_folder(folder)
    host = read_declaration(folder).host if checked.family is HOSTED else ""
    _check_hosted(host, facts)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        known = ModelRelease.objects.select_for_update().filter(name=new.name, version=new.version).first()
        if known is not None and known.lock_sha256 != checked.lock_sha256:
            raise ModelVersionTaken(name=new.name, version=new.version)
        row, _made = ModelRelease.objects.update_or_create(
            name=new.name,
            version=new.version,
            defaults={
                "organisation_id": actor.organisation_id,
                "folder": new.folder,
                "lock_sha256": checked.lock_sha256,
                "host": host,
                "approved_by_id": actor.user_id,
                "approved_at": at,
                **facts.columns(),
            },
        )
        _record(row, facts, actor=actor, at=at)
    return model_card_of(row)


def state_model(model_id: UUID, facts: ModelFacts, *, actor: Actor) -> ModelCard:
    """Say what is on file about an approved model from now on; what was said before stays in its history.

    What is asked from now on is decided on this. Weights, name and version stay what they are.

    Raises:
        NoSuchModel: the studio has approved none of this id.
        ModelFactUnusable: a field is out of its bounds.
    """
    facts.check()
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = ModelRelease.objects.select_for_update().filter(id=model_id).first()
        if row is None:
            raise NoSuchModel("There is no such model here.")
        _check_hosted(row.host, facts)
        for name, value in facts.columns().items():
            setattr(row, name, value)
        row.save(update_fields=[*facts.columns()])
        _record(row, facts, actor=actor, at=clock.now())
    return model_card_of(row)


def _check_hosted(host: str, facts: ModelFacts) -> None:
    """Of a model that somebody else runs it is said who that is and where prompts go."""
    for name in ("vendor", "region"):
        if host and not getattr(facts, name).strip():
            raise ModelFactUnusable(name, f"stated for a model that {host} runs")


def _record(row: ModelRelease, facts: ModelFacts, *, actor: Actor, at: datetime) -> None:
    content = facts.content()
    digest = sha256_hex(canonical_bytes(content))
    ModelRecord.objects.create(
        id=new_id(),
        model=row,
        content=content,
        content_sha256=digest,
        stated_at=at,
        stated_by_id=actor.user_id,
    )
    trail.record(
        organisation_id=actor.organisation_id,
        entry_type=EntryType.MODEL_APPROVED,
        actor=actor.label,
        subject=f"model:{row.id}",
        fields={"model_sha256": row.lock_sha256, "content_sha256": digest},
        at=at,
    )
