from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.rule_cards import rule_pack_card


@require_safe
@member_page()
def rulebook(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "licensing/rulebook.html", {"pack": rule_pack_card(actor.organisation_id)})
