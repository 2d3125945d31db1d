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
from licensing.naming import naming_page
from licensing.operations.naming import choose_naming


class NamingResource(serializers.Serializer[Any]):
    performer = serializers.UUIDField(source="performer_id")
    production = serializers.UUIDField(source="production_id")
    production_title = serializers.CharField()
    named_as = serializers.CharField(help_text="Empty: whoever verifies a file is not told the name.")
    chosen_at = serializers.DateTimeField(allow_null=True)


class NamingOrder(serializers.Serializer[Any]):
    production = serializers.UUIDField()
    named_as = serializers.CharField(max_length=120, allow_blank=True)
    document_sha256 = serializers.CharField(
        max_length=64, allow_blank=True, default="", help_text="The paper that legal enters it from."
    )


class Naming(APIView):
    permission_classes = [IsAuthenticated, IsMember]

    @extend_schema(operation_id="naming_list", responses=NamingResource(many=True))
    def get(self, request: Request, performer_id: UUID) -> Response:
        """Whether the performer is named to whoever verifies a file, for each production."""
        page = naming_page(performer_id, actor=acting(request))
        return Response(NamingResource(page.cards, many=True).data)

    @extend_schema(operation_id="naming_choose", request=NamingOrder, responses={201: NamingResource})
    def post(self, request: Request, performer_id: UUID) -> Response:
        """Choose to be named for a production, or no longer: the performer, who acts for them, or legal."""
        order = NamingOrder(data=request.data)
        order.is_valid(raise_exception=True)
        said = order.validated_data
        card = choose_naming(
            performer_id,
            said["production"],
            named_as=said["named_as"],
            document_sha256=said["document_sha256"],
            actor=acting(request),
        )
        return Response(NamingResource(card).data, status=201)
