from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.doors import MAY_CLEAR_MODELS, MAY_STATE_MODELS
from generation.engines.hosted_declaration import HostedDeclaration
from generation.errors import UnsafeModelFile
from generation.hosted.answers import declaration_of
from generation.iterating.options import options_of_models
from generation.model_queries import ModelPage, approved_models, model_page
from generation.operations.model_clearances import clear_model
from generation.operations.models import state_model
from generation.pages.model_forms import ClearanceForm, ModelForm, as_it_stands
from productions.queries import production_list


@require_safe
@member_page()
def every(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "generation/models.html", {"models": approved_models(actor.organisation_id)})


@require_POST
@member_page(*MAY_CLEAR_MODELS)
def clear(request: HttpRequest, actor: Actor, model_id: UUID) -> HttpResponse:
    """Legal clears a model for a production, or takes that back."""
    page = model_page(actor.organisation_id, model_id)
    clearing = ClearanceForm(request.POST, productions=production_list(actor.organisation_id))
    if clearing.is_valid():
        try:
            clear_model(model_id, actor=actor, **clearing.said())
        except StudioError as refusal:
            # Shown beside what was typed: an error page would lose it.
            clearing.add_error(None, str(refusal))
        else:
            messages.success(request, "On record. It counts for what is asked from now on.")
            return redirect("generation:model", model_id)
    context = _context(page, actor, ModelForm(initial=as_it_stands(page.card)), clearing)
    return render(request, "generation/model.html", context, status=400)


def _context(page: ModelPage, actor: Actor, form: ModelForm, clearing: ClearanceForm) -> dict[str, object]:
    return {
        "page": page,
        "service": _service(actor, page),
        "can": next(
            (one.capabilities for one in options_of_models(actor.organisation_id, [page.card.id])), None
        ),
        "form": form,
        "may_state": actor.is_one_of(*MAY_STATE_MODELS),
        "clearing": clearing,
        "may_clear": actor.is_one_of(*MAY_CLEAR_MODELS),
    }


def _service(actor: Actor, page: ModelPage) -> HostedDeclaration | None:
    """What is declared of the service that runs the model, where it can be read."""
    try:
        return declaration_of(actor.organisation_id, page.card.id)
    except UnsafeModelFile:
        # Asking for a take of it says why.
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def one(request: HttpRequest, actor: Actor, model_id: UUID) -> HttpResponse:
    """What is on file about a model, what was, and a form to say what is from now on."""
    page = model_page(actor.organisation_id, model_id)
    form = ModelForm(request.POST or None, initial=as_it_stands(page.card))
    if request.method == "POST":
        if not actor.is_one_of(*MAY_STATE_MODELS):
            raise RoleMissing(frozenset(MAY_STATE_MODELS))
        if form.is_valid():
            try:
                state_model(model_id, form.facts(), actor=actor)
            except StudioError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "On file. What is asked from now on is decided on this.")
                return redirect("generation:model", model_id)
    clearing = ClearanceForm(productions=production_list(actor.organisation_id))
    context = _context(page, actor, form, clearing)
    return render(request, "generation/model.html", context, status=400 if form.errors else 200)
