from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from audit.reader import EXPORTS
from licensing.doors import SEES_EVERYBODY
from licensing.plain_words import performer_list, performer_page


@require_safe
@member_page()
def performers(request: HttpRequest, actor: Actor) -> HttpResponse:
    listed = performer_list(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    return render(request, "licensing/performers.html", {"performers": listed})


@require_safe
@member_page()
def performer(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    page = performer_page(actor.organisation_id, performer_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    may_export_log = bool(actor.roles & EXPORTS)
    return render(request, "licensing/performer.html", {"page": page, "may_export_log": may_export_log})
