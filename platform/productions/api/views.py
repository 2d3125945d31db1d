from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from accounts.values import Role
from core.pagination import Pages
from productions.api.serializers import (
    CharacterOrder,
    CharacterResource,
    ProductionOrder,
    ProductionPageResource,
    ProductionResource,
    SequenceOrder,
    SequenceResource,
    ShotOrder,
    ShotResource,
)
from productions.doors import MAY_OPEN, MAY_SHAPE
from productions.operations import add_character, add_sequence, add_shot, create_production
from productions.queries import production_list, production_page, sequence_card, shot_card


class _Door(APIView):
    """Every member reads; `writers` write."""

    writers: tuple[Role, ...] = MAY_SHAPE

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in SAFE_METHODS
        return [IsMember() if reads else has_role(*self.writers)()]


class Productions(_Door):
    writers = MAY_OPEN

    @extend_schema(operation_id="productions_list", responses=ProductionResource(many=True))
    def get(self, request: Request) -> Response:
        """The organisation's productions, by title."""
        pages = Pages()
        cards = pages.paginate_queryset(production_list(acting(request).organisation_id), request)
        return pages.get_paginated_response(ProductionResource(cards, many=True).data)

    @extend_schema(
        operation_id="productions_create", request=ProductionOrder, responses={201: ProductionResource}
    )
    def post(self, request: Request) -> Response:
        """Open a production."""
        order = ProductionOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = create_production(order.new_production(), actor=acting(request))
        return _created(ProductionResource(card).data, f"/v1/productions/{card.id}")


class Production(_Door):
    @extend_schema(operation_id="productions_read", responses=ProductionPageResource)
    def get(self, request: Request, production_id: UUID) -> Response:
        """A production with its facts, sequences, shots and characters."""
        page = production_page(acting(request).organisation_id, production_id)
        return Response(ProductionPageResource(page).data)


class Sequences(_Door):
    @extend_schema(operation_id="sequences_list", responses=SequenceResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """A production's sequences with their shots, in order."""
        page = production_page(acting(request).organisation_id, production_id)
        return Response(SequenceResource(page.sequences, many=True).data)

    @extend_schema(operation_id="sequences_create", request=SequenceOrder, responses={201: SequenceResource})
    def post(self, request: Request, production_id: UUID) -> Response:
        """Add a sequence at the end."""
        order = SequenceOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = add_sequence(production_id, code=order.validated_data["code"], actor=acting(request))
        return _created(SequenceResource(card).data, f"/v1/sequences/{card.id}/shots")


class Shots(_Door):
    @extend_schema(operation_id="shots_list", responses=ShotResource(many=True))
    def get(self, request: Request, sequence_id: UUID) -> Response:
        """A sequence's shots, in order."""
        card = sequence_card(acting(request).organisation_id, sequence_id)
        return Response(ShotResource(card.shots, many=True).data)

    @extend_schema(operation_id="shots_create", request=ShotOrder, responses={201: ShotResource})
    def post(self, request: Request, sequence_id: UUID) -> Response:
        """Add a shot at the end."""
        order = ShotOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = add_shot(sequence_id, order.new_shot(), actor=acting(request))
        return _created(ShotResource(card).data, f"/v1/shots/{card.id}")


class Shot(_Door):
    @extend_schema(operation_id="shots_read", responses=ShotResource)
    def get(self, request: Request, shot_id: UUID) -> Response:
        """One shot."""
        return Response(ShotResource(shot_card(acting(request).organisation_id, shot_id)).data)


class Characters(_Door):
    @extend_schema(operation_id="characters_list", responses=CharacterResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """A production's characters, by name."""
        page = production_page(acting(request).organisation_id, production_id)
        return Response(CharacterResource(page.characters, many=True).data)

    @extend_schema(
        operation_id="characters_create", request=CharacterOrder, responses={201: CharacterResource}
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Name a character."""
        order = CharacterOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = add_character(production_id, name=order.validated_data["name"], actor=acting(request))
        return _created(CharacterResource(card).data, f"/v1/productions/{production_id}/characters")


def _created(document: object, location: str) -> Response:
    return Response(document, status=201, headers={"Location": location})
