"""What a take looks like while it is made."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse

from accounts.values import Actor
from core.tenancy import tenant
from generation.errors import NoSuchTake, VideoNotReady
from generation.models import Take
from licensing.who_may_look import require_sight


def preview_response(take_id: UUID, *, actor: Actor) -> HttpResponse:
    """The latest picture of a take in work. It is unsigned and for whoever works on it, so nothing keeps it.

    Raises:
        NoSuchTake: none of the actor's organisation has the id.
        licensing.errors.SightNotAgreed: a performer in it has not agreed that the actor looks.
        VideoNotReady: there is none, or no longer.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = Take.objects.filter(id=take_id).values_list("decision_id", "preview_jpeg").first()
    if row is None:
        raise NoSuchTake("There is no such take here.")
    decision_id, picture = row
    require_sight(decision_id, actor=actor)
    if picture is None:
        raise VideoNotReady("This take has no preview: it is not being made, or its model has none.")
    return HttpResponse(
        bytes(picture), content_type="image/jpeg", headers={"Cache-Control": "no-store, private"}
    )
