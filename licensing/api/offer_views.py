from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from core.pagination import Pages
from licensing.agreeing.queries import agreement_document, my_consents, offer_card, offer_cards
from licensing.api.offer_serializers import (
    AnswersOrder,
    ListedOfferResource,
    NoticeOrder,
    NoticeResource,
    OfferOrder,
    OfferResource,
    OfferSignatureOrder,
    ProposalOrder,
    offer_location,
)
from licensing.api.serializers import ConsentResource
from licensing.api.views import Door, created
from licensing.doors import MAY_OFFER, MAY_SIGN_FOR_STUDIO
from licensing.operations.agreements import countersign_offer, sign_offer
from licensing.operations.answers import answer_offer, refuse_offer
from licensing.operations.notices import give_notice
from licensing.operations.offers import (
    draft_offer,
    propose_terms,
    send_offer,
    take_back_offer,
    take_their_terms,
)


class Offers(Door):
    writers = MAY_OFFER

    @extend_schema(operation_id="offers_list", responses=ListedOfferResource(many=True))
    def get(self, request: Request) -> Response:
        """Offers, the latest first: all of the studio, or those to whom you act for."""
        pages = Pages()
        cards = pages.paginate_queryset(offer_cards(acting(request)), request)
        return pages.get_paginated_response(ListedOfferResource(cards, many=True).data)

    @extend_schema(operation_id="offers_draft", request=OfferOrder, responses={201: OfferResource})
    def post(self, request: Request) -> Response:
        """Write an offer down; nobody but the studio sees it yet."""
        order = OfferOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = draft_offer(order.new_offer(), actor=acting(request))
        return created(OfferResource(card).data, offer_location(card.id))


class Offer(Door):
    @extend_schema(operation_id="offers_read", responses=OfferResource)
    def get(self, request: Request, offer_id: UUID) -> Response:
        """One offer with every round, answer and signature."""
        return Response(OfferResource(offer_card(offer_id, actor=acting(request))).data)


class Sending(Door):
    writers = MAY_OFFER

    @extend_schema(operation_id="offers_send", request=None, responses=OfferResource)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Put a draft to the performer."""
        return Response(OfferResource(send_offer(offer_id, actor=acting(request))).data)


class Rounds(Door):
    writers = MAY_OFFER

    @extend_schema(operation_id="offers_propose", request=ProposalOrder, responses={201: OfferResource})
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Put other terms; the earlier round stays as it was."""
        order = ProposalOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = propose_terms(offer_id, **order.validated_data, actor=acting(request))
        return created(OfferResource(card).data, offer_location(card.id))


class TheirTerms(Door):
    writers = MAY_OFFER

    @extend_schema(operation_id="offers_take_their_terms", request=None, responses={201: OfferResource})
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Put what the performer countered as a further round."""
        card = take_their_terms(offer_id, actor=acting(request))
        return created(OfferResource(card).data, offer_location(card.id))


class TakingBack(Door):
    writers = MAY_OFFER

    @extend_schema(operation_id="offers_take_back", request=None, responses=OfferResource)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """End an offer that is not a consent yet."""
        return Response(OfferResource(take_back_offer(offer_id, actor=acting(request))).data)


class Answers(Door):
    """The performer's side: who may answer is said by their authority, not by a role."""

    writers = ()

    @extend_schema(operation_id="offers_answer", request=AnswersOrder, responses=OfferResource)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Answer every term of the round on the table: yes, no or a counter."""
        order = AnswersOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = answer_offer(
            offer_id,
            order.replies(),
            terms_sha256=order.validated_data["terms_sha256"],
            actor=acting(request),
        )
        return Response(OfferResource(card).data)


class Refusal(Door):
    writers = ()

    @extend_schema(operation_id="offers_refuse", request=None, responses=OfferResource)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Refuse the offer as a whole. Final."""
        return Response(OfferResource(refuse_offer(offer_id, actor=acting(request))).data)


class OfferSignature(Door):
    writers = ()

    @extend_schema(operation_id="offers_sign", request=OfferSignatureOrder, responses=OfferResource)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Sign for the performer what was answered yes."""
        order = OfferSignatureOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(
            OfferResource(sign_offer(offer_id, **order.validated_data, actor=acting(request))).data
        )


class Countersignature(Door):
    writers = MAY_SIGN_FOR_STUDIO

    @extend_schema(operation_id="offers_countersign", request=OfferSignatureOrder, responses=OfferResource)
    def post(self, request: Request, offer_id: UUID) -> Response:
        """Sign for the studio; the consent is recorded and in force."""
        order = OfferSignatureOrder(data=request.data)
        order.is_valid(raise_exception=True)
        return Response(
            OfferResource(countersign_offer(offer_id, **order.validated_data, actor=acting(request))).data
        )


class Agreement(Door):
    @extend_schema(operation_id="offers_agreement", responses=OpenApiTypes.BYTE)
    def get(self, request: Request, offer_id: UUID) -> HttpResponse:
        """What both sides signed, as canonical JSON; its SHA-256 is the document of the consent."""
        return HttpResponse(
            agreement_document(offer_id, actor=acting(request)), content_type="application/json"
        )


class MyConsents(Door):
    @extend_schema(operation_id="my_consents_list", responses=ConsentResource(many=True))
    def get(self, request: Request) -> Response:
        """Every consent of the performers whom you are, or act for."""
        return Response(ConsentResource(my_consents(acting(request)), many=True).data)


class Notice(Door):
    writers = ()

    @extend_schema(operation_id="consents_give_notice", request=NoticeOrder, responses={201: NoticeResource})
    def post(self, request: Request, consent_id: UUID) -> Response:
        """Withdraw a consent, with the time of notice that was agreed."""
        order = NoticeOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = give_notice(consent_id, given_at=order.validated_data["given_at"], actor=acting(request))
        return created(NoticeResource(card).data, f"/v1/consents/{consent_id}")
