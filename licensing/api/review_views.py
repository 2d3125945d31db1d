from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from accounts.permissions import has_role
from core.pagination import Pages
from licensing.api.review_serializers import (
    AssignmentOrder,
    CaseApprovalOrder,
    CaseDetailResource,
    CaseQuery,
    CaseRefusalOrder,
    CaseResource,
    CaseWithdrawalOrder,
    CommentOrder,
    DelegationOrder,
    DelegationResource,
    DueDateOrder,
    HoldLiftOrder,
    HoldOrder,
    HoldResource,
    SecondKeyOrder,
)
from licensing.api.views import Door, created
from licensing.doors import SEES_EVERYBODY, SEES_HOLDS
from licensing.operations.holds import lift_hold, place_hold
from licensing.operations.review_approvals import approve_case, give_second_key
from licensing.operations.review_cases import (
    assign_case,
    comment_on_case,
    refuse_case,
    set_due_date,
    withdraw_case,
)
from licensing.operations.review_delegations import end_delegation, give_delegation
from licensing.review.words import RefusalCode
from licensing.review_pages import case_page
from licensing.review_queries import case_cards, delegation_cards, hold_cards


class _CaseDoor(Door):
    # Whose act it is, the operation and the database decide: a stand-in has no role of their own.
    writers = ()

    def shown(self, case_id: UUID, request: Request) -> Response:
        return Response(CaseDetailResource(case_page(case_id, actor=acting(request))).data)


class ReviewCases(_CaseDoor):
    @extend_schema(
        operation_id="review_cases_list", parameters=[CaseQuery], responses=CaseResource(many=True)
    )
    def get(self, request: Request) -> Response:
        """Cases of legal review, what is due first on top."""
        asked = CaseQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        fields, pages = asked.validated_data, Pages()
        cards = case_cards(
            acting(request).organisation_id,
            state=fields.get("state"),
            assignee_id=fields.get("assignee"),
            overdue=fields["overdue"],
        )
        return pages.get_paginated_response(
            CaseResource(pages.paginate_queryset(cards, request), many=True).data
        )


class ReviewCase(_CaseDoor):
    @extend_schema(operation_id="review_cases_read", responses=CaseDetailResource)
    def get(self, request: Request, case_id: UUID) -> Response:
        """One case with its reasons, history and precedents."""
        return self.shown(case_id, request)


class CaseAssignment(_CaseDoor):
    @extend_schema(operation_id="review_cases_assign", request=AssignmentOrder, responses=CaseDetailResource)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Give a case to somebody of legal."""
        order = AssignmentOrder(data=request.data)
        order.is_valid(raise_exception=True)
        assign_case(case_id, assignee_id=order.validated_data["assignee"], actor=acting(request))
        return self.shown(case_id, request)


class CaseDueDate(_CaseDoor):
    @extend_schema(operation_id="review_cases_due", request=DueDateOrder, responses=CaseDetailResource)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Say by when a case is decided."""
        order = DueDateOrder(data=request.data)
        order.is_valid(raise_exception=True)
        set_due_date(case_id, **order.validated_data, actor=acting(request))
        return self.shown(case_id, request)


class CaseComments(_CaseDoor):
    @extend_schema(operation_id="review_cases_comment", request=CommentOrder, responses=CaseDetailResource)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Say something about a case."""
        order = CommentOrder(data=request.data)
        order.is_valid(raise_exception=True)
        comment_on_case(case_id, **order.validated_data, actor=acting(request))
        return self.shown(case_id, request)


class CaseApproval(_CaseDoor):
    @extend_schema(
        operation_id="review_cases_approve", request=CaseApprovalOrder, responses=CaseDetailResource
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Approve a case within limits; never by whoever asked."""
        order = CaseApprovalOrder(data=request.data)
        order.is_valid(raise_exception=True)
        approve_case(
            case_id,
            order.limits(),
            decision_id=order.validated_data["decision"],
            actor=acting(request),
            acting_for=order.validated_data["acting_for"],
        )
        return self.shown(case_id, request)


