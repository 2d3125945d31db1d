from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.doors import MAY_STATE_MODELS
from generation.operations.models import state_model
from generation.pages.model_forms import ModelForm, as_it_stands
from generation.queries import approved_models, model_page


@require_safe
@member_page()
def every(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "generation/models.html", {"models": approved_models(actor.organisation_id)})


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def one(request: HttpRequest, actor: Actor, model_id: UUID) -> HttpResponse:
    """What is on file about a model, what was, and a form to say what is from now on."""
    page = model_page(actor.organisation_id, model_id)
    may_state = actor.is_one_of(*MAY_STATE_MODELS)
    form = ModelForm(request.POST or None, initial=as_it_stands(page.card))
    if request.method == "POST":
        if not may_state:
            raise RoleMissing(frozenset(MAY_STATE_MODELS))
        if form.is_valid():
            try:
                state_model(model_id, form.facts(), actor=actor)
            except StudioError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, "On file. What is asked from now on is decided on this.")
                return redirect("generation:model", model_id)
    context = {"page": page, "form": form, "may_state": may_state}
    return render(request, "generation/model.html", context, status=400 if form.errors else 200)
