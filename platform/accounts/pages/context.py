from __future__ import annotations

from django.http import HttpRequest

from accounts.acting import actor
from accounts.queries import organisations_of


def acting_organisation(request: HttpRequest) -> dict[str, object]:
    """For every page: the organisation acted for, and the others the person may switch to."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"acting": None, "organisations": ()}
    acting = actor(request)
    cards = organisations_of(user.pk)
    here = next((card for card in cards if acting and card.id == acting.organisation_id), None)
    return {"acting": here, "organisations": cards}
