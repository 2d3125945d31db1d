from __future__ import annotations

from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from generation.doors import MAY_STATE_NON_USE
from generation.evidence_response import non_use_response
from generation.operations.non_use import NonUseOrder


class NonUseRequest(serializers.Serializer[Any]):
    """The performer, the production and the period of a statement of non-use."""

    performer = serializers.UUIDField()
    production = serializers.UUIDField()
    since = serializers.DateTimeField(help_text="Where the period begins.")
    until = serializers.DateTimeField(
        help_text="Where it ends; this instant is outside. At the latest where the log is confirmed."
    )

    def order(self) -> NonUseOrder:
        asked = self.validated_data
        return NonUseOrder(
            performer_id=asked["performer"],
            production_id=asked["production"],
            since=asked["since"],
            until=asked["until"],
        )


class NonUse(APIView):
    permission_classes = [has_role(*MAY_STATE_NON_USE)]

    @extend_schema(
        operation_id="state_non_use",
        request=NonUseRequest,
        responses={(200, "application/zip"): OpenApiTypes.BINARY},
    )
    def post(self, request: Request) -> HttpResponseBase:
        """A signed statement that the log holds no decision, render, release or delivery that touched a performer.

        That it was issued is an entry of the log. `tools/verify_evidence.py` checks the file.
        """
        asked = NonUseRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return non_use_response(acting(request), asked.order())
