from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.deliveries.tracing import traced
from productions.queries import shot_card


@require_safe
@member_page()
def whose(request: HttpRequest, actor: Actor, manifest_id: str) -> HttpResponse:
    """Where a file that turned up came from, for members of the studio that delivered it."""
    found = traced(actor.organisation_id, manifest_id)
    context = {"found": found, "shot": shot_card(actor.organisation_id, found.take.shot_id)}
    return render(request, "generation/copy.html", context)
