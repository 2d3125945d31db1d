from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember
from generation.deliveries.tracing import HowTold, traced


class TracedRecipient(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()


class TracedDelivery(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    recipient = TracedRecipient()
    delivered_at = serializers.DateTimeField()
    state = serializers.CharField(source="standing.state.value")


class TracedFileResource(serializers.Serializer[Any]):
    """`made_for` is null where every recipient has the same file; then `deliveries` are all it may have come from."""

    manifest_id = serializers.CharField()
    take = serializers.UUIDField(source="take.id")
    how = serializers.ChoiceField(choices=[one.value for one in HowTold])
    format = serializers.CharField()
    made_for = TracedRecipient(allow_null=True)
    deliveries = TracedDelivery(many=True)


class Copy(APIView):
    permission_classes = [IsMember]

    @extend_schema(operation_id="copy", responses=TracedFileResource)
    def get(self, request: Request, manifest_id: str) -> Response:
        """Whose file bears this manifest on top: for members of the studio that delivered it."""
        return Response(TracedFileResource(traced(acting(request).organisation_id, manifest_id)).data)
