"""Packs of an organisation's own rules: handed in, replayed, put in force by a second person."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from licensing.api.views import Door
from licensing.doors import MAY_STAGE_PACKS
from licensing.operations.house_packs import activate_pack, house_packs, replay_pack, stage_pack


class PackOrder(serializers.Serializer[object]):
    note = serializers.CharField(
        max_length=262_144, trim_whitespace=False, help_text="The signed pack, as it was written."
    )


class HousePackResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    edition = serializers.IntegerField()
    sha256 = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())
    staged_at = serializers.DateTimeField()
    staged_by = serializers.UUIDField()
    replay = serializers.JSONField(
        allow_null=True, help_text="What it would have changed: counts and each flip."
    )
    replayed_at = serializers.DateTimeField(allow_null=True)
    activated_at = serializers.DateTimeField(allow_null=True)
    is_active = serializers.BooleanField()


class HousePacks(Door):
    writers = MAY_STAGE_PACKS

    @extend_schema(operation_id="rule_packs_list", responses=HousePackResource(many=True))
    def get(self, request: Request) -> Response:
        """The organisation's packs of own rules, the highest edition first."""
        return Response(HousePackResource(house_packs(acting(request).organisation_id), many=True).data)

    @extend_schema(operation_id="rule_packs_stage", request=PackOrder, responses={201: HousePackResource})
    def post(self, request: Request) -> Response:
        """Hand in a signed pack. Nothing is decided by it yet."""
        order = PackOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = stage_pack(order.validated_data["note"], actor=acting(request))
        return Response(HousePackResource(card).data, status=201, headers={"Location": "/v1/rule-packs"})


class PackReplay(Door):
    writers = MAY_STAGE_PACKS

    @extend_schema(operation_id="rule_packs_replay", request=None, responses={201: HousePackResource})
    def post(self, request: Request, pack_id: UUID) -> Response:
        """Decide the last month again with the pack, and keep what would be otherwise."""
        card = replay_pack(pack_id, actor=acting(request))
        return Response(HousePackResource(card).data, status=201, headers={"Location": "/v1/rule-packs"})


class PackActivation(Door):
    writers = MAY_STAGE_PACKS

    @extend_schema(operation_id="rule_packs_activate", request=None, responses={201: HousePackResource})
    def post(self, request: Request, pack_id: UUID) -> Response:
        """Put the pack in force. Whoever handed it in may not."""
        card = activate_pack(pack_id, actor=acting(request))
        return Response(HousePackResource(card).data, status=201, headers={"Location": "/v1/rule-packs"})
