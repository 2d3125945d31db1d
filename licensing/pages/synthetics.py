from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.doors import MAY_KEEP_SYNTHETIC_FILES
from licensing.pages.custody_forms import StepForm, SyntheticFileForm
from licensing.synthetics.errors import StepRefused, SyntheticFileOnRecord
from licensing.synthetics.files import NewSyntheticFile, open_file, take_step
from licensing.synthetics.reading import synthetic_card, synthetic_cards
from productions.queries import production_list

_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(_METHODS)
@member_page()
def files(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = SyntheticFileForm(request.POST or None)
    form.offer(production_list(actor.organisation_id))
    if form.is_valid():
        _require_keeper(actor)
        said = form.cleaned_data
        new = NewSyntheticFile(
            production_id=UUID(said["production"]), role=said["role"], why_human_role=said["why_human_role"]
        )
        try:
            card = open_file(new, actor=actor)
        except (StepRefused, SyntheticFileOnRecord) as refused:
            form.add_error("role", str(refused))
        else:
            messages.success(request, "The case file is open. Nothing is allowed by it yet.")
            return redirect("licensing:synthetic", card.id)
    context = {
        "files": synthetic_cards(actor),
        "form": form,
        "may_keep": actor.is_one_of(*MAY_KEEP_SYNTHETIC_FILES),
    }
    return render(request, "licensing/synthetics.html", context, status=400 if form.errors else 200)


@require_http_methods(_METHODS)
@member_page()
def file(request: HttpRequest, actor: Actor, synthetic_file_id: UUID) -> HttpResponse:
    card = synthetic_card(synthetic_file_id, actor=actor)
    form = StepForm(request.POST or None)
    if form.is_valid():
        _require_keeper(actor)
        try:
            take_step(synthetic_file_id, form.step(), actor=actor)
        except StepRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "The step is on record.")
            return redirect("licensing:synthetic", synthetic_file_id)
    context = {"file": card, "form": form, "may_keep": actor.is_one_of(*MAY_KEEP_SYNTHETIC_FILES)}
    return render(request, "licensing/synthetic.html", context, status=400 if form.errors else 200)


def _require_keeper(actor: Actor) -> None:
    if not actor.is_one_of(*MAY_KEEP_SYNTHETIC_FILES):
        raise RoleMissing(frozenset(MAY_KEEP_SYNTHETIC_FILES))
