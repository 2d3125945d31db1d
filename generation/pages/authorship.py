from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.authorship.page_queries import authorship_page, cut_page
from generation.authorship.queries import cut_edition
from generation.cut_list_response import cut_list_response
from generation.doors import MAY_MAKE
from generation.operations.contributions import judge_take, record_contribution, take_back
from generation.operations.cuts import arrange_cut
from generation.pages.authorship_forms import ContributionForm, CutStepForm, RestoreForm, VerdictForm
from generation.queries import take_card

_METHODS = ["GET", "HEAD", "POST"]
_STEPS = (("up", "Up"), ("down", "Down"), ("remove", "Remove"))


@require_safe
@member_page()
def cut_list(request: HttpRequest, actor: Actor, sequence_id: UUID, form: str) -> HttpResponse:
    return cut_list_response(actor.organisation_id, sequence_id, form)


@require_POST
@member_page(*MAY_MAKE)
def judge(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    card = take_card(actor.organisation_id, take_id)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
    else:
        try:
            judge_take(take_id, form.stated(), actor=actor)
        except StudioError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, f"Take {card.number} is {form.cleaned_data['verdict']}.")
    if request.POST.get("back") == "shot":
        return redirect("generation:shot", card.shot_id)
    return redirect("generation:take", take_id)


@require_http_methods(_METHODS)
@member_page()
def authorship(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    """Who made what: every act on a production, and a form to put one on record."""
    page = authorship_page(actor.organisation_id, production_id)
    shots = [shot for sequence in page.page.sequences for shot in sequence.shots]
    form = ContributionForm(request.POST if request.method == "POST" else None, shots=shots)
    if request.method == "POST":
        _refuse_others(actor)
    if form.is_valid():
        try:
            record_contribution(form.stated(production_id), actor=actor)
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "It is on record.")
            return redirect("generation:authorship", production_id)
    context = {
        "page": page,
        "form": form,
        "may_make": actor.is_one_of(*MAY_MAKE),
    }
    return render(request, "generation/authorship.html", context, status=400 if form.errors else 200)


@require_POST
@member_page(*MAY_MAKE)
def taken_back(request: HttpRequest, actor: Actor, contribution_id: UUID) -> HttpResponse:
    card = take_back(contribution_id, note="", actor=actor)
    messages.success(request, "Taken back. It stays on record and no longer counts.")
    return redirect("generation:authorship", card.production_id)


@require_http_methods(_METHODS)
@member_page()
def cut(request: HttpRequest, actor: Actor, sequence_id: UUID) -> HttpResponse:
    page = cut_page(actor.organisation_id, sequence_id)
    form = None
    if request.method == "POST":
        _refuse_others(actor)
        form = CutStepForm(request.POST, cut=page.cut, takes=page.takes, elements=page.elements)
        if form.is_valid():
            try:
                arrange_cut(sequence_id, form.changed(), based_on=form.cleaned_data["based_on"], actor=actor)
            except StudioError as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("generation:cut", sequence_id)
    context = {
        "page": page,
        "form": form,
        "steps": _STEPS,
        "may_make": actor.is_one_of(*MAY_MAKE),
    }
    return render(request, "generation/cut.html", context, status=400 if form else 200)


@require_POST
@member_page(*MAY_MAKE)
def restore_cut(request: HttpRequest, actor: Actor, sequence_id: UUID) -> HttpResponse:
    """Save an order of before again, as the next one."""
    form = RestoreForm(request.POST)
    number = form.cleaned_data["number"] if form.is_valid() else 0
    before = cut_edition(actor.organisation_id, sequence_id, number)
    if before is None:
        messages.error(request, "There is no such order of this cut.")
        return redirect("generation:cut", sequence_id)
    try:
        arrange_cut(sequence_id, before.cut, based_on=form.cleaned_data["based_on"], actor=actor)
    except StudioError as refusal:
        # An element of that order may have been taken back since.
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Order {number} is restored.")
    return redirect("generation:cut", sequence_id)


def _refuse_others(actor: Actor) -> None:
    if not actor.is_one_of(*MAY_MAKE):
        raise RoleMissing(frozenset(MAY_MAKE))


def _first_error(form: Form) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
