from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from licensing.api.disclosure_serializers import (
    ApprovedDisclosureResource,
    DisclosureApprovalRequest,
    DisclosurePageResource,
    DisclosurePlacingRequest,
    TerritoriesQuery,
)
from licensing.disclosures.queries import disclosure_page
from licensing.doors import MAY_APPROVE_DISCLOSURES, MAY_PLACE_DISCLOSURES
from licensing.operations.disclosures import (
    NewApproval,
    approve_disclosure,
    place_disclosure,
    withdraw_disclosure,
)


class Disclosures(APIView):
    def get_permissions(self) -> list[BasePermission]:
        writes = self.request.method == "POST"
        return [has_role(*MAY_APPROVE_DISCLOSURES)() if writes else IsMember()]

    @extend_schema(
        operation_id="disclosures", parameters=[TerritoriesQuery], responses=DisclosurePageResource
    )
    def get(self, request: Request, production_id: UUID) -> Response:
        """What has to be told of a production, by territory, and every way on file to tell it."""
        asked = TerritoriesQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        page = disclosure_page(
            acting(request).organisation_id, production_id, territories=asked.validated_data["territories"]
        )
        return Response(DisclosurePageResource(page).data)

    @extend_schema(
        operation_id="disclosure_approve",
        request=DisclosureApprovalRequest,
        responses={201: ApprovedDisclosureResource},
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Approve a wording as counsel; it takes the place of the one before."""
        asked = DisclosureApprovalRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        new = NewApproval(
            production_id=production_id,
            wording_id=said["wording"],
            language=said["language"],
            text=said["text"],
        )
        card = approve_disclosure(new, actor=acting(request))
        location = f"/v1/productions/{production_id}/disclosures"
        return Response(ApprovedDisclosureResource(card).data, status=201, headers={"Location": location})


class Placings(APIView):
    permission_classes = [has_role(*MAY_PLACE_DISCLOSURES)]

    @extend_schema(
        operation_id="disclosure_place",
        request=DisclosurePlacingRequest,
        responses=ApprovedDisclosureResource,
    )
    def post(self, request: Request, disclosure_id: UUID) -> Response:
        """Record where an approved disclosure stands in the work. From then on it counts for a delivery."""
        asked = DisclosurePlacingRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = place_disclosure(disclosure_id, actor=acting(request), **asked.validated_data)
        return Response(ApprovedDisclosureResource(card).data)


class DisclosureWithdrawal(APIView):
    permission_classes = [has_role(*MAY_APPROVE_DISCLOSURES)]

    @extend_schema(operation_id="disclosure_withdraw", request=None, responses=ApprovedDisclosureResource)
    def post(self, request: Request, disclosure_id: UUID) -> Response:
        """Take an approval back; what rested on it counts for nothing from now on."""
        return Response(
            ApprovedDisclosureResource(withdraw_disclosure(disclosure_id, actor=acting(request))).data
        )
