from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views import acting
from core.pagination import Pages
from licensing.api.serializers import one_of
from licensing.api.views import Door, created
from licensing.doors import MAY_KEEP_SYNTHETIC_FILES
from licensing.synthetics.files import NewSyntheticFile, open_file, take_step
from licensing.synthetics.order import Step
from licensing.synthetics.reading import synthetic_card, synthetic_cards
from licensing.synthetics.words import SyntheticStepKind
from licensing.values import ValueFinding


class SyntheticFileOrder(serializers.Serializer[object]):
    production_id = serializers.UUIDField()
    role = serializers.CharField(max_length=120)
    why_human_role = serializers.CharField(help_text="Why the role is a human one.")


class SyntheticStepOrder(serializers.Serializer[object]):
    """One step. What it needs beside its time depends on its kind.

    `finding`, `author` and `text` for a finding; `proof_sha256` for what others could deny; money in minor units for
    what was agreed, awarded or paid.
    """

    kind = one_of(SyntheticStepKind)
    happened_at = serializers.DateTimeField()
    finding = one_of(ValueFinding, required=False, allow_null=True, default=None)
    author = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    text = serializers.CharField(required=False, allow_blank=True, default="")
    proof_sha256 = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    amount_minor = serializers.IntegerField(required=False, allow_null=True, default=None)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True, default="")
    plan = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")

    def step(self) -> Step:
        fields = self.validated_data
        finding = ValueFinding(fields["finding"]) if fields["finding"] else None
        return Step(**fields | {"kind": SyntheticStepKind(fields["kind"]), "finding": finding})


class SyntheticStepResource(serializers.Serializer[object]):
    kind = serializers.CharField()
    happened_at = serializers.DateTimeField()
    finding = serializers.CharField(allow_null=True)
    author = serializers.CharField()
    text = serializers.CharField()
    proof_sha256 = serializers.CharField()
    amount_minor = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    plan = serializers.CharField()


class ClockResource(serializers.Serializer[object]):
    name = serializers.CharField()
    words = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    met_at = serializers.DateTimeField(allow_null=True)
    grade = serializers.CharField()


class SyntheticFileResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    production_id = serializers.UUIDField()
    role = serializers.CharField()
    why_human_role = serializers.CharField()
    state = serializers.CharField()
    opened_at = serializers.DateTimeField()
    steps = SyntheticStepResource(many=True)
    clocks = ClockResource(many=True)


class Files(Door):
    writers = MAY_KEEP_SYNTHETIC_FILES

    @extend_schema(operation_id="synthetic_files_list", responses=SyntheticFileResource(many=True))
    def get(self, request: Request) -> Response:
        """Case files of Synthetics, the latest first."""
        pages = Pages()
        cards = pages.paginate_queryset(synthetic_cards(acting(request)), request)
        return pages.get_paginated_response(SyntheticFileResource(cards, many=True).data)

    @extend_schema(
        operation_id="synthetic_files_open",
        request=SyntheticFileOrder,
        responses={201: SyntheticFileResource},
    )
    def post(self, request: Request) -> Response:
        """Open the case file of a Synthetic."""
        order = SyntheticFileOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = open_file(NewSyntheticFile(**order.validated_data), actor=acting(request))
        return created(SyntheticFileResource(card).data, f"/v1/synthetic-files/{card.id}")


class File(Door):
    @extend_schema(operation_id="synthetic_files_read", responses=SyntheticFileResource)
    def get(self, request: Request, synthetic_file_id: UUID) -> Response:
        """One case file, with its steps and clocks."""
        return Response(SyntheticFileResource(synthetic_card(synthetic_file_id, actor=acting(request))).data)


class Steps(Door):
    writers = MAY_KEEP_SYNTHETIC_FILES

    @extend_schema(
        operation_id="synthetic_files_step", request=SyntheticStepOrder, responses=SyntheticFileResource
    )
    def post(self, request: Request, synthetic_file_id: UUID) -> Response:
        """Enter a step into a case file."""
        order = SyntheticStepOrder(data=request.data)
        order.is_valid(raise_exception=True)
        card = take_step(synthetic_file_id, order.step(), actor=acting(request))
        return Response(SyntheticFileResource(card).data)
