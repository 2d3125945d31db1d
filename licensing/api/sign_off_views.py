from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from licensing.api.sign_off_serializers import (
    BuyerApprovalRequest,
    BuyerApprovalResource,
    SignOffRequest,
    SignOffResource,
    TakenBackRequest,
)
from licensing.doors import MAY_RECORD_BUYER_APPROVALS, MAY_SIGN_OFF, SEES_SIGN_OFFS
from licensing.operations.buyer_approvals import (
    NewBuyerApproval,
    record_buyer_approval,
    withdraw_buyer_approval,
)
from licensing.operations.sign_offs import NewSignOff, revoke_sign_off, sign_off_basis
from licensing.signing_off.queries import papers_of_production


class SignOffs(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*(MAY_SIGN_OFF if self.request.method == "POST" else SEES_SIGN_OFFS))()]

    @extend_schema(operation_id="sign_offs", responses=SignOffResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """Bases that counsel signed off, the latest first, with what was taken back or replaced."""
        found = papers_of_production(acting(request).organisation_id, production_id)
        return Response(SignOffResource(found.sign_offs, many=True).data)

    @extend_schema(operation_id="sign_off_basis", request=SignOffRequest, responses={201: SignOffResource})
    def post(self, request: Request, production_id: UUID) -> Response:
        """Sign off a basis as counsel. It counts for no question of your own."""
        asked = SignOffRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        new = NewSignOff(production_id=production_id, **asked.validated_data)
        card = sign_off_basis(new, actor=acting(request))
        location = f"/v1/productions/{production_id}/sign-offs"
        return Response(SignOffResource(card).data, status=201, headers={"Location": location})


class Revocation(APIView):
    permission_classes = [has_role(*MAY_SIGN_OFF)]

    @extend_schema(operation_id="sign_off_revoke", request=TakenBackRequest, responses=SignOffResource)
    def post(self, request: Request, sign_off_id: UUID) -> Response:
        """Take a sign-off back. Work that rests on it stops."""
        asked = TakenBackRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = revoke_sign_off(sign_off_id, actor=acting(request), **asked.validated_data)
        return Response(SignOffResource(card).data)


class BuyerApprovals(APIView):
    def get_permissions(self) -> list[BasePermission]:
        writes = self.request.method == "POST"
        return [has_role(*(MAY_RECORD_BUYER_APPROVALS if writes else SEES_SIGN_OFFS))()]

    @extend_schema(operation_id="buyer_approvals", responses=BuyerApprovalResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """What the buyer approved in writing, the latest first, with what was taken back or replaced."""
        found = papers_of_production(acting(request).organisation_id, production_id)
        return Response(BuyerApprovalResource(found.approvals, many=True).data)

    @extend_schema(
        operation_id="buyer_approval_record",
        request=BuyerApprovalRequest,
        responses={201: BuyerApprovalResource},
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Put a written approval of the buyer's on record."""
        asked = BuyerApprovalRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        new = NewBuyerApproval(production_id=production_id, **asked.validated_data)
        card = record_buyer_approval(new, actor=acting(request))
        location = f"/v1/productions/{production_id}/buyer-approvals"
        return Response(BuyerApprovalResource(card).data, status=201, headers={"Location": location})


class Withdrawal(APIView):
    permission_classes = [has_role(*MAY_RECORD_BUYER_APPROVALS)]

    @extend_schema(
        operation_id="buyer_approval_withdraw", request=TakenBackRequest, responses=BuyerApprovalResource
    )
    def post(self, request: Request, buyer_approval_id: UUID) -> Response:
        """Take an approval off the record, as when the buyer took it back."""
        asked = TakenBackRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = withdraw_buyer_approval(buyer_approval_id, actor=acting(request), **asked.validated_data)
        return Response(BuyerApprovalResource(card).data)
