from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.acting import actor
from accounts.errors import NotAMember
from accounts.permissions import IsMember
from provenance import queries
from provenance.api.serializers import (
    AssetResource,
    VerificationRequest,
    VerificationResource,
)
from provenance.receiving import verify_received
from provenance.reports import full_report


class Verifications(APIView):
    """Anybody may ask about any file; nothing is kept and nobody is asked who they are."""

    authentication_classes = []
    permission_classes = [AllowAny]
    parser_classes = [MultiPartParser]

    @extend_schema(
        operation_id="verify_file",
        request={"multipart/form-data": VerificationRequest},
        responses=VerificationResource,
    )
    def post(self, request: Request) -> Response:
        return Response(full_report(verify_received(request._request)))  # noqa: SLF001 - DRF has no other way


class Verify(Verifications):
    """The same under a name that a person can guess."""

    @extend_schema(
        operation_id="verify",
        request={"multipart/form-data": VerificationRequest},
        responses=VerificationResource,
    )
    def post(self, request: Request) -> Response:
        return super().post(request)


class Asset(APIView):
    """The credential of one signed file of the organisation."""

    permission_classes = [IsMember]

    @extend_schema(operation_id="asset", responses=AssetResource)
    def get(self, request: Request, asset_id: UUID) -> Response:
        acting = actor(request)
        if acting is None:
            raise NotAMember("Choose an organisation first.")
        return Response(AssetResource(queries.credential(acting.organisation_id, asset_id)).data)
