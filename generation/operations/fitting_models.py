"""Which model makes what is asked for: the one that was named, or of those cleared the newest that can."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from core.errors import StudioError
from core.tenancy import tenant
from generation.adapters.choosing import Chosen, chosen_adapters
from generation.clearances import cleared
from generation.engines.folder import family_of, size_limits
from generation.errors import AdapterOfAnotherModel, NoApprovedModel, SizeNotPossible
from generation.iterating.errors import ModelCannot
from generation.iterating.made_from import MadeFrom, made_from
from generation.iterating.origins import Parents, bound_order
from generation.model_defaults import model_defaults
from generation.models import ModelRelease
from generation.operations.model_clearances import check_cleared
from generation.ordering import CompletedOrder, completed
from generation.reference_pictures.choosing import ChosenPictures, chosen_pictures
from generation.values import TakeOrder


@dataclass(frozen=True, slots=True)
class Fitted:
    """A take as one model makes it. `order`: what was asked, bound by what it is made from."""

    model: ModelRelease
    order: TakeOrder
    complete: CompletedOrder
    made_from: MadeFrom | None
    adapters: Chosen
    pictures: ChosenPictures


def fitted(asked: TakeOrder, parents: Parents | None, *, production_id: UUID, actor: Actor) -> Fitted:
    """The take by the model it names, or by the newest cleared one that can make it.

    Of a named model that cannot make the size, needs or takes no such pictures, or is not the one that an adapter was
    made for, the refusal names the newest cleared one that can.

    Raises:
        SizeNotPossible, ModelCannot, RequestNotPossible, LessThanParent, CameraMoveUnknown: it cannot be made.
        AdapterUnusable, ReferencePictureUnusable, licensing.custody.errors: it cannot be made with an adapter or a
            picture it names.
        NoApprovedModel, ModelNotCleared: there is no model for it.
    """
    first = usable_model(asked.model_id, actor, production_id=production_id)
    try:
        return _by(first, asked, parents, actor)
    except (SizeNotPossible, ModelCannot, AdapterOfAnotherModel) as refusal:
        another = _another(first, asked, parents, production_id=production_id, actor=actor)
        if another is None:
            raise
        if asked.model_id is not None:
            raise refusal.with_another(str(another.model)) from refusal
        return another


def model_folder(model: ModelRelease) -> Path:
    """Where the weights of `model` lie; a relative folder is one of the project's own."""
    return Path(settings.PROJECT_FOLDER, model.folder)


def usable_model(model_id: UUID | None, actor: Actor, *, production_id: UUID) -> ModelRelease:
    """The model asked for, or of those cleared for the production the one that was approved last."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        approved = ModelRelease.objects.filter(approved_at__isnull=False).order_by("-approved_at")
        found = list(approved if model_id is None else approved.filter(id=model_id))
        usable = cleared([one.id for one in found], production_id)
        row: ModelRelease | None = next((one for one in found if one.id in usable), next(iter(found), None))
        if row is None:
            raise NoApprovedModel(
                "No approved model can be used here. An administrator registers and approves one."
            )
        check_cleared(row, production_id)
    return row


def _by(model: ModelRelease, asked: TakeOrder, parents: Parents | None, actor: Actor) -> Fitted:
    adapters = chosen_adapters(asked.adapters, cast=asked.cast, model=model, actor=actor)
    folder = model_folder(model)
    limits, family = size_limits(folder), family_of(folder)
    order = asked if parents is None else bound_order(asked, parents, family)
    complete = completed(order, model=str(model), defaults=model_defaults(folder), limits=limits)
    origin = made_from(asked.origin, parents, complete.spec, frame_step=limits.frame_step, family=family)
    pictures = chosen_pictures(
        asked.reference_pictures, cast=asked.cast, family=family, made_from=origin, actor=actor
    )
    return Fitted(model, order, complete, origin, adapters, pictures)


def _another(
    first: ModelRelease, asked: TakeOrder, parents: Parents | None, *, production_id: UUID, actor: Actor
) -> Fitted | None:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        rows = list(
            ModelRelease.objects.filter(approved_at__isnull=False)
            .exclude(id=first.id)
            .order_by("-approved_at")
        )
        usable = cleared([one.id for one in rows], production_id)
    for row in rows:
        if row.id in usable:
            try:
                return _by(row, asked, parents, actor)
            except (StudioError, OSError):
                # It cannot either, or its folder cannot be read: asked for by name, it says why.
                continue
    return None
