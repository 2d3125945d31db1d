from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from licensing.decision_cards import DecisionCard
from licensing.doors import MAY_ASK, SEES_EVERYBODY
from licensing.operations.gate import ask_as_of
from licensing.pages.moment_form import MomentForm
from licensing.plain_words import decision_page, readable


@require_safe
@member_page()
def decision(request: HttpRequest, actor: Actor, decision_id: UUID) -> HttpResponse:
    page = decision_page(decision_id, actor=actor)
    context = {"page": page, "may_ask": actor.is_one_of(*MAY_ASK)}
    return render(request, "licensing/decision.html", context)


@require_safe
@member_page(*MAY_ASK)
def decision_then(request: HttpRequest, actor: Actor, decision_id: UUID) -> HttpResponse:
    """The same question at another moment. Nothing of the answer is recorded."""
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    page = decision_page(decision_id, actor=actor)
    form = MomentForm(request.GET or None)
    said: DecisionCard | None = None
    if form.is_valid():
        try:
            card = ask_as_of(decision_id, moment=form.moment(), actor=actor)
        except StudioError as refusal:
            # Shown beside what was typed: an error page would lose it.
            form.add_error(None, str(refusal))
        else:
            said = readable(card, actor.organisation_id, everybody=everybody)
    status = 400 if form.errors else 200
    context = {"page": page, "form": form, "said": said}
    return render(request, "licensing/decision_then.html", context, status=status)
