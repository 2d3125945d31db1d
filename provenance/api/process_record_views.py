from __future__ import annotations

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from provenance.process_records import MEDIA_TYPE, process_record


class ProcessRecord(APIView):
    """Anybody may fetch: it is found by its digest alone, which stands in the credential."""

    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="process_record", responses=OpenApiTypes.OBJECT, auth=[])
    def get(self, request: Request, record_sha256: str) -> HttpResponse:
        """On what a take was made: salted commitments and the proof of the log, as its credential refers to it."""
        answer = HttpResponse(process_record(record_sha256), content_type=MEDIA_TYPE)
        # Under one digest it is always the same.
        answer["Cache-Control"] = "public, max-age=31536000, immutable"
        return answer
