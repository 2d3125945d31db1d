from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from generation.doors import MAY_MAKE, SEES_SHEETS
from generation.operations.character_sheets import put_on_sheet, take_off_sheet
from generation.reference_pictures.sheets import SheetState, character_sheet


class SheetEntryRequest(serializers.Serializer[Any]):
    asset = serializers.UUIDField(help_text="A reference image or an adapter in custody that you may use.")


class SheetEntryResource(serializers.Serializer[Any]):
    """A likeness on a sheet. What is null of it you may not be told: you are not on its access list."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    state = serializers.ChoiceField(
        choices=[one.value for one in SheetState],
        help_text="Whether you can use it; `ready` alone is chosen.",
    )
    asset = serializers.UUIDField(source="asset.id", allow_null=True)
    kind = serializers.CharField(source="asset.kind", allow_null=True)
    label = serializers.CharField(source="asset.label", allow_null=True)  # type: ignore[assignment]  # a field of that name
    performer = serializers.UUIDField(source="asset.performer_id", allow_null=True)
    performer_name = serializers.CharField(source="asset.performer_name", allow_null=True)
    put_on_at = serializers.DateTimeField()
    put_on_by = serializers.CharField()


class CharacterSheetResource(serializers.Serializer[Any]):
    """What takes of a character begin with, in order. It points at likenesses and gives nobody access to any."""

    character = serializers.UUIDField(source="character.id")
    name = serializers.CharField(source="character.name")
    production = serializers.UUIDField(source="character.production_id")
    entries = SheetEntryResource(many=True, source="items")


class CharacterSheets(APIView):
    def get_permissions(self) -> list[BasePermission]:
        reads = self.request.method in ("GET", "HEAD")
        return [has_role(*(SEES_SHEETS if reads else MAY_MAKE))()]

    @extend_schema(operation_id="character_sheet", responses=CharacterSheetResource)
    def get(self, request: Request, character_id: UUID) -> Response:
        """The pictures and adapters in custody that takes of a character begin with."""
        return Response(CharacterSheetResource(character_sheet(character_id, actor=acting(request))).data)

    @extend_schema(
        operation_id="character_sheet_put_on",
        request=SheetEntryRequest,
        responses={201: CharacterSheetResource},
    )
    def post(self, request: Request, character_id: UUID) -> Response:
        """Put a picture or an adapter on the sheet, after what is there."""
        asked = SheetEntryRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        sheet = put_on_sheet(character_id, asked.validated_data["asset"], actor=acting(request))
        return Response(CharacterSheetResource(sheet).data, status=201)


class SheetEntryEnd(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(
        operation_id="character_sheet_take_off", request=None, responses={201: CharacterSheetResource}
    )
    def post(self, request: Request, character_id: UUID, sheet_entry_id: UUID) -> Response:
        """Take something off the sheet, once. Takes that were asked for with it keep it."""
        sheet = take_off_sheet(character_id, sheet_entry_id, actor=acting(request))
        return Response(CharacterSheetResource(sheet).data, status=201)
