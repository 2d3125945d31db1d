from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import IsMember, has_role
from core.pagination import Pages
from generation.api.authorship_serializers import (
    ContributionRequest,
    ContributionResource,
    CutRequest,
    CutResource,
    HumanProvenanceResource,
    TakeBackRequest,
    VerdictRequest,
)
from generation.authorship.provenance import human_provenance
from generation.authorship.queries import contributions, cut_card
from generation.authorship.values import ContributionKind, StatedContribution
from generation.cut_list_response import cut_list_response
from generation.doors import MAY_MAKE
from generation.operations.contributions import judge_take, record_contribution, take_back
from generation.operations.cuts import arrange_cut


class TakeVerdict(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(operation_id="take_verdict", request=VerdictRequest, responses=ContributionResource)
    def post(self, request: Request, take_id: UUID) -> Response:
        """Select or reject a finished take. A later verdict takes the place of the earlier one."""
        asked = VerdictRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        return Response(ContributionResource(judge_take(take_id, asked.stated(), actor=acting(request))).data)


class Contributions(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*MAY_MAKE)() if self.request.method == "POST" else IsMember()]

    @extend_schema(operation_id="contributions_list", responses=ContributionResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """What people did to a production, oldest first, with acts that no longer count."""
        pages = Pages()
        found = contributions(acting(request).organisation_id, production_id)
        page = pages.paginate_queryset(found, request)
        return pages.get_paginated_response(ContributionResource(page, many=True).data)

    @extend_schema(
        operation_id="contributions_create",
        request=ContributionRequest,
        responses={201: ContributionResource},
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Put on record an edit, a chosen reference, a note or an element made by hand."""
        asked = ContributionRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        said = asked.validated_data
        stated = StatedContribution(
            kind=ContributionKind(said["kind"]),
            production_id=production_id,
            shot_id=said["shot"],
            take_id=said["take"],
            title=said["title"],
            note=said["note"],
            file_sha256=said["file_sha256"],
            num_frames=said["num_frames"],
            fps=said["fps"],
            without_ai=said["without_ai"],
        )
        card = record_contribution(stated, actor=acting(request))
        location = f"/v1/productions/{production_id}/contributions"
        return Response(ContributionResource(card).data, status=201, headers={"Location": location})


class TakenBack(APIView):
    permission_classes = [has_role(*MAY_MAKE)]

    @extend_schema(
        operation_id="contribution_take_back", request=TakeBackRequest, responses=ContributionResource
    )
    def post(self, request: Request, contribution_id: UUID) -> Response:
        """Say that an act no longer counts. Nothing is removed from the record."""
        asked = TakeBackRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        card = take_back(contribution_id, note=asked.validated_data["note"], actor=acting(request))
        return Response(ContributionResource(card).data)


class _CutList(APIView):
    form = ""

    def _answer(self, request: Request, sequence_id: UUID) -> HttpResponse:
        return cut_list_response(acting(request).organisation_id, sequence_id, self.form)


class SequenceCutEdl(_CutList):
    form = "edl"

    @extend_schema(operation_id="cut_list_edl", responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request, sequence_id: UUID) -> HttpResponse:
        """The order as CMX 3600: every clip with its take and its credential."""
        return self._answer(request, sequence_id)


class SequenceCutOtio(_CutList):
    form = "otio"

    @extend_schema(operation_id="cut_list_otio", responses={(200, "application/json"): OpenApiTypes.OBJECT})
    def get(self, request: Request, sequence_id: UUID) -> HttpResponse:
        """The order as OpenTimelineIO: every clip with its take and its credential."""
        return self._answer(request, sequence_id)


class SequenceCut(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*MAY_MAKE)() if self.request.method == "PUT" else IsMember()]

    @extend_schema(operation_id="cut", responses=CutResource)
    def get(self, request: Request, sequence_id: UUID) -> Response:
        """The order of a sequence that counts."""
        return Response(CutResource(cut_card(acting(request).organisation_id, sequence_id)).data)

    @extend_schema(operation_id="cut_arrange", request=CutRequest, responses=CutResource)
    def put(self, request: Request, sequence_id: UUID) -> Response:
        """Save an order of a sequence; the ones before stay on record."""
        asked = CutRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        based_on = asked.validated_data["based_on"]
        card = arrange_cut(sequence_id, asked.stated(), based_on=based_on, actor=acting(request))
        return Response(CutResource(card).data)


class ProductionProvenance(APIView):
    @extend_schema(operation_id="human_provenance", responses=HumanProvenanceResource)
    def get(self, request: Request, production_id: UUID) -> Response:
        """How much of a production is people's, computed from what is on record."""
        found = human_provenance(acting(request).organisation_id, production_id)
        return Response(HumanProvenanceResource(found).data)
