from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from audit.reader import EXPORTS
from licensing.doors import MAY_RECORD, MAY_REGISTER, MAY_WITHDRAW, SEES_EVERYBODY
from licensing.plain_words import performer_list, performer_page


@require_safe
@member_page()
def performers(request: HttpRequest, actor: Actor) -> HttpResponse:
    listed = performer_list(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    context = {"performers": listed, "may_register": actor.is_one_of(*MAY_REGISTER)}
    return render(request, "licensing/performers.html", context)


@require_safe
@member_page()
def performer(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    context = {
        "page": performer_page(performer_id, actor=actor),
        "may_export_log": bool(actor.roles & EXPORTS),
        "may_register": actor.is_one_of(*MAY_REGISTER),
        "may_record": actor.is_one_of(*MAY_RECORD),
        "may_withdraw": actor.is_one_of(*MAY_WITHDRAW),
    }
    return render(request, "licensing/performer.html", context)
