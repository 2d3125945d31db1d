"""Bringing models into a studio."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from core.tenancy import tenant
from generation.engines.folder import check_folder
from generation.errors import ModelVersionTaken
from generation.models import ModelRelease
from generation.queries import ModelCard, model_card_of


@dataclass(frozen=True, slots=True, kw_only=True)
class NewModel:
    """What is on file about a model. None anywhere means that nobody has said.

    `folder` is absolute or relative to the project. `trained_for_project` False says that it is known to have been
    trained for no project of anybody's.
    """

    name: str
    version: str
    folder: str
    licence: str
    data_statement: str
    on_file: tuple[str, ...] | None
    terms_changed: bool | None
    talent_enhancement: bool | None
    unowned_training_data: bool | None
    trained_for_project: str | bool | None
    on_market_since: date | None
    ca_covered_provider: bool | None = None


def approve_model(new: NewModel, *, actor: Actor, at: datetime) -> ModelCard:
    """Check a model's folder and approve it for the actor's studio, under the digest of what was checked.

    What is on file about the same weights is brought up to date; other weights need another version, because the
    takes of this one say which weights they were made with.

    Raises:
        ModelVersionTaken: the name and version stand for other weights.
        LockMissing, WeightsAltered, PickleWeights, CodeInModelFolder, UnexpectedModelFile, UnknownPipeline.
    """
    checked = check_folder(Path(settings.PROJECT_FOLDER, new.folder))
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
                "licence": new.licence,
                "data_statement": new.data_statement,
                "on_file": None if new.on_file is None else list(new.on_file),
                "terms_changed": new.terms_changed,
                "talent_enhancement": new.talent_enhancement,
                "unowned_training_data": new.unowned_training_data,
                "trained_for_project": "" if new.trained_for_project is False else new.trained_for_project,
                "on_market_since": new.on_market_since,
                "ca_covered_provider": new.ca_covered_provider,
                "approved_by_id": actor.user_id,
                "approved_at": at,
            },
        )
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.MODEL_APPROVED,
            actor=actor.label,
            subject=f"model:{row.id}",
            fields={"model_sha256": row.lock_sha256},
            at=at,
        )
    return model_card_of(row)
