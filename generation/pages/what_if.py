from __future__ import annotations

from typing import Protocol

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.foresight.downloads import delivery_response, descent_response, flip_response
from generation.foresight.values import WhatIf
from generation.foresight.whole_page import what_if_page
from generation.pages.what_if_forms import FORMS, ConsentForm, PackForm, RateForm, SupposedForm
from licensing.doors import MAY_FORESEE, SEES_EVERYBODY
from licensing.operations.house_packs import house_packs
from licensing.queries import consent_cards, performers
from productions.queries import production_list

_TABS = (
    ("consent", "A consent ends"),
    ("strike", "A strike"),
    ("pack", "Rules of the house"),
    ("rate", "A rate changes"),
    ("day", "A day comes"),
)


@require_safe
@member_page(*MAY_FORESEE)
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in FORMS else "consent"
    form = _form(request, actor, chosen)
    found = None
    if form.is_bound and form.is_valid():
        try:
            found = what_if_page(form.what_if(), actor=actor)
        except StudioError as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "found": found,
        "chosen": chosen,
        "tabs": _TABS,
        "query": request.GET.urlencode(),
    }
    return render(request, "generation/what_if.html", context, status=400 if form.errors else 200)


@require_safe
@member_page(*MAY_FORESEE)
def table(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _table(request, actor, flip_response)


@require_safe
@member_page(*MAY_FORESEE)
def delivery_table(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _table(request, actor, delivery_response)


@require_safe
@member_page(*MAY_FORESEE)
def descent_table(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _table(request, actor, descent_response)


class _Response(Protocol):
    def __call__(self, asked: WhatIf, *, actor: Actor) -> HttpResponse: ...


def _table(request: HttpRequest, actor: Actor, written: _Response) -> HttpResponse:
    chosen = request.GET.get("kind", "")
    form = _form(request, actor, chosen if chosen in FORMS else "consent")
    if not form.is_valid():
        context = {"form": form, "chosen": chosen, "tabs": _TABS}
        return render(request, "generation/what_if.html", context, status=400 if form.is_bound else 200)
    return written(form.what_if(), actor=actor)


def _form(request: HttpRequest, actor: Actor, chosen: str) -> SupposedForm:
    # Asked once anything but the tab is given.
    asked = request.GET if set(request.GET) - {"kind"} else None
    form = FORMS[chosen](asked)
    productions = production_list(actor.organisation_id)
    form.offer(productions)
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    if isinstance(form, ConsentForm):
        form.offer_consents(
            consent_cards(actor.organisation_id, everybody=everybody),
            performers(actor.organisation_id, everybody=everybody),
            {one.id: one.title for one in productions},
        )
    if isinstance(form, PackForm):
        form.offer_packs(one for one in house_packs(actor.organisation_id) if not one.is_active)
    if isinstance(form, RateForm):
        form.offer_people(performers(actor.organisation_id, everybody=everybody))
    return form
