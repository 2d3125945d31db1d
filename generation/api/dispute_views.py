from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember
from generation.deliveries.disputing import disputes_of_take
from generation.deliveries.values import DisputeGround, DisputeOutcome
from generation.operations.disputes import end_dispute, open_dispute

_GROUNDS = [one.value for one in DisputeGround]
_OUTCOMES = [one.value for one in DisputeOutcome]


class DisputeResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    take = serializers.UUIDField(source="take_id")
    ground = serializers.ChoiceField(choices=_GROUNDS)
    words = serializers.CharField()
    on_word = serializers.BooleanField(help_text="Entered by legal or the union on somebody's word.")
    opened_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=_OUTCOMES, allow_null=True, help_text="Null: it stands.")
    end_words = serializers.CharField(allow_blank=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class DisputeOrder(serializers.Serializer[Any]):
    ground = serializers.ChoiceField(choices=_GROUNDS)
    words = serializers.CharField(max_length=2000)


class DisputeEndOrder(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=_OUTCOMES)
    words = serializers.CharField(max_length=2000)


class TakeDisputes(APIView):
    permission_classes = [IsAuthenticated, IsMember]

    @extend_schema(operation_id="disputes_list", responses=DisputeResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """The disputes of a signed take, the latest first."""
        page = disputes_of_take(take_id, actor=acting(request))
        return Response(DisputeResource(page.disputes, many=True).data)

    @extend_schema(operation_id="disputes_open", request=DisputeOrder, responses={201: DisputeResource})
    def post(self, request: Request, take_id: UUID) -> Response:
        """Say that a take was not agreed to. Whoever verifies its file is told that it is disputed."""
        order = DisputeOrder(data=request.data)
        order.is_valid(raise_exception=True)
        said = order.validated_data
        card = open_dispute(
            take_id, ground=DisputeGround(said["ground"]), words=said["words"], actor=acting(request)
        )
        return Response(DisputeResource(card).data, status=201)


class DisputeEnd(APIView):
    permission_classes = [IsAuthenticated, IsMember]

    @extend_schema(operation_id="disputes_end", request=DisputeEndOrder, responses={201: DisputeResource})
    def post(self, request: Request, dispute_id: UUID) -> Response:
        """End a dispute: whoever opened it takes it back, counsel says the rest."""
        order = DisputeEndOrder(data=request.data)
        order.is_valid(raise_exception=True)
        said = order.validated_data
        card = end_dispute(
            dispute_id, outcome=DisputeOutcome(said["outcome"]), words=said["words"], actor=acting(request)
        )
        return Response(DisputeResource(card).data, status=201)
