from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.my_uses import my_uses


@require_safe
@member_page()
def uses(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "generation/my_uses.html", {"uses": my_uses(actor)})
