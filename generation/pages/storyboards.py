from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.doors import MAY_MAKE
from generation.storyboards import storyboard


@require_safe
@member_page()
def board(request: HttpRequest, actor: Actor, sequence_id: UUID) -> HttpResponse:
    context = {"board": storyboard(sequence_id, actor=actor), "may_make": actor.is_one_of(*MAY_MAKE)}
    return render(request, "generation/storyboard.html", context)
