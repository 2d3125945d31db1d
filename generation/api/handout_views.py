from __future__ import annotations

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.api.delivery_serializers import AcknowledgementOrder, HandoutResource
from generation.deliveries.handouts import handout
from generation.handout_response import handout_response
from generation.operations.recalls import acknowledge_by_link


class _Holder(APIView):
    """Whoever holds the link; nobody is asked who they are."""

    authentication_classes = []
    permission_classes = [AllowAny]


class Handout(_Holder):
    @extend_schema(operation_id="handout", responses=HandoutResource, auth=[])
    def get(self, request: Request, token: str) -> Response:
        """One delivery, what it is for and what it is worth today, for the holder of its link."""
        return Response(HandoutResource(handout(token)).data)


class HandoutFile(_Holder):
    @extend_schema(operation_id="handout_file", responses={(200, "video/mp4"): OpenApiTypes.BINARY}, auth=[])
    def get(self, request: Request, token: str) -> HttpResponseBase:
        """The signed file, whole or in ranges. Every fetch is on record; a recalled one is refused."""
        return handout_response(request._request, token)  # noqa: SLF001 - DRF has no other way


class HandoutAcknowledgement(_Holder):
    @extend_schema(
        operation_id="handout_acknowledge",
        request=AcknowledgementOrder,
        responses={201: HandoutResource},
        auth=[],
    )
    def post(self, request: Request, token: str) -> Response:
        """Take note of a recall."""
        order = AcknowledgementOrder(data=request.data)
        order.is_valid(raise_exception=True)
        acknowledge_by_link(token, **order.validated_data)
        return Response(HandoutResource(handout(token)).data, status=201)
