"""The tlog-tiles addresses of every log, for off-the-shelf clients. Source: C2SP tlog-tiles.

Checkpoint and hashes are for whoever knows the log's name, without signing in: they tell nothing of what was logged.
Entries are for members who may read all of the log; those of the platform's log are public.
"""

from __future__ import annotations

import gzip

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.reader import Reader, reader_of
from audit.tiled_log import NamedLog, checkpoint_of, entries_at, hashes_at, log_named, read_place

# A tile never changes once its hashes are signed, a partial one neither: its width is in its address.
_FOR_EVER = "max-age=31536000, immutable"
_OCTETS = "application/octet-stream"


class Checkpoint(APIView):
    authentication_classes = []
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, _request: Request, origin: str) -> HttpResponse:
        answer = HttpResponse(checkpoint_of(_log(origin)), content_type="text/plain; charset=utf-8")
        answer["Cache-Control"] = "public, max-age=1"
        return answer


class Hashes(APIView):
    authentication_classes = []
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, _request: Request, origin: str, level: int, place: str) -> HttpResponse:
        wanted = read_place(place)
        content = hashes_at(_log(origin), level, wanted) if wanted else None
        if content is None:
            raise Http404
        answer = HttpResponse(content, content_type=_OCTETS)
        answer["Cache-Control"] = f"public, {_FOR_EVER}"
        return answer


class Entries(APIView):
    permission_classes = []

    @extend_schema(exclude=True)
    def get(self, request: Request, origin: str, place: str) -> HttpResponse:
        # Before the log is looked up: strangers learn nothing here, not even which logs there are.
        is_public = origin.startswith("countersign/platform/")
        reader = None if is_public else _member(request)
        log, wanted = _log(origin), read_place(place)
        if reader is not None and reader.organisation_id != log.organisation_id:
            raise Http404
        if reader is not None:
            reader.require_all()
        content = entries_at(log, wanted) if wanted else None
        if content is None:
            raise Http404
        answer = HttpResponse(content, content_type=_OCTETS)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.content = gzip.compress(content, mtime=0)
            answer["Content-Encoding"] = "gzip"
        answer["Vary"] = "Accept-Encoding, Authorization, Cookie"
        answer["Cache-Control"] = f"{'public' if is_public else 'private'}, {_FOR_EVER}"
        return answer


def _member(request: Request) -> Reader:
    if not request.user.is_authenticated:
        raise NotAuthenticated
    return reader_of(request)


def _log(origin: str) -> NamedLog:
    log = log_named(origin)
    if log is None:
        raise Http404
    return log
