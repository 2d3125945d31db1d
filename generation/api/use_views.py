from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember
from generation.my_uses import my_uses


class DecidedUseResource(serializers.Serializer[object]):
    decision_id = serializers.UUIDField()
    stage = serializers.CharField()
    outcome = serializers.CharField()
    decided_at = serializers.DateTimeField()
    production_title = serializers.CharField()
    use = serializers.CharField(allow_null=True)
    consent_ids = serializers.ListField(child=serializers.UUIDField())


class TakeOfMeResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    state = serializers.CharField()
    requested_at = serializers.DateTimeField()


class DeliveryOfMeResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    recipient_kind = serializers.CharField()
    state = serializers.CharField(help_text="What the delivery is worth today.")
    delivered_at = serializers.DateTimeField()


class UseOfMeResource(serializers.Serializer[object]):
    decided = DecidedUseResource()
    takes = TakeOfMeResource(many=True)
    deliveries = DeliveryOfMeResource(many=True)


class MyUses(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [IsMember()]

    @extend_schema(operation_id="my_uses_list", responses=UseOfMeResource(many=True))
    def get(self, request: Request) -> Response:
        """Every use of the performers whom you are, or act for: decisions, and what came of them."""
        return Response(UseOfMeResource(my_uses(acting(request)), many=True).data)
