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
from accounts.permissions import IsMember, has_role
from core.clock import now
from generation.api.asking import IDEMPOTENCY_KEY
from generation.api.serializers import TakeRequest, TakeResource, take_order
from generation.doors import MAY_MAKE
from generation.operations.storyboards import MOST_PANELS, AskedPanel, request_storyboard
from generation.page_queries import refusal_of
from generation.storyboards import storyboard
from generation.values import TakeState
from licensing.doors import SEES_EVERYBODY


class PanelRequest(TakeRequest):
    """A take as asked for, of the shot that is named. Its keyframe is an `origin` of the kind `image_to_video`."""

    shot = serializers.UUIDField()


class StoryboardRequest(serializers.Serializer[Any]):
    panels = PanelRequest(many=True, help_text=f"Up to {MOST_PANELS}, each of another shot, in order.")


class PanelResource(serializers.Serializer[Any]):
    """One shot. `refusal`: why there is no take, or why it was refused, as one request is answered."""

    shot = serializers.UUIDField()
    shot_code = serializers.CharField(allow_null=True)
    is_selected = serializers.BooleanField()
    take = TakeResource(allow_null=True)
    refusal = serializers.DictField(allow_null=True)


class StoryboardResource(serializers.Serializer[Any]):
    """A sequence, shot by shot."""

    panels = PanelResource(many=True)


class Storyboards(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*MAY_MAKE)() if self.request.method == "POST" else IsMember()]

    @extend_schema(operation_id="storyboard", responses=StoryboardResource)
    def get(self, request: Request, sequence_id: UUID) -> Response:
        """The shots of a sequence in order, each with the take that stands for it."""
        board = storyboard(sequence_id, actor=acting(request))
        panels = [
            {
                "shot": one.shot.id,
                "shot_code": one.shot.code,
                "is_selected": one.is_selected,
                "take": one.take,
                "refusal": None,
            }
            for one in board.panels
        ]
        return Response(StoryboardResource({"panels": panels}).data)

    @extend_schema(
        operation_id="storyboard_ask",
        parameters=[IDEMPOTENCY_KEY],
        request=StoryboardRequest,
        responses={202: StoryboardResource},
    )
    def post(self, request: Request, sequence_id: UUID) -> Response:
        """Ask for a take of each shot; each is decided for itself, and what is refused leaves the others."""
        asked = StoryboardRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        actor, at, orders = acting(request), now(), []
        for panel in asked.validated_data["panels"]:
            fields = dict(panel)
            orders.append(take_order(fields, shot_id=fields.pop("shot"), at=at))
        found = request_storyboard(
            sequence_id, orders, actor=actor, idempotency_key=request.headers.get("Idempotency-Key")
        )
        everybody = actor.is_one_of(*SEES_EVERYBODY)
        panels = [
            {
                "shot": one.shot_id,
                "shot_code": None,
                "is_selected": False,
                "take": one.take,
                "refusal": _refusal(one, actor.organisation_id, everybody=everybody),
            }
            for one in found
        ]
        return Response(StoryboardResource({"panels": panels}).data, status=202)


def _refusal(panel: AskedPanel, organisation_id: UUID, *, everybody: bool) -> dict[str, object] | None:
    refusal = panel.refusal
    if panel.take is not None and panel.take.state is TakeState.REFUSED:
        refusal = refusal_of(organisation_id, panel.take, everybody=everybody)
    return None if refusal is None else {"detail": str(refusal), **refusal.extensions()}
