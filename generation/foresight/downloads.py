"""The tables of an answer as files to save, for pages and the API."""

from __future__ import annotations

from django.http import HttpResponse

from accounts.values import Actor
from generation.foresight.answering import every_flip, what_if
from generation.foresight.flip_csv import delivery_csv, descent_csv, flip_csv
from generation.foresight.values import WhatIf


def flip_response(asked: WhatIf, *, actor: Actor) -> HttpResponse:
    """Raises as `what_if`."""
    answer, takes = every_flip(asked, actor=actor)
    return _file(flip_csv(answer, takes), f"what-if-log-{answer.log_size}.csv")


def delivery_response(asked: WhatIf, *, actor: Actor) -> HttpResponse:
    """Raises as `what_if`."""
    answer = what_if(asked, actor=actor, listed=0)
    return _file(delivery_csv(answer), f"what-if-deliveries-log-{answer.log_size}.csv")


def descent_response(asked: WhatIf, *, actor: Actor) -> HttpResponse:
    """Raises as `what_if`."""
    answer = what_if(asked, actor=actor, listed=0)
    return _file(descent_csv(answer), f"what-if-descent-log-{answer.log_size}.csv")


def _file(text: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
