from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from generation.doors import MAY_JUDGE_FILES, MAY_SEE_JUDGEMENTS
from generation.file_reviews import file_review, file_reviews_of
from generation.media_response import media_response
from generation.operations.file_reviews import review_file
from provenance.updating.definition import ReviewOutcome


class FileReviewRequest(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=[one.value for one in ReviewOutcome])


class FileReviewResource(serializers.Serializer[Any]):
    """How legal judged a finished file, and the copy whose credential says so."""

    id = serializers.UUIDField()
    take = serializers.UUIDField(source="take_id")
    outcome = serializers.ChoiceField(choices=[one.value for one in ReviewOutcome])
    manifest_id = serializers.CharField()
    file_sha256 = serializers.CharField()
    reviewed_at = serializers.DateTimeField()


class FileReviews(APIView):
    def get_permissions(self) -> list[BasePermission]:
        roles = MAY_JUDGE_FILES if self.request.method == "POST" else MAY_SEE_JUDGEMENTS
        return [has_role(*roles)()]

    @extend_schema(operation_id="file_reviews_list", responses=FileReviewResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """How legal judged the finished file, the newest first."""
        cards = file_reviews_of(acting(request).organisation_id, take_id)
        return Response(FileReviewResource(cards, many=True).data)

    @extend_schema(operation_id="file_review", request=FileReviewRequest, responses={201: FileReviewResource})
    def post(self, request: Request, take_id: UUID) -> Response:
        """Judge the finished file; a copy of it says so in its credential."""
        asked = FileReviewRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = review_file(take_id, ReviewOutcome(asked.validated_data["outcome"]), actor=acting(request))
        location = f"/v1/takes/{take_id}/file-reviews/{card.id}/file"
        return Response(FileReviewResource(card).data, status=201, headers={"Location": location})


class ReviewedFile(APIView):
    permission_classes = [has_role(*MAY_SEE_JUDGEMENTS)]

    @extend_schema(operation_id="file_review_file", responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    def get(self, request: Request, take_id: UUID, review_id: UUID) -> HttpResponseBase:
        """The copy whose credential tells the judgement, whole or in ranges."""
        path = file_review(acting(request).organisation_id, take_id, review_id).path
        return media_response(request._request, path, content_type="video/mp4", etag=path.stem)  # noqa: SLF001 - DRF has no other way
