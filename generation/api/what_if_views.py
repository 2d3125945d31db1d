from __future__ import annotations

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from generation.api.what_if_serializers import WhatIfOrder, WhatIfResource
from generation.foresight.answering import what_if
from generation.foresight.downloads import delivery_response, descent_response, flip_response
from licensing.doors import MAY_FORESEE


class WhatIfs(APIView):
    permission_classes = [has_role(*MAY_FORESEE)]

    @extend_schema(operation_id="what_if", request=WhatIfOrder, responses=WhatIfResource)
    def post(self, request: Request) -> Response:
        """What would happen if a consent ended, a strike began or ended, own rules came into force, a rate changed.

        Nothing is written. The answer is that of the records of now; it says over how many log entries.
        """
        order = WhatIfOrder(data=request.data)
        order.is_valid(raise_exception=True)
        answer = what_if(order.what_if(), actor=acting(request), listed=order.validated_data["listed"])
        return Response(WhatIfResource(answer).data)


class WhatIfTakes(APIView):
    permission_classes = [has_role(*MAY_FORESEE)]

    @extend_schema(
        operation_id="what_if_takes",
        request=WhatIfOrder,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """The same, every flipped take as one line of a table."""
        order = WhatIfOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return flip_response(order.what_if(), actor=acting(request))


class WhatIfDeliveries(APIView):
    permission_classes = [has_role(*MAY_FORESEE)]

    @extend_schema(
        operation_id="what_if_deliveries",
        request=WhatIfOrder,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """The same, every delivery that would be worth something else as one line of a table."""
        order = WhatIfOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return delivery_response(order.what_if(), actor=acting(request))


class WhatIfDescent(APIView):
    permission_classes = [has_role(*MAY_FORESEE)]

    @extend_schema(
        operation_id="what_if_descent",
        request=WhatIfOrder,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """The same, every take that comes of the consent that ends as one line of a table."""
        order = WhatIfOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return descent_response(order.what_if(), actor=acting(request))
