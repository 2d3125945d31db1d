from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from accounts.values import Role
from core.clock import now
from core.pagination import Pages
from generation.api.asking import DRY_RUN, IDEMPOTENCY_KEY
from generation.api.delivery_serializers import (
    ContactOrder,
    CopyResource,
    DeliveryDetailResource,
    DeliveryEventResource,
    DeliveryQuery,
    DeliveryRequest,
    DeliveryResource,
    DeliveryTrialResource,
    IssuedLinkResource,
    LinkOrder,
    LinkResource,
    RecallNoticeOrder,
    RecallOrder,
    RecallResource,
    RecipientOrder,
    RecipientResource,
    RecordedAcknowledgementOrder,
    RetentionOrder,
    delivery_order,
)
from generation.deliveries.page_queries import delivery_page
from generation.deliveries.queries import (
    deliveries,
    deliveries_of_take,
    links_of,
    recipients,
)
from generation.deliveries.values import RecipientKind
from generation.doors import MAY_CALL_BACK, MAY_DELIVER, SEES_CONTACTS
from generation.operations.deliveries import deliver_take, try_delivery
from generation.operations.delivery_copies import make_copy
from generation.operations.delivery_links import issue_link, revoke_link
from generation.operations.recalls import (
    recall_delivery,
    record_acknowledgement,
    record_notice,
    state_retention,
)
from generation.operations.recipients import change_contact, register_recipient
from licensing.doors import SEES_EVERYBODY


class _Door(APIView):
    """Members look; `writers` act."""

    writers: tuple[Role, ...] = MAY_DELIVER

    def get_permissions(self) -> list[BasePermission]:
        return [
            IsMember() if self.request.method in ("GET", "HEAD", "OPTIONS") else has_role(*self.writers)()
        ]


def _context(request: Request) -> dict[str, object]:
    return {"request": request, "sees_contacts": acting(request).is_one_of(*SEES_CONTACTS)}


class Recipients(_Door):
    @extend_schema(operation_id="recipients_list", responses=RecipientResource(many=True))
    def get(self, request: Request) -> Response:
        """The companies that files are delivered to, by name."""
        cards = recipients(acting(request).organisation_id)
        return Response(RecipientResource(cards, many=True, context=_context(request)).data)

    @extend_schema(
        operation_id="recipients_create", request=RecipientOrder, responses={201: RecipientResource}
    )
    def post(self, request: Request) -> Response:
        """Put a company on record. Nothing is permitted by it."""
        order = RecipientOrder(data=request.data)
        order.is_valid(raise_exception=True)
        said = order.validated_data
        card = register_recipient(
            name=said["name"],
            kind=RecipientKind(said["kind"]),
            contact=said["contact"],
            actor=acting(request),
        )
        return Response(RecipientResource(card, context=_context(request)).data, status=201)


class RecipientContact(_Door):
    @extend_schema(operation_id="recipient_contact", request=ContactOrder, responses=RecipientResource)
    def post(self, request: Request, recipient_id: UUID) -> Response:
        """Say where notices to a recipient go from now on."""
        order = ContactOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = change_contact(recipient_id, contact=order.validated_data["contact"], actor=acting(request))
        return Response(RecipientResource(card, context=_context(request)).data)


