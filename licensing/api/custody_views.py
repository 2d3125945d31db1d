from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from accounts.permissions import has_role
from core.pagination import Pages
from licensing.api.custody_serializers import (
    AccessOrder,
    AssetFields,
    AssetOrder,
    AttestationResource,
    ComparisonOrder,
    CopyOrder,
    CustodyAssetResource,
    CustodyEventResource,
    CustodyLogResource,
)
from licensing.api.views import Door, created
from licensing.custody.access import record_copy, set_access
from licensing.custody.comparing import allow_comparison
from licensing.custody.destruction import destroy_asset
from licensing.custody.intake import take_in
from licensing.custody.keys import attestation_vkey
from licensing.custody.reading import asset_card, asset_cards, asset_events, attestation, custody_log
from licensing.custody.uploads import seal_uploads_of, sealed_upload
from licensing.doors import MAY_KEEP_CUSTODY, MAY_READ_CUSTODY


class CustodyDoor(Door):
    """Custody is read by few and written by fewer."""

    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in SAFE_METHODS
        return [has_role(*(MAY_READ_CUSTODY if reads else MAY_KEEP_CUSTODY))()]


class Assets(CustodyDoor):
    parser_classes = [MultiPartParser]

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:  # noqa: ANN401 - DRF's signature
        # Before anything reads the body, the check against forged requests included.
        seal_uploads_of(request)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(operation_id="custody_list", responses=CustodyAssetResource(many=True))
    def get(self, request: Request) -> Response:
        """Assets in custody, destroyed ones too, the latest first."""
        pages = Pages()
        cards = pages.paginate_queryset(asset_cards(acting(request)), request)
        return pages.get_paginated_response(CustodyAssetResource(cards, many=True).data)

    @extend_schema(
        operation_id="custody_take_in",
        request={"multipart/form-data": AssetOrder},
        responses={201: CustodyAssetResource},
    )
    def post(self, request: Request) -> Response:
        """Hand in an asset that carries a likeness. It is sealed as it arrives."""
        draft = sealed_upload(request._request)  # noqa: SLF001 - the upload handlers are its own
        fields = AssetFields(data=request.data)
        fields.is_valid(raise_exception=True)
        card = take_in(fields.new_asset(), draft, actor=acting(request))
        return created(CustodyAssetResource(card).data, f"/v1/custody-assets/{card.id}")


class Asset(CustodyDoor):
    @extend_schema(operation_id="custody_read", responses=CustodyAssetResource)
    def get(self, request: Request, custody_asset_id: UUID) -> Response:
        """One asset."""
        return Response(CustodyAssetResource(asset_card(custody_asset_id, actor=acting(request))).data)


class Events(CustodyDoor):
    @extend_schema(operation_id="custody_events", responses=CustodyEventResource(many=True))
    def get(self, request: Request, custody_asset_id: UUID) -> Response:
        """The custody log of an asset, the first event first."""
        events = asset_events(custody_asset_id, actor=acting(request))
        return Response(CustodyEventResource(events, many=True).data)


class Access(CustodyDoor):
    @extend_schema(operation_id="custody_access", request=AccessOrder, responses=CustodyAssetResource)
    def post(self, request: Request, custody_asset_id: UUID) -> Response:
        """Put a member on the access list, or take them off it."""
        order = AccessOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = set_access(custody_asset_id, **order.validated_data, actor=acting(request))
        return Response(CustodyAssetResource(card).data)


class Copies(CustodyDoor):
    @extend_schema(operation_id="custody_copies", request=CopyOrder, responses=CustodyAssetResource)
    def post(self, request: Request, custody_asset_id: UUID) -> Response:
        """Record that a copy lies outside this house."""
        order = CopyOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = record_copy(custody_asset_id, **order.validated_data, actor=acting(request))
        return Response(CustodyAssetResource(card).data)


class Comparison(CustodyDoor):
    @extend_schema(operation_id="custody_comparison", request=ComparisonOrder, responses=CustodyAssetResource)
    def post(self, request: Request, custody_asset_id: UUID) -> Response:
        """Record a written release to compare faces with this asset's performer, or that it was taken back."""
        order = ComparisonOrder(data=request.data)
        order.is_valid(raise_exception=True)
        actor = acting(request)
        allow_comparison(custody_asset_id, **order.validated_data, actor=actor)
        return Response(CustodyAssetResource(asset_card(custody_asset_id, actor=actor)).data)


class Destruction(CustodyDoor):
    @extend_schema(operation_id="custody_destroy", request=None, responses=CustodyAssetResource)
    def post(self, request: Request, custody_asset_id: UUID) -> Response:
        """Destroy an asset now, for good."""
        return Response(CustodyAssetResource(destroy_asset(custody_asset_id, actor=acting(request))).data)


class Attestation(CustodyDoor):
    @extend_schema(operation_id="custody_attestation", responses=AttestationResource)
    def get(self, request: Request, destroyed_asset_id: UUID) -> Response:
        """The signed attestation of an asset's destruction."""
        note = attestation(destroyed_asset_id, actor=acting(request))
        return Response(
            AttestationResource({"note": note, "key": attestation_vkey(settings.KEYS_FOLDER)}).data
        )


class Log(CustodyDoor):
    @extend_schema(operation_id="custody_log", responses=CustodyLogResource(many=True))
    def get(self, request: Request) -> Response:
        """The replica custody log: report 2, one row for each asset."""
        return Response(CustodyLogResource(custody_log(acting(request)), many=True).data)
