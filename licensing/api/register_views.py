from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from licensing.api.register_serializers import ChangeResource, EngagementRestatement, PerformerRestatement
from licensing.api.serializers import EngagementResource, IdentifierOrder, PerformerResource
from licensing.api.views import Door, created
from licensing.doors import MAY_RECORD
from licensing.operations.performers import add_identifier
from licensing.operations.register_changes import restate_engagement, restate_performer
from licensing.register_cards import register_changes


class Identifiers(Door):
    @extend_schema(
        operation_id="identifiers_add", request=IdentifierOrder, responses={201: PerformerResource}
    )
    def post(self, request: Request, performer_id: UUID) -> Response:
        """Add what a register calls the person: ISNI, IPN, EIDR party, HAND, a union's number."""
        order = IdentifierOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = add_identifier(performer_id, order.new_identifier(), actor=acting(request))
        return created(PerformerResource(card).data, f"/v1/performers/{card.id}")


class PerformerChanges(Door):
    writers = MAY_RECORD

    @extend_schema(operation_id="performer_changes_list", responses=ChangeResource(many=True))
    def get(self, request: Request, performer_id: UUID) -> Response:
        """What was known before of the person and their engagements, the latest change first."""
        return Response(ChangeResource(register_changes(performer_id, actor=acting(request)), many=True).data)

    @extend_schema(
        operation_id="performer_restate", request=PerformerRestatement, responses={201: PerformerResource}
    )
    def post(self, request: Request, performer_id: UUID) -> Response:
        """State a fact anew: somebody came of age, moved or died. Earlier decisions keep the facts they had."""
        order = PerformerRestatement(data=request.data)
        order.is_valid(raise_exception=True)
        card = restate_performer(performer_id, order.restatement(), actor=acting(request))
        return created(PerformerResource(card).data, f"/v1/performers/{card.id}")


class EngagementChanges(Door):
    writers = MAY_RECORD

    @extend_schema(
        operation_id="engagement_restate", request=EngagementRestatement, responses={201: EngagementResource}
    )
    def post(self, request: Request, engagement_id: UUID) -> Response:
        """State facts of an engagement anew, such as the day of a contract that was signed meanwhile."""
        order = EngagementRestatement(data=request.data)
        order.is_valid(raise_exception=True)
        card = restate_engagement(engagement_id, order.restatement(), actor=acting(request))
        return created(EngagementResource(card).data, f"/v1/productions/{card.production_id}/engagements")
