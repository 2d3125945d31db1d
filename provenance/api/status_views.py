from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from provenance.status_keys import published_keys
from provenance.status_list import MEDIA_TYPE
from provenance.status_publishing import edition, editions, ttl


class StatusListResource(serializers.Serializer[Any]):
    """One list of what stands today, and where its newest edition is fetched."""

    uri = serializers.CharField(help_text="As credentials name it.")
    address = serializers.SerializerMethodField()
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()

    def get_address(self, one: Any) -> str:  # noqa: ANN401 - an Edition
        return f"/v1/status-lists/{one.list_id}"


class _Public(APIView):
    """Anybody may fetch; which of the indexes interests them is told to nobody."""

    authentication_classes = []
    permission_classes = [AllowAny]


class StatusLists(_Public):
    @extend_schema(operation_id="status_lists", responses=StatusListResource(many=True), auth=[])
    def get(self, request: Request) -> Response:
        """Every list of what stands today."""
        return Response(StatusListResource(editions(), many=True).data)


class StatusKeys(_Public):
    @extend_schema(operation_id="status_list_keys", responses=OpenApiTypes.OBJECT, auth=[])
    def get(self, request: Request) -> Response:
        """The public keys of the lists (JWK Set). They sign nothing else."""
        return Response(published_keys(settings.KEYS_FOLDER, at=clock.now()))


class StatusList(_Public):
    @extend_schema(operation_id="status_list", responses={(200, MEDIA_TYPE): OpenApiTypes.STR}, auth=[])
    def get(self, request: Request, list_id: UUID) -> HttpResponse:
        """The newest signed edition of a list, as a Token Status List (JWT)."""
        found = edition(list_id)
        response = HttpResponse(found.token, content_type=MEDIA_TYPE)
        response["Cache-Control"] = f"public, max-age={int(ttl().total_seconds())}"
        response["Last-Modified"] = found.issued_at.strftime("%a, %d %b %Y %H:%M:%S GMT")
        # So that pages of others may fetch it too; it says the same to everybody.
        response["Access-Control-Allow-Origin"] = "*"
        return response
