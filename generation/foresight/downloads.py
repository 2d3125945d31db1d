"""The table of flipped takes as a file to save, for pages and the API."""

from __future__ import annotations

from django.http import HttpResponse

from accounts.values import Actor
from generation.foresight.answering import every_flip
from generation.foresight.flip_csv import flip_csv
from generation.foresight.values import WhatIf


def flip_response(asked: WhatIf, *, actor: Actor) -> HttpResponse:
    """Raises as `what_if`."""
    answer, takes = every_flip(asked, actor=actor)
    response = HttpResponse(flip_csv(answer, takes), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="what-if-log-{answer.log_size}.csv"'
    return response
