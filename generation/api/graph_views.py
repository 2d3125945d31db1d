from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember
from core.pagination import Pages
from generation.api.graph_serializers import (
    EdgeResource,
    GraphQuery,
    GraphResource,
    NodeQuery,
    NodeResource,
    OutResource,
    StillOutResource,
)
from generation.graph.answering import graph
from generation.graph.downloads import out_response
from generation.graph.still_out import still_out


class _Door(APIView):
    """Every member may ask; how much they are told is decided by what concerns them."""

    def get_permissions(self) -> list[BasePermission]:
        return [IsMember()]


class Graph(_Door):
    @extend_schema(operation_id="graph", parameters=[GraphQuery], responses=GraphResource)
    def get(self, request: Request) -> Response:
        """What a take, a frame, a consent or anything else rests on, and what rests on it; nearest first."""
        asked = GraphQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        answer = graph(asked.question(actor), actor=actor, kinds=asked.validated_data.get("kinds"))
        pages = Pages()
        lines = pages.paginate_queryset(answer.lines[1:], request, view=self) or []
        shown = {line.node for line in lines}
        edges = [one for one in answer.edges if one.child in shown or one.parent in shown]
        return Response(
            {
                "node": NodeResource(answer.start).data,
                "is_whole": answer.is_whole,
                "counts": answer.counts,
                "unnamed": answer.unnamed,
                **_place(pages),
                "nodes": NodeResource(lines, many=True).data,
                "edges": EdgeResource(edges, many=True).data,
            }
        )


class StillOut(_Door):
    @extend_schema(operation_id="graph_out", parameters=[NodeQuery], responses=StillOutResource)
    def get(self, request: Request) -> Response:
        """Every delivery that rests on a consent, a performer or anything else: to whom, where, until when."""
        asked = NodeQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        found = still_out(asked.node_asked(actor), actor=actor)
        pages = Pages()
        lines = pages.paginate_queryset(found.lines, request, view=self) or []
        return Response(
            {
                "node": str(found.node),
                "title": found.name.title,
                "takes": found.takes,
                "out": found.out,
                "rightly": found.rightly,
                "by_state": found.by_state,
                "is_whole": found.is_whole,
                **_place(pages),
                "deliveries": OutResource(lines, many=True).data,
            }
        )


class StillOutTable(_Door):
    @extend_schema(
        operation_id="graph_out_csv",
        parameters=[NodeQuery],
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The same, all of it as a table."""
        asked = NodeQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        return out_response(asked.node_asked(actor), actor=actor)


def _place(pages: Pages) -> dict[str, Any]:
    return {"count": pages.count, "next": pages.get_next_link(), "previous": pages.get_previous_link()}
