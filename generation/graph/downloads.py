"""What is still out as a file to save, for pages and the API."""

from __future__ import annotations

from django.http import HttpResponse

from accounts.values import Actor
from generation.graph.out_csv import out_csv
from generation.graph.still_out import still_out
from generation.graph.values import Node


def out_response(node: Node, *, actor: Actor) -> HttpResponse:
    """Raises as `still_out`."""
    response = HttpResponse(out_csv(still_out(node, actor=actor)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="still-out-{node.kind}-{node.id}.csv"'
    return response
