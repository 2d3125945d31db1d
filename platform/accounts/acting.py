"""Who acts in the present request: set by the session's middleware or by token authentication."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.errors import NotAMember
from accounts.queries import actor_of, organisations_of
from accounts.values import Actor

SESSION_KEY = "organisation"


def actor_from_session(request: HttpRequest) -> Actor | None:
    """The signed-in person in the organisation they chose; the first one they belong to until they choose."""
    if not request.user.is_authenticated:
        return None
    chosen = request.session.get(SESSION_KEY)
    if chosen:
        return actor_of(user_id=request.user.pk, organisation_id=UUID(chosen))
    cards = organisations_of(request.user.pk)
    if not cards:
        return None
    request.session[SESSION_KEY] = str(cards[0].id)
    return actor_of(user_id=request.user.pk, organisation_id=cards[0].id)


def actor(request: object) -> Actor | None:
    """The actor of a Django or REST framework request, or None for a stranger."""
    plain = getattr(request, "_request", request)
    found: Actor | None = getattr(plain, "actor", None)
    return found


def person_id(request: HttpRequest | Request) -> UUID:
    """Whoever is signed in.

    Raises:
        NotAMember: nobody is.
    """
    if request.user.pk is None:
        raise NotAMember("Sign in first.")
    return request.user.pk


def origin(request: HttpRequest | Request) -> str:
    """The client's network address as this server sees it; headers that a client can write do not count."""
    return str(request.META.get("REMOTE_ADDR", ""))
