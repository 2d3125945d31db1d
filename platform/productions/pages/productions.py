from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from productions.doors import MAY_OPEN, MAY_SHAPE
from productions.errors import CodeTaken
from productions.operations import add_character, add_sequence, add_shot, create_production
from productions.pages.forms import CharacterForm, ProductionForm, SequenceForm, ShotForm
from productions.queries import ProductionCard, production_card, production_list

_METHODS = ["GET", "HEAD", "POST"]


@dataclass(frozen=True, slots=True)
class _Words:
    heading: str
    submit: str
    done: str


_PRODUCTION = _Words("New production", "Open the production", "The production is open.")
_SEQUENCE = _Words("New sequence", "Add the sequence", "The sequence is added.")
_SHOT = _Words("New shot", "Add the shot", "The shot is added.")
_CHARACTER = _Words("New character", "Add the character", "The character is added.")


@require_safe
@member_page()
def productions(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "productions/list.html", {"productions": production_list(actor.organisation_id)})


@require_http_methods(_METHODS)
@member_page(*MAY_OPEN)
def new_production(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = ProductionForm(request.POST or None)
    return _form(request, form, _PRODUCTION, lambda: create_production(form.new_production(), actor=actor).id)


@require_http_methods(_METHODS)
@member_page(*MAY_SHAPE)
def new_sequence(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    form = SequenceForm(request.POST or None)
    return _form(
        request,
        form,
        _SEQUENCE,
        lambda: add_sequence(production_id, code=form.cleaned_data["code"], actor=actor).production_id,
        under=production_card(actor.organisation_id, production_id),
    )


@require_http_methods(_METHODS)
@member_page(*MAY_SHAPE)
def new_shot(request: HttpRequest, actor: Actor, production_id: UUID, sequence_id: UUID) -> HttpResponse:
    form = ShotForm(request.POST or None)
    return _form(
        request,
        form,
        _SHOT,
        lambda: add_shot(sequence_id, form.new_shot(), actor=actor).production_id,
        under=production_card(actor.organisation_id, production_id),
    )


@require_http_methods(_METHODS)
@member_page(*MAY_SHAPE)
def new_character(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    form = CharacterForm(request.POST or None)
    return _form(
        request,
        form,
        _CHARACTER,
        lambda: add_character(production_id, name=form.cleaned_data["name"], actor=actor).production_id,
        under=production_card(actor.organisation_id, production_id),
    )


def _form(
    request: HttpRequest,
    form: Form,
    words: _Words,
    act: Callable[[], UUID],
    *,
    under: ProductionCard | None = None,
) -> HttpResponse:
    """Show `form`, or `act` on a good one and go to the production it gives; a taken code is the form's error."""
    if form.is_valid():
        try:
            production_id = act()
        except CodeTaken as taken:
            form.add_error(taken.field, str(taken))
        else:
            messages.success(request, words.done)
            return redirect("generation:production", production_id)
    return render(
        request,
        "productions/form.html",
        {"form": form, "words": words, "production": under},
        status=400 if form.errors else 200,
    )
