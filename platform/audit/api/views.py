from __future__ import annotations

from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from audit.api.renderers import CsvRenderer, JsonLinesRenderer
from audit.api.serializers import (
    EntryPageResource,
    EntryQuery,
    EntrySearch,
    HealthResource,
    LogResource,
    ProvedEntryResource,
)
from audit.exporting import csv_of, json_lines_of
from audit.health import log_health
from audit.queries import log_summary
from audit.reader import reader_of
from audit.responses import as_csv, as_json_lines
from audit.searching import Search, entry_for, find_entries
from core.clock import now


class Log(APIView):
    @extend_schema(operation_id="log_read", responses=LogResource)
    def get(self, request: Request) -> Response:
        """Where the organisation's log stands: its name, newest checkpoint and key."""
        return Response(LogResource(log_summary(reader_of(request).organisation_id)).data)


class Entries(APIView):
    @extend_schema(operation_id="log_entries_list", parameters=[EntrySearch], responses=EntryPageResource)
    def get(self, request: Request) -> Response:
        """Entries of the organisation's log, newest first: all of them, or by role those of one's own doing."""
        search = EntrySearch(data=request.query_params)
        search.is_valid(raise_exception=True)
        asked = search.validated_data
        page = find_entries(
            reader_of(request), search.search(), before=asked.get("before"), limit=asked["limit"]
        )
        here = request.build_absolute_uri()
        older = replace_query_param(here, "before", page.next_before) if page.next_before else None
        return Response(EntryPageResource({"results": page.entries, "next": older}).data)


class EntriesCsv(APIView):
    renderer_classes = [CsvRenderer]

    @extend_schema(
        operation_id="log_entries_csv", parameters=[EntryQuery], responses={(200, "text/csv"): str}
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All entries that match, as CSV in the order of the log; for the roles that may export."""
        return as_csv(csv_of(reader_of(request), _query(request)))


class EntriesJsonLines(APIView):
    renderer_classes = [JsonLinesRenderer]

    @extend_schema(
        operation_id="log_entries_json_lines",
        parameters=[EntryQuery],
        responses={(200, "application/jsonl"): str},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All entries that match, one JSON object a line, in the order of the log; for the roles that may export.

        A leaf of the tree is SHA-256 over a zero byte and the UTF-8 bytes of `body`: the whole log gives its root.
        """
        return as_json_lines(json_lines_of(reader_of(request), _query(request)))


class LogHealth(APIView):
    @extend_schema(operation_id="log_health_read", responses=HealthResource)
    def get(self, request: Request) -> Response:
        """How the log works: what waits, who signs and who watches; for administrators and auditors."""
        return Response(HealthResource(log_health(reader_of(request), at=now())).data)


class Entry(APIView):
    @extend_schema(operation_id="log_entry_read", responses=ProvedEntryResource)
    def get(self, request: Request, uid: UUID) -> Response:
        """One entry with the proof of its place. It appears within a second of its commit."""
        shown = entry_for(reader_of(request), uid)
        if shown is None or shown.proved is None:
            raise Http404
        return Response(ProvedEntryResource(shown.proved).data)


def _query(request: Request) -> Search:
    query = EntryQuery(data=request.query_params)
    query.is_valid(raise_exception=True)
    return query.search()
