"""Takes made from takes, and takes side by side."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.doors import MAY_MAKE
from generation.iterating.comparing import compared
from generation.iterating.page_queries import parent_page
from generation.iterating.previewing import preview_response
from generation.iterating.queries import family_of
from generation.iterating.values import LineageKind
from generation.looking_at import with_what_may_be_seen
from generation.pages.iterating_forms import MadeFromPage
from licensing.doors import SEES_EVERYBODY


def made_from_in(request: HttpRequest, actor: Actor) -> MadeFromPage | None:
    """The take and the way that the address of a form names; None where it names none."""
    kind, parent = request.GET.get("kind"), request.GET.get("from")
    if not kind and not parent:
        return None
    try:
        asked, take_id = LineageKind(kind or ""), UUID(parent or "")
    except ValueError as error:
        raise Http404 from error
    found = parent_page(actor.organisation_id, take_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
    return MadeFromPage(
        kind=asked,
        parent=found.parent,
        request=found.request,
        cast=found.cast,
        names=found.names,
        unnamed=found.unnamed,
        others=found.others,
    )


@require_safe
@member_page(*MAY_MAKE)
def preview(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    return preview_response(take_id, actor=actor)


@require_safe
@member_page()
def compare(request: HttpRequest, actor: Actor, take_id: UUID, other_id: UUID) -> HttpResponse:
    """Two takes side by side, with what differs."""
    found = compared(actor.organisation_id, take_id, other_id)
    before, after = with_what_may_be_seen([found.before, found.after], actor=actor)
    relatives = family_of(actor.organisation_id, take_id).relatives
    context = {
        "found": found,
        "sides": [("First", before), ("Second", after)],
        "others": [one for one in relatives if one.take_id not in (take_id, other_id)],
    }
    return render(request, "generation/compare.html", context)
