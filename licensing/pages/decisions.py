from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.doors import SEES_EVERYBODY
from licensing.plain_words import decision_page


@require_safe
@member_page()
def decision(request: HttpRequest, actor: Actor, decision_id: UUID) -> HttpResponse:
    page = decision_page(actor.organisation_id, decision_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    return render(request, "licensing/decision.html", {"page": page})