class CaseSecondKey(_CaseDoor):
    @extend_schema(
        operation_id="review_cases_second_key", request=SecondKeyOrder, responses=CaseDetailResource
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Confirm an approval for the performer's side."""
        order = SecondKeyOrder(data=request.data)
        order.is_valid(raise_exception=True)
        give_second_key(case_id, **order.validated_data, actor=acting(request))
        return self.shown(case_id, request)


class CaseRefusal(_CaseDoor):
    @extend_schema(operation_id="review_cases_refuse", request=CaseRefusalOrder, responses=CaseDetailResource)
    def post(self, request: Request, case_id: UUID) -> Response:
        """Refuse a case."""
        order = CaseRefusalOrder(data=request.data)
        order.is_valid(raise_exception=True)
        fields = order.validated_data
        refuse_case(case_id, code=RefusalCode(fields["code"]), text=fields["text"], actor=acting(request))
        return self.shown(case_id, request)


class CaseWithdrawal(_CaseDoor):
    @extend_schema(
        operation_id="review_cases_withdraw", request=CaseWithdrawalOrder, responses=CaseDetailResource
    )
    def post(self, request: Request, case_id: UUID) -> Response:
        """Take a case or its approval back; work that rests on it stops."""
        order = CaseWithdrawalOrder(data=request.data)
        order.is_valid(raise_exception=True)
        withdraw_case(case_id, **order.validated_data, actor=acting(request))
        return self.shown(case_id, request)


class Delegations(_CaseDoor):
    @extend_schema(operation_id="review_delegations_list", responses=DelegationResource(many=True))
    def get(self, request: Request) -> Response:
        """Who stands in for whom, the latest first."""
        return Response(DelegationResource(delegation_cards(acting(request).organisation_id), many=True).data)

    @extend_schema(
        operation_id="review_delegations_give",
        request=DelegationOrder,
        responses={201: DelegationResource(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Let another member stand in for you in legal review."""
        order = DelegationOrder(data=request.data)
        order.is_valid(raise_exception=True)
        actor = acting(request)
        give_delegation(**order.validated_data, actor=actor)
        cards = delegation_cards(actor.organisation_id)
        return created(DelegationResource(cards, many=True).data, "/v1/review-delegations")


class DelegationEnd(_CaseDoor):
    @extend_schema(
        operation_id="review_delegations_end", request=None, responses=DelegationResource(many=True)
    )
    def post(self, request: Request, delegation_id: UUID) -> Response:
        """End a delegation of yours now."""
        actor = acting(request)
        end_delegation(delegation_id, actor=actor)
        return Response(DelegationResource(delegation_cards(actor.organisation_id), many=True).data)


class Holds(Door):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*SEES_HOLDS)()]

    @extend_schema(operation_id="legal_holds_list", responses=HoldResource(many=True))
    def get(self, request: Request) -> Response:
        """Litigation holds, the latest first."""
        actor = acting(request)
        cards = hold_cards(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        return Response(HoldResource(cards, many=True).data)

    @extend_schema(
        operation_id="legal_holds_place", request=HoldOrder, responses={201: HoldResource(many=True)}
    )
    def post(self, request: Request) -> Response:
        """Keep what a dispute is about: a production, a performer or a take."""
        order = HoldOrder(data=request.data)
        order.is_valid(raise_exception=True)
        actor = acting(request)
        place_hold(order.new_hold(), actor=actor)
        cards = hold_cards(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        return created(HoldResource(cards, many=True).data, "/v1/legal-holds")


class HoldLift(Door):
    writers = ()

    @extend_schema(operation_id="legal_holds_lift", request=HoldLiftOrder, responses=HoldResource(many=True))
    def post(self, request: Request, hold_id: UUID) -> Response:
        """End a litigation hold."""
        order = HoldLiftOrder(data=request.data)
        order.is_valid(raise_exception=True)
        actor = acting(request)
        lift_hold(hold_id, **order.validated_data, actor=actor)
        cards = hold_cards(actor.organisation_id, everybody=actor.is_one_of(*SEES_EVERYBODY))
        return Response(HoldResource(cards, many=True).data)
