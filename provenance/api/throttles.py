"""How often a stranger may ask. Counted in each server process, by the address that connects to it."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle


class _Strangers(AnonRateThrottle):
    """Members with a token are not counted."""

    def get_ident(self, request: Request) -> str:
        # A header that says for whom a request was forwarded can be written by anybody.
        return str(request.META.get("REMOTE_ADDR", ""))


class LookUps(_Strangers):
    """Questions that cost a look into the index."""

    scope = "resolution-look-ups"
    rate = "120/min"


class Films(_Strangers):
    """Questions that cost a process and a film's decoding."""

    scope = "resolution-films"
    rate = "20/min"
