from __future__ import annotations

from base64 import b64encode
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.acting import actor
from accounts.errors import NotAMember
from accounts.permissions import IsMember, has_role
from accounts.values import Role
from provenance import queries
from provenance.api.serializers import (
    AssetResource,
    SidecarRequest,
    SidecarResource,
    VerificationRequest,
    VerificationResource,
)
from provenance.beside.operations import SidecarOrder, sign_beside_text
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


class Sidecars(APIView):
    """Credentials to be kept beside files into which none can be put, made of a signed file of the organisation."""

    permission_classes = [has_role(Role.PRODUCER)]

    @extend_schema(operation_id="sign_sidecar", request=SidecarRequest, responses={201: SidecarResource})
    def post(self, request: Request, asset_id: UUID) -> Response:
        acting = actor(request)
        if acting is None:
            raise NotAMember("Choose an organisation first.")
        asked = SidecarRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        sidecar = sign_beside_text(
            SidecarOrder(acting.organisation_id, asset_id, acting.label),
            asked.validated_data["name"],
            asked.validated_data["digests"],
        )
        answer = {
            "manifest_id": sidecar.manifest_id,
            "credential": b64encode(sidecar.manifest_store).decode(),
            "time_stamped_at": sidecar.time_stamped_at,
        }
        return Response(SidecarResource(answer).data, status=201)
