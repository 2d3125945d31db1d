from __future__ import annotations

from django.db import DatabaseError
from django.http import HttpRequest

from accounts.acting import actor
from accounts.queries import organisations_of

_NOBODY: dict[str, object] = {
    "signed_in": None,
    "acting": None,
    "roles": frozenset(),
    "organisations": (),
    "may_administer": False,
}


def acting_organisation(request: HttpRequest) -> dict[str, object]:
    """For every page: who is signed in, the organisation acted for, and the others they may switch to.

    `roles` holds the words of the actor's roles, for pages that hide what the person may not do.
    """
    try:
        return _known(request)
    except DatabaseError:
        # The page that says the database is away needs the same context; without it there is nobody to name.
        return _NOBODY


def _known(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return _NOBODY
    acting = actor(request)
    cards = organisations_of(user.pk)
    here = next((card for card in cards if acting and card.id == acting.organisation_id), None)
    return {
        "signed_in": user.full_name or user.email,
        "acting": here,
        "roles": frozenset(here.roles) if here else frozenset(),
        "organisations": cards,
        "may_administer": user.is_staff and bool(acting),
    }
