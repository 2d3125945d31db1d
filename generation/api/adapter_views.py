from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from generation.adapters.releasing import adapter_cards
from generation.queries import take_card
from generation.reference_pictures.releasing import picture_cards


class TakeAdapterResource(serializers.Serializer[Any]):
    """An adapter that a take was asked for with. Whom it depicts is read in custody."""

    asset = serializers.UUIDField(source="asset_id")
    position = serializers.IntegerField()
    scale = serializers.DecimalField(max_digits=3, decimal_places=2)
    weights_sha256 = serializers.CharField()


class TakeReferencePictureResource(serializers.Serializer[Any]):
    """A picture in custody that the model is given for a take. Whom it shows is read in custody."""

    asset = serializers.UUIDField(source="asset_id")
    position = serializers.IntegerField()
    picture_sha256 = serializers.CharField()


class TakeReferencePictures(APIView):
    @extend_schema(operation_id="take_reference_pictures", responses=TakeReferencePictureResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """The reference pictures in custody that the model is given for a take, in order."""
        card = take_card(acting(request).organisation_id, take_id)
        cards = picture_cards(acting(request).organisation_id, card.id)
        return Response(TakeReferencePictureResource(cards, many=True).data)


class TakeAdapters(APIView):
    @extend_schema(operation_id="take_adapters", responses=TakeAdapterResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """The adapters that are laid over the model for a take, in order."""
        card = take_card(acting(request).organisation_id, take_id)
        cards = adapter_cards(acting(request).organisation_id, card.id)
        return Response(TakeAdapterResource(cards, many=True).data)
