from __future__ import annotations

from base64 import b64encode
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.acting import actor
from accounts.errors import NotAMember
from accounts.permissions import has_role
from accounts.values import Actor, Role
from provenance.beside.operations import SidecarOrder, sign_beside_text
from provenance.beside.queries import sidecar, sidecars
from provenance.doors import MAY_SEE_REFERENCES
from provenance.sidecar_response import sidecar_response


class SidecarRequest(serializers.Serializer[Any]):
    name = serializers.CharField(
        max_length=200, help_text="Of the list, such as shot.sha256; public for ever."
    )
    digests = serializers.CharField(
        max_length=16 * 2**20,
        trim_whitespace=False,
        help_text="The files, as `sha256sum` prints them: digest, two spaces, name, end of line.",
    )


class SidecarResource(serializers.Serializer[Any]):
    """To be kept beside the list, byte for byte as it was sent."""

    id = serializers.UUIDField()
    manifest_id = serializers.CharField()
    credential = serializers.CharField(help_text="The manifest store, base64; the content of NAME.c2pa.")
    time_stamped_at = serializers.DateTimeField(allow_null=True)


class SidecarRecord(serializers.Serializer[Any]):
    """A credential that lies beside a file. `files`: how many its list names; null: a file itself."""

    id = serializers.UUIDField()
    take = serializers.UUIDField(source="take_id")
    asset = serializers.UUIDField(source="asset_id")
    name = serializers.CharField()
    media_type = serializers.CharField()
    bound_sha256 = serializers.CharField(help_text="Of the file, or of the list.")
    size_bytes = serializers.IntegerField()
    files = serializers.IntegerField(allow_null=True)
    manifest_id = serializers.CharField()
    parent_manifest_id = serializers.CharField()
    certificate_serial = serializers.CharField()
    signed_at = serializers.DateTimeField()
    time_stamped_at = serializers.DateTimeField(allow_null=True)
    is_in_log = serializers.BooleanField(help_text="Until then nobody gets the credential.")


class SidecarQuery(serializers.Serializer[Any]):
    sha256 = serializers.RegexField(
        r"(?i)^[0-9a-f]{64}$", required=False, help_text="Of the file, or of its list: those beside it alone."
    )


class AssetSidecars(APIView):
    """Credentials to be kept beside files into which none can be put, made of a signed file of the organisation."""

    permission_classes = [has_role(Role.PRODUCER)]

    @extend_schema(operation_id="sign_sidecar", request=SidecarRequest, responses={201: SidecarResource})
    def post(self, request: Request, asset_id: UUID) -> Response:
        acting = _acting(request)
        asked = SidecarRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        made = sign_beside_text(
            SidecarOrder(acting.organisation_id, asset_id, acting.label),
            asked.validated_data["name"],
            asked.validated_data["digests"],
        )
        answer = {
            "id": made.id,
            "manifest_id": made.manifest_id,
            "credential": b64encode(made.manifest_store).decode(),
            "time_stamped_at": made.time_stamped_at,
        }
        return Response(
            SidecarResource(answer).data, status=201, headers={"Location": f"/v1/sidecars/{made.id}"}
        )


class Sidecars(APIView):
    permission_classes = [has_role(*MAY_SEE_REFERENCES)]

    @extend_schema(
        operation_id="sidecars",
        parameters=[OpenApiParameter("sha256", str, description="Those beside exactly these bytes.")],
        responses=SidecarRecord(many=True),
    )
    def get(self, request: Request) -> Response:
        """Credentials beside files, the latest first: found by the digest of the file when one was lost."""
        asked = SidecarQuery(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        found = sidecars(_acting(request).organisation_id, sha256_hex=asked.validated_data.get("sha256"))
        return Response(SidecarRecord(found, many=True).data)


class Sidecar(APIView):
    permission_classes = [has_role(*MAY_SEE_REFERENCES)]

    @extend_schema(operation_id="sidecar", responses=SidecarRecord)
    def get(self, request: Request, sidecar_id: UUID) -> Response:
        """One credential beside a file."""
        return Response(SidecarRecord(sidecar(_acting(request).organisation_id, sidecar_id)).data)


class SidecarCredential(APIView):
    permission_classes = [has_role(*MAY_SEE_REFERENCES)]

    @extend_schema(
        operation_id="sidecar_credential", responses={(200, "application/c2pa"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, sidecar_id: UUID) -> HttpResponse:
        """The credential itself, to be laid beside its file."""
        return sidecar_response(_acting(request).organisation_id, sidecar_id)


def _acting(request: Request) -> Actor:
    acting = actor(request)
    if acting is None:
        raise NotAMember("Choose an organisation first.")
    return acting
