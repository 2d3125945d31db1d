from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from core.clock import now
from generation.api.asking import DRY_RUN, IDEMPOTENCY_KEY
from generation.api.serializers import (
    TakeRequest,
    TakeResource,
    TrialResource,
    take_order,
)
from generation.doors import MAY_EXPORT, MAY_MAKE
from generation.evidence_response import evidence_response
from generation.looking_at import files_to_look_at
from generation.media_response import media_response
from generation.operations.reviewed_takes import ask_again
from generation.operations.takes import cancel_take, request_take, retry_take, try_take
from generation.page_queries import refusal_of
from generation.queries import (
    TakeCard,
    take_card,
    takes_of_shot,
)
from generation.serving.queries import waiting_of
from generation.values import TakeState
from licensing.doors import SEES_EVERYBODY


class Takes(APIView):
    """The takes of a shot."""

    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*MAY_MAKE)() if self.request.method == "POST" else IsMember()]

    @extend_schema(operation_id="takes_list", responses=TakeResource(many=True))
    def get(self, request: Request, shot_id: UUID) -> Response:
        """The takes of a shot, newest first."""
        return Response(TakeResource(takes_of_shot(acting(request).organisation_id, shot_id), many=True).data)

    @extend_schema(
        operation_id="takes_create",
        parameters=[IDEMPOTENCY_KEY, DRY_RUN],
        request=TakeRequest,
        responses={202: TakeResource, 200: TrialResource},
    )
    def post(self, request: Request, shot_id: UUID) -> Response:
        """Ask for a take. Refused ones are answered with 403, every reason and the refused take's id."""
        asked = TakeRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        order = take_order(asked.validated_data, shot_id=shot_id, at=now())
        if request.query_params.get("dry_run") in ("1", "true"):
            return Response(TrialResource(try_take(order, actor=acting(request))).data)
        actor = acting(request)
        card = request_take(order, actor=actor, idempotency_key=request.headers.get("Idempotency-Key"))
        if card.state is TakeState.REFUSED:
            everybody = actor.is_one_of(*SEES_EVERYBODY)
            raise refusal_of(actor.organisation_id, card, everybody=everybody)
        return _accepted(card)


class Take(APIView):
    @extend_schema(operation_id="take", responses=TakeResource)
    def get(self, request: Request, take_id: UUID) -> Response:
        """One take."""
        organisation_id = acting(request).organisation_id
        card = take_card(organisation_id, take_id)
        return Response(TakeResource(replace(card, waiting=waiting_of(organisation_id, take_id))).data)


class Cancellation(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(operation_id="take_cancel", request=None, responses={202: TakeResource})
    def post(self, request: Request, take_id: UUID) -> Response:
        """Cancel a take; one that is being rendered stops within a step."""
        return _accepted(cancel_take(take_id, actor=acting(request)))


class Retry(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(operation_id="take_retry", request=None, responses={202: TakeResource})
    def post(self, request: Request, take_id: UUID) -> Response:
        """Try a failed take again. The rules are asked anew."""
        return _accepted(retry_take(take_id, actor=acting(request)))


class AskedAgain(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(operation_id="take_ask_again", request=None, responses={202: TakeResource})
    def post(self, request: Request, take_id: UUID) -> Response:
        """Decide a take in legal review again: approved by now, it is queued."""
        return _accepted(ask_again(take_id, actor=acting(request)))


class Video(APIView):
    @extend_schema(operation_id="take_video", responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    def get(self, request: Request, take_id: UUID) -> HttpResponseBase:
        """The signed file, whole or in ranges."""
        path = files_to_look_at(take_id, actor=acting(request)).video
        return media_response(request._request, path, content_type="video/mp4", etag=path.stem)  # noqa: SLF001 - DRF has no other way


class Poster(APIView):
    @extend_schema(operation_id="take_poster", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, take_id: UUID) -> HttpResponseBase:
        """The frame in the middle. It carries no credential."""
        path = files_to_look_at(take_id, actor=acting(request)).poster
        return media_response(request._request, path, content_type="image/jpeg", etag=path.stem)  # noqa: SLF001 - as above


class ContactSheet(APIView):
    @extend_schema(operation_id="take_contact_sheet", responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    def get(self, request: Request, take_id: UUID) -> HttpResponseBase:
        """Five frames in one picture. It carries no credential."""
        path = files_to_look_at(take_id, actor=acting(request)).contact_sheet
        return media_response(request._request, path, content_type="image/jpeg", etag=path.stem)  # noqa: SLF001 - as above


class Evidence(APIView):
    permission_classes = [has_role(*MAY_EXPORT)]

    @extend_schema(operation_id="take_evidence", responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, take_id: UUID) -> HttpResponseBase:
        """Everything that proves how the take was made, in one file; `tools/verify_evidence.py` checks it."""
        return evidence_response(acting(request), take_id)


def _accepted(card: TakeCard) -> Response:
    status = 200 if card.is_final else 202
    return Response(TakeResource(card).data, status=status, headers={"Location": f"/v1/takes/{card.id}"})
