from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from core.clock import now
from generation.api.asking import IDEMPOTENCY_KEY
from generation.api.lineage_serializers import (
    ComparisonResource,
    FamilyResource,
    OptionsResource,
    VariationsRequest,
    VariationsResource,
)
from generation.api.serializers import take_order
from generation.doors import MAY_MAKE
from generation.iterating.comparing import compared
from generation.iterating.options import options_of
from generation.iterating.previewing import preview_response
from generation.iterating.queries import family_of
from generation.operations.variations import request_variations
from generation.page_queries import refusal_of
from generation.values import TakeState
from licensing.doors import SEES_EVERYBODY


class Variations(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(
        operation_id="takes_vary",
        parameters=[IDEMPOTENCY_KEY],
        request=VariationsRequest,
        responses={202: VariationsResource},
    )
    def post(self, request: Request, shot_id: UUID) -> Response:
        """Ask for several takes of one request, each with a seed and a decision of its own."""
        asked = VariationsRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        fields = dict(asked.validated_data)
        count, actor = fields.pop("variations"), acting(request)
        order = take_order(fields, shot_id=shot_id, at=now())
        key = request.headers.get("Idempotency-Key")
        cards = request_variations(order, count, actor=actor, idempotency_key=key)
        if cards[0].state is TakeState.REFUSED:
            raise refusal_of(actor.organisation_id, cards[0], everybody=actor.is_one_of(*SEES_EVERYBODY))
        return Response(VariationsResource({"takes": cards}).data, status=202)


class Family(APIView):
    @extend_schema(operation_id="take_family", responses=FamilyResource)
    def get(self, request: Request, take_id: UUID) -> Response:
        """Where a take comes from and what came of it, with what was changed at each step."""
        return Response(FamilyResource(family_of(acting(request).organisation_id, take_id)).data)


class Comparison(APIView):
    @extend_schema(operation_id="take_comparison", responses=ComparisonResource)
    def get(self, request: Request, take_id: UUID, other_id: UUID) -> Response:
        """What another take does otherwise."""
        return Response(ComparisonResource(compared(acting(request).organisation_id, take_id, other_id)).data)


class Preview(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(operation_id="take_preview", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, take_id: UUID) -> HttpResponse:
        """What a take looks like while it is made; unsigned, and gone when it ends."""
        return preview_response(take_id, actor=acting(request))


class Options(APIView):
    @extend_schema(operation_id="model_options", responses=OptionsResource)
    def get(self, request: Request, model_id: UUID) -> Response:
        """Sizes and lengths a model makes, and what it can make takes from."""
        return Response(OptionsResource(options_of(acting(request).organisation_id, model_id)).data)
