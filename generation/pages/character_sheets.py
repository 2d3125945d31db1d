"""The sheet of a character, and the form of a take that begins with one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.adapters.choosing import adapters_to_choose
from generation.doors import MAY_MAKE, SEES_SHEETS
from generation.iterating.options import ModelOptions
from generation.model_queries import ModelCard
from generation.operations.character_sheets import put_on_sheet, take_off_sheet
from generation.reference_pictures.choosing import pictures_to_choose
from generation.reference_pictures.errors import SheetNotUsable
from generation.reference_pictures.sheets import (
    Beginning,
    CharacterSheet,
    beginning,
    character_sheet,
    sheet_for_shot,
)
from licensing.custody.cards import AssetCard
from licensing.doors import MAY_READ_CUSTODY
from productions.queries import production_page


class SheetForm(forms.Form):
    asset = forms.TypedChoiceField(
        coerce=UUID,
        label="Picture or adapter",
        help_text="A likeness in custody that you may use. Takes of this character begin with it too.",
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        pictures: Sequence[AssetCard],
        adapters: Sequence[AssetCard],
        **others: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **others)
        field = self.fields["asset"]
        if isinstance(field, forms.ChoiceField):
            groups = [
                (name, _choices(cards)) for name, cards in (("Pictures", pictures), ("Adapters", adapters))
            ]
            field.choices = [("", "Choose"), *(group for group in groups if group[1])]


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*SEES_SHEETS)
def sheet(request: HttpRequest, actor: Actor, character_id: UUID) -> HttpResponse:
    may_make = actor.is_one_of(*MAY_MAKE)
    if request.method == "POST" and not may_make:
        raise PermissionDenied
    found = character_sheet(character_id, actor=actor)
    form = _form(request, found, actor) if may_make else None
    if form is not None and form.is_valid():
        try:
            put_on_sheet(character_id, form.cleaned_data["asset"], actor=actor)
        except StudioError as refusal:
            # Shown beside what was chosen: an error page would lose it.
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "On the sheet. Takes that begin with it are given it too.")
            return redirect("generation:character-sheet", character_id)
    context = {
        "sheet": found,
        "page": production_page(actor.organisation_id, found.character.production_id),
        "form": form,
        "may_make": may_make,
        "may_read_custody": actor.is_one_of(*MAY_READ_CUSTODY),
    }
    status = 400 if form is not None and form.errors else 200
    return render(request, "generation/character_sheet.html", context, status=status)


@require_POST
@member_page(*MAY_MAKE)
def take_off(request: HttpRequest, actor: Actor, character_id: UUID, sheet_entry_id: UUID) -> HttpResponse:
    take_off_sheet(character_id, sheet_entry_id, actor=actor)
    messages.info(request, "Off the sheet. It stays in custody, and in the takes that were made with it.")
    return redirect("generation:character-sheet", character_id)


def begun_with(
    request: HttpRequest,
    actor: Actor,
    *,
    shot_id: UUID,
    models: Sequence[ModelCard],
    options: Sequence[ModelOptions],
) -> Beginning | None:
    """What the sheet gives that the address of a form names; None where it names none.

    Raises:
        productions.errors.NoSuchCharacter: there is none of this id here.
        SheetNotUsable: it is of another production, or the take is made from another take, which it begins with.
    """
    named = request.GET.get("character")
    if not named:
        return None
    try:
        character_id = UUID(named)
    except ValueError as error:
        raise Http404 from error
    if request.GET.get("from"):
        raise SheetNotUsable("A take that is made from another one begins with that one, and with no sheet.")
    found = sheet_for_shot(character_id, shot_id=shot_id, actor=actor)
    return beginning(found, models=models, options=options)


def first_said(begun: Beginning) -> dict[str, Any]:
    """What the form of a take begins with; anything of it can be chosen otherwise."""
    said: dict[str, Any] = {
        "performer": begun.performer_id,
        "reference_pictures": [one.id for one in begun.pictures],
        "adapter": begun.adapter.id if begun.adapter else None,
    }
    # Without one the form shows the newest, as it does without a sheet.
    return said if begun.model_id is None else {**said, "model": begun.model_id}


def sheet_first(pictures: Sequence[AssetCard], begun: Beginning) -> list[AssetCard]:
    """`pictures` with those that the sheet gives before all others: a form sends them as they stand on it."""
    given = [one.id for one in begun.pictures]
    rank = {asset_id: place for place, asset_id in enumerate(given)}
    return sorted(pictures, key=lambda one: rank.get(one.id, len(given)))


def _form(request: HttpRequest, found: CharacterSheet, actor: Actor) -> SheetForm | None:
    """None where there is nothing that could be put on."""
    there = {one.asset.id for one in found.items if one.asset is not None}
    pictures = [one for one in pictures_to_choose(actor) if one.id not in there]
    adapters = [one for one in adapters_to_choose(actor) if one.id not in there]
    if not pictures and not adapters and request.method != "POST":
        return None
    return SheetForm(request.POST or None, pictures=pictures, adapters=adapters)


def _choices(cards: Sequence[AssetCard]) -> list[tuple[UUID, str]]:
    return [(one.id, f"{one.label} ({one.performer_name}, {one.production_title})") for one in cards]
