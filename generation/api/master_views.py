from __future__ import annotations

from fractions import Fraction
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from generation.api.asking import IDEMPOTENCY_KEY
from generation.doors import MAY_DELIVER
from generation.master_response import master_response
from generation.mastering.cameras import CameraMove, CameraOrder, CamerasNotSaid, CameraSource
from generation.mastering.errors import MasterNotPossible
from generation.mastering.queries import master_card, masters_of_take
from generation.mastering.values import RATES, MasterFormat, MasterSource, MasterState
from generation.operations.masters import MasterOrder, cancel_master, request_master
from licensing.doors import SEES_EVERYBODY


class CamerasRequest(serializers.Serializer[Any]):
    """Where the camera stood. What is declared is the word of whoever asks, and the file says so."""

    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field here, taken away by the metaclass
        choices=[one.value for one in CameraSource]
    )
    move = serializers.ChoiceField(choices=[one.value for one in CameraMove], allow_null=True, default=None)
    amount = serializers.DecimalField(
        max_digits=8,
        decimal_places=3,
        allow_null=True,
        default=None,
        help_text="Degrees of a pan, tilt or roll; metres of a dolly, truck or pedestal. Right, up, clockwise and "
        "forward are positive.",
    )
    horizontal_fov = serializers.DecimalField(
        max_digits=6, decimal_places=3, allow_null=True, default=None, help_text="In degrees."
    )


class MasterRequest(serializers.Serializer[Any]):
    format = serializers.ChoiceField(choices=[one.value for one in MasterFormat])
    fps = serializers.ChoiceField(
        choices=[str(rate) for rate in RATES],
        allow_null=True,
        default=None,
        help_text="Exact. Null: as the take has it. Another rate shows the same frames faster or slower.",
    )
    cameras = CamerasRequest(allow_null=True, default=None, help_text="Of handoff_3d alone.")
    recipient = serializers.UUIDField(
        allow_null=True,
        default=None,
        help_text="Marked for this recipient, and delivered to nobody else. Null: for anybody.",
    )


class MasterResource(serializers.Serializer[Any]):
    """A master. `facts` were read back of the finished file; rates are exact, as text."""

    id = serializers.UUIDField()
    take = serializers.UUIDField(source="take_id")
    format = serializers.ChoiceField(choices=[one.value for one in MasterFormat])
    title = serializers.CharField()
    fps = serializers.CharField()
    made_of = serializers.ChoiceField(source="source", choices=[one.value for one in MasterSource])
    made_from = serializers.CharField()
    cameras = serializers.DictField(allow_null=True)
    source_sha256 = serializers.CharField()
    state = serializers.ChoiceField(choices=[one.value for one in MasterState])
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    decision = serializers.UUIDField(source="decision_id")
    frames = serializers.IntegerField()
    frames_done = serializers.IntegerField()
    share_done = serializers.FloatField(help_text="From 0 to 1, of the frames.")
    seconds_left = serializers.IntegerField(allow_null=True, help_text="Of encoding.")
    cancel_requested = serializers.BooleanField()
    failure_code = serializers.CharField(allow_null=True)
    failure_message = serializers.CharField()
    facts = serializers.DictField()
    recipient = serializers.UUIDField(
        source="recipient_id", allow_null=True, help_text="For whom alone it is marked."
    )
    asset = serializers.UUIDField(source="asset_id", allow_null=True)
    file_sha256 = serializers.CharField(allow_null=True)
    size_bytes = serializers.IntegerField(allow_null=True)
    media_type = serializers.CharField()
    manifest_id = serializers.CharField(allow_null=True)
    is_downloadable = serializers.BooleanField()


class TakeMasters(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*MAY_DELIVER)() if self.request.method == "POST" else IsMember()]

    @extend_schema(operation_id="take_masters_list", responses=MasterResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """The masters of a take, the latest first."""
        return Response(
            MasterResource(masters_of_take(acting(request).organisation_id, take_id), many=True).data
        )

    @extend_schema(
        operation_id="take_masters_create",
        parameters=[IDEMPOTENCY_KEY],
        request=MasterRequest,
        responses={202: MasterResource},
    )
    def post(self, request: Request, take_id: UUID) -> Response:
        """Ask for a signed take in another format. The rules are asked again; a refusal tells every reason."""
        asked = MasterRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        fps = asked.validated_data["fps"]
        actor = acting(request)
        card = request_master(
            MasterOrder(
                take_id=take_id,
                format=MasterFormat(asked.validated_data["format"]),
                fps=None if fps is None else Fraction(fps),
                cameras=_cameras(asked.validated_data["cameras"]),
                recipient_id=asked.validated_data["recipient"],
            ),
            actor=actor,
            idempotency_key=request.headers.get("Idempotency-Key"),
            everybody=actor.is_one_of(*SEES_EVERYBODY),
        )
        return Response(MasterResource(card).data, status=202, headers={"Location": f"/v1/masters/{card.id}"})


def _cameras(asked: dict[str, Any] | None) -> CameraOrder | None:
    if asked is None:
        return None
    try:
        return CameraOrder.from_json(asked)
    except CamerasNotSaid as fault:
        raise MasterNotPossible(fault.field, str(fault)) from fault


class Master(APIView):
    @extend_schema(operation_id="master", responses=MasterResource)
    def get(self, request: Request, master_id: UUID) -> Response:
        """One master: where it stands, and what was read back of the finished file."""
        return Response(MasterResource(master_card(acting(request).organisation_id, master_id)).data)


class MasterCancellation(APIView):
    permission_classes = [has_role(*MAY_DELIVER)]

    @extend_schema(operation_id="master_cancel", request=None, responses={202: MasterResource})
    def post(self, request: Request, master_id: UUID) -> Response:
        """Cancel a master; one that is being encoded stops within seconds."""
        card = cancel_master(master_id, actor=acting(request))
        return Response(MasterResource(card).data, status=200 if card.is_final else 202)


class MasterFile(APIView):
    permission_classes = [has_role(*MAY_DELIVER)]

    @extend_schema(operation_id="master_file", responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    def get(self, request: Request, master_id: UUID) -> HttpResponseBase:
        """The signed file, whole or in ranges."""
        return master_response(request._request, acting(request), master_id)  # noqa: SLF001 - DRF has no other way
