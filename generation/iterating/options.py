"""What the approved models of a studio can be asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core.errors import StudioError
from core.tenancy import tenant
from generation.engines.capabilities import Capabilities, capabilities
from generation.engines.folder import family_of, size_limits
from generation.errors import NoSuchModel
from generation.iterating.choices import LengthChoice, SizeChoice, length_choices, size_choices
from generation.iterating.origins import abilities_of
from generation.model_defaults import model_defaults
from generation.models import ModelRelease


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelOptions:
    """`made_from`: the ways in which pictures of takes can be given to it; none where it takes words alone.

    `camera_moves`: those that its folder declares, each with its words.
    """

    model_id: UUID
    name: str
    family: str
    sizes: tuple[SizeChoice, ...]
    lengths: tuple[LengthChoice, ...]
    frame_step: int
    most_frames: int
    made_from: tuple[str, ...]
    camera_moves: Mapping[str, str]
    most_references: int
    capabilities: Capabilities


def options_of(organisation_id: UUID, model_id: UUID) -> ModelOptions:
    """What one approved model can be asked for.

    Raises:
        NoSuchModel: the studio has approved none of this id.
        UnknownPipeline, UnexpectedModelFile: its folder is not one we read.
    """
    with tenant(organisation_id):
        row = ModelRelease.objects.filter(id=model_id, approved_at__isnull=False).first()
    if row is None:
        raise NoSuchModel("There is no such model here.")
    return _options(row)


def options_of_models(organisation_id: UUID, model_ids: Collection[UUID]) -> tuple[ModelOptions, ...]:
    """What each of the models can be asked for, in order; those whose folder cannot be read are left out."""
    with tenant(organisation_id):
        rows = ModelRelease.objects.in_bulk(list(model_ids))
    found = []
    for model_id in model_ids:
        if model_id in rows:
            try:
                found.append(_options(rows[model_id]))
            except (StudioError, OSError):
                # Asking for a take of it says why; the other models are offered all the same.
                continue
    return tuple(found)


def _options(row: ModelRelease) -> ModelOptions:
    folder = Path(settings.PROJECT_FOLDER, row.folder)
    family, limits, defaults = family_of(folder), size_limits(folder), model_defaults(folder)
    usual = defaults.render
    return ModelOptions(
        model_id=row.id,
        name=str(row),
        family=family.pipeline,
        sizes=size_choices(limits, usual),
        lengths=length_choices(limits, usual),
        frame_step=limits.frame_step,
        most_frames=limits.most_frames,
        capabilities=capabilities(folder),
        made_from=tuple(kind.value for kind in abilities_of(family)),
        camera_moves=defaults.camera_moves,
        most_references=family.most_references,
    )
