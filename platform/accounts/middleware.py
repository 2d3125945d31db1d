from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from accounts.acting import actor_from_session


class ActingOrganisationMiddleware:
    """Puts `request.actor` there, lazily: a request that asks nobody costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.actor = SimpleLazyObject(lambda: actor_from_session(request))  # type: ignore[attr-defined]
        return self.get_response(request)
