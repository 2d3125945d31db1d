from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.doors import SEES_SHEETS, SEES_TRAININGS
from generation.serving.caps import take_cap
from generation.shot_board import shot_board
from licensing.doors import SEES_SIGN_OFFS
from productions.doors import MAY_CORRECT, MAY_SHAPE
from productions.history import production_changes


@require_safe
@member_page()
def production(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    board = shot_board(actor.organisation_id, production_id)
    facts = board.page.facts
    return render(
        request,
        "generation/production.html",
        {
            "page": board.page,
            "takes": board.takes,
            "take_cap": take_cap(production_id, actor=actor),
            "may_correct": actor.is_one_of(*MAY_CORRECT),
            "changes": production_changes(actor.organisation_id, production_id),
            "may_shape": actor.is_one_of(*MAY_SHAPE),
            "sees_sheets": actor.is_one_of(*SEES_SHEETS),
            "sees_trainings": actor.is_one_of(*SEES_TRAININGS),
            "sees_sign_offs": actor.is_one_of(*SEES_SIGN_OFFS),
            "facts": [
                ("Kind", facts.kind),
                ("Collective agreement", facts.agreement),
                ("Principal photography starts", facts.principal_photography_start),
                ("Production starts", facts.production_start),
                ("Governing law", facts.governing_law),
                ("Buyer", facts.buyer),
                ("Award campaign", facts.award_campaign),
                ("Writers Guild covered", facts.writers_guild_covered),
            ],
        },
    )