class TakeDeliveries(_Door):
    @extend_schema(operation_id="take_deliveries_list", responses=DeliveryResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """The deliveries of a take with what each is worth today, the latest first."""
        cards = deliveries_of_take(acting(request).organisation_id, take_id)
        return Response(DeliveryResource(cards, many=True, context=_context(request)).data)

    @extend_schema(
        operation_id="take_deliver",
        parameters=[IDEMPOTENCY_KEY, DRY_RUN],
        request=DeliveryRequest,
        responses={201: DeliveryResource, 200: DeliveryTrialResource},
    )
    def post(self, request: Request, take_id: UUID) -> Response:
        """Deliver the signed file to a recipient. A refusal is answered with every reason and its cure."""
        asked = DeliveryRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        order = delivery_order(asked.validated_data, take_id=take_id, at=now())
        actor = acting(request)
        if request.query_params.get("dry_run") in ("1", "true"):
            return Response(DeliveryTrialResource(try_delivery(order, actor=actor)).data)
        card = deliver_take(
            order,
            actor=actor,
            idempotency_key=request.headers.get("Idempotency-Key"),
            everybody=actor.is_one_of(*SEES_EVERYBODY),
        )
        return Response(
            DeliveryResource(card, context=_context(request)).data,
            status=201,
            headers={"Location": f"/v1/deliveries/{card.id}"},
        )


class Deliveries(_Door):
    @extend_schema(
        operation_id="deliveries_list", parameters=[DeliveryQuery], responses=DeliveryResource(many=True)
    )
    def get(self, request: Request) -> Response:
        """Every delivery with what it is worth today, the latest first."""
        asked = DeliveryQuery(data=request.query_params)
        asked.is_valid(raise_exception=True)
        cards = deliveries(
            acting(request).organisation_id, production_id=asked.validated_data.get("production")
        )
        pages = Pages()
        rows = pages.paginate_queryset(cards, request, view=self)
        return pages.get_paginated_response(DeliveryResource(rows, many=True, context=_context(request)).data)


class Delivery(_Door):
    @extend_schema(operation_id="delivery", responses=DeliveryDetailResource)
    def get(self, request: Request, delivery_id: UUID) -> Response:
        """One delivery, its recall if there is one, and what happened to it."""
        page = delivery_page(acting(request).organisation_id, delivery_id)
        return Response(
            {
                **DeliveryResource(page.card, context=_context(request)).data,
                "copy": CopyResource(page.copy).data if page.copy else None,
                "recall": RecallResource(page.recall).data if page.recall else None,
                "events": DeliveryEventResource(page.events, many=True).data,
            }
        )


class DeliveryCopy(_Door):
    @extend_schema(operation_id="delivery_copy_make", request=None, responses={201: CopyResource})
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Make the recipient's own copy. Asked again, the same one."""
        return Response(CopyResource(make_copy(delivery_id, actor=acting(request))).data, status=201)


class DeliveryLinks(_Door):
    @extend_schema(operation_id="delivery_links_list", responses=LinkResource(many=True))
    def get(self, request: Request, delivery_id: UUID) -> Response:
        """The links of a delivery and how often its file went out by each. Tokens are told to nobody."""
        return Response(LinkResource(links_of(acting(request).organisation_id, delivery_id), many=True).data)

    @extend_schema(
        operation_id="delivery_links_create", request=LinkOrder, responses={201: IssuedLinkResource}
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Make a link to this one delivery for a recipient without an account. Its token is told once."""
        order = LinkOrder(data=request.data)
        order.is_valid(raise_exception=True)
        issued = issue_link(delivery_id, lasts=order.lasts(), actor=acting(request))
        return Response(IssuedLinkResource(issued, context=_context(request)).data, status=201)


class LinkRevocation(_Door):
    @extend_schema(operation_id="delivery_link_revoke", request=None, responses=LinkResource(many=True))
    def post(self, request: Request, link_id: UUID) -> Response:
        """End a link now; the links of its delivery."""
        actor = acting(request)
        delivery_id = revoke_link(link_id, actor=actor)
        return Response(LinkResource(links_of(actor.organisation_id, delivery_id), many=True).data)


class Recall(_Door):
    writers = MAY_CALL_BACK

    @extend_schema(operation_id="delivery_recall", request=RecallOrder, responses=DeliveryResource)
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Call a delivery back by a decision of the house. A withdrawal recalls by itself."""
        order = RecallOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = recall_delivery(delivery_id, reason=order.validated_data["reason"], actor=acting(request))
        return Response(DeliveryResource(card, context=_context(request)).data)


class RecallNotices(_Door):
    @extend_schema(
        operation_id="delivery_recall_notice", request=RecallNoticeOrder, responses={201: RecallResource}
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Record that the recipient was told of the recall: how, when, with what proof."""
        order = RecallNoticeOrder(data=request.data)
        order.is_valid(raise_exception=True)
        recall = record_notice(delivery_id, order.notice(), actor=acting(request))
        return Response(RecallResource(recall).data, status=201)


class Acknowledgement(_Door):
    @extend_schema(
        operation_id="delivery_recall_acknowledge",
        request=RecordedAcknowledgementOrder,
        responses={201: RecallResource},
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Record that the recipient took note, by another way than its link."""
        order = RecordedAcknowledgementOrder(data=request.data)
        order.is_valid(raise_exception=True)
        recall = record_acknowledgement(delivery_id, **order.validated_data, actor=acting(request))
        return Response(RecallResource(recall).data, status=201)


class Retention(_Door):
    writers = MAY_CALL_BACK

    @extend_schema(
        operation_id="delivery_recall_retention", request=RetentionOrder, responses={201: RecallResource}
    )
    def post(self, request: Request, delivery_id: UUID) -> Response:
        """Record in counsel's words what may lawfully stay with the recipient."""
        order = RetentionOrder(data=request.data)
        order.is_valid(raise_exception=True)
        recall = state_retention(delivery_id, words=order.validated_data["words"], actor=acting(request))
        return Response(RecallResource(recall).data, status=201)
