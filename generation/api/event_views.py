"""The events of a take: a page of them, or each as it comes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from generation.api.serializers import EventPageResource, EventQuery, TakeEventResource
from generation.event_stream import EventStream, nothing_follows
from generation.queries import TakeEventCard, take_events

_STREAM = "text/event-stream"


class EventStreamRenderer(BaseRenderer):
    """Chosen by `Accept: text/event-stream`. What is not a stream, such as a problem, is JSON."""

    media_type = _STREAM
    format = "events"
    charset = "utf-8"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:  # noqa: ANN401 - as the base class has it
        """`data` as JSON."""
        rendered: bytes = JSONRenderer().render(data)
        return rendered


class Events(APIView):
    renderer_classes = (JSONRenderer, EventStreamRenderer)

    @extend_schema(
        operation_id="take_events",
        parameters=[
            EventQuery,
            OpenApiParameter("Last-Event-ID", OpenApiTypes.INT, OpenApiParameter.HEADER),
        ],
        responses={(200, "application/json"): EventPageResource, (200, _STREAM): OpenApiTypes.STR, 204: None},
    )
    def get(self, request: Request, take_id: UUID) -> HttpResponseBase:
        """The history of a take, oldest first; ask on with `after=<next_after>`.

        With `Accept: text/event-stream` each event as it comes, for up to 25 seconds; come again with
        `Last-Event-ID`. The last one is `end`; whoever has it is answered 204.
        """
        organisation_id = acting(request).organisation_id
        asked = EventQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        if getattr(request.accepted_renderer, "media_type", None) == _STREAM:
            return _streamed(organisation_id, take_id, _after(request, asked.validated_data["after"]))
        page = take_events(organisation_id, take_id, **asked.validated_data)
        return Response(
            {"events": TakeEventResource(page.events, many=True).data, "next_after": page.next_after}
        )


def _after(request: Request, otherwise: int) -> int:
    """What the other side had last. A number that is none is of no event of ours: all are sent."""
    last = request.headers.get("Last-Event-ID", "")
    return int(last) if last.isascii() and last.isdecimal() and len(last) < 19 else otherwise  # noqa: PLR2004 - of 64 bits


def _streamed(organisation_id: UUID, take_id: UUID, after: int) -> HttpResponseBase:
    if after and nothing_follows(organisation_id, take_id, after=after):
        # A browser that is answered so does not come again.
        return HttpResponse(status=204)

    def said(event: TakeEventCard) -> dict[str, Any]:
        return dict(TakeEventResource(event).data)

    return StreamingHttpResponse(
        EventStream(organisation_id, take_id, after=after, said=said),
        content_type=_STREAM,
        # A proxy that gathers the answer would tell all of it at the end.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
