from __future__ import annotations

from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from audit.api.serializers import EntryPageResource, EntrySearch, LogResource, ProvedEntryResource
from audit.queries import entry_with_proof, log_summary, newest_entries
from audit.reader import reader_organisation


class Log(APIView):
    @extend_schema(operation_id="log_read", responses=LogResource)
    def get(self, request: Request) -> Response:
        """Where the organisation's log stands: its name, newest checkpoint and key."""
        return Response(LogResource(log_summary(reader_organisation(request))).data)


class Entries(APIView):
    @extend_schema(operation_id="log_entries_list", parameters=[EntrySearch], responses=EntryPageResource)
    def get(self, request: Request) -> Response:
        """Entries of the organisation's log, newest first."""
        search = EntrySearch(data=request.query_params)
        search.is_valid(raise_exception=True)
        asked = search.validated_data
        page = newest_entries(
            reader_organisation(request),
            subject=asked.get("subject"),
            entry_type=asked.get("type"),
            before=asked.get("before"),
            limit=asked["limit"],
        )
        here = request.build_absolute_uri()
        older = replace_query_param(here, "before", page.next_before) if page.next_before else None
        return Response(EntryPageResource({"results": page.entries, "next": older}).data)


class Entry(APIView):
    @extend_schema(operation_id="log_entry_read", responses=ProvedEntryResource)
    def get(self, request: Request, uid: UUID) -> Response:
        """One entry with the proof of its place. It appears within a second of its commit."""
        proved = entry_with_proof(reader_organisation(request), uid)
        if proved is None:
            raise Http404
        return Response(ProvedEntryResource(proved).data)
