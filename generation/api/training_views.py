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
from core.clock import now
from generation.api.asking import IDEMPOTENCY_KEY
from generation.doors import MAY_TRAIN, SEES_TRAININGS
from generation.likeness_training.errors import TrainingRefused
from generation.likeness_training.queries import TrainingCard, training_card, trainings_of
from generation.likeness_training.values import (
    LARGEST_SEED,
    LEARNING_RATES,
    LONGEST_NAME,
    MOST_SOURCES,
    RANKS,
    STEPS,
    TrainingOrder,
    TrainingState,
)
from generation.operations.trainings import ask_training_again, cancel_training, request_training
from generation.page_queries import reasons_against
from licensing.doors import SEES_EVERYBODY
from licensing.plain_words import readable
from licensing.queries import decision_card
from licensing.values import Purpose
from productions.queries import production_card


class TrainingRequest(serializers.Serializer[Any]):
    sources = serializers.ListField(
        child=serializers.UUIDField(),
        min_length=1,
        max_length=MOST_SOURCES,
        help_text="Images and clips in custody, of one performer and kept under one consent for this production.",
    )
    name = serializers.CharField(max_length=LONGEST_NAME, help_text="What the adapter is called in custody.")
    trigger = serializers.CharField(
        max_length=40, help_text="One word that prompts use for the likeness. It is screened as a prompt is."
    )
    purpose = serializers.ChoiceField(choices=[one.value for one in Purpose])
    model = serializers.UUIDField(
        allow_null=True, default=None, help_text="Null: of the models cleared here the one approved last."
    )
    rank = serializers.IntegerField(min_value=RANKS[0], max_value=RANKS[1], default=16)
    steps = serializers.IntegerField(min_value=STEPS[0], max_value=STEPS[1], default=1000)
    learning_rate = serializers.DecimalField(
        max_digits=7,
        decimal_places=6,
        min_value=LEARNING_RATES[0],
        max_value=LEARNING_RATES[1],
        default=LEARNING_RATES[0] * 200,
    )
    frames = serializers.IntegerField(
        min_value=1, allow_null=True, default=None, help_text="Of a clip. Null: as the model makes them."
    )
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, default=0)


class TrainingSource(serializers.Serializer[Any]):
    asset = serializers.UUIDField(source="asset_id")
    plain_sha256 = serializers.CharField()


class TrainingResource(serializers.Serializer[Any]):
    """A training. The adapter is an asset in custody; losses are pairs of step and loss, thinned."""

    id = serializers.UUIDField()
    production = serializers.UUIDField(source="production_id")
    performer = serializers.UUIDField(source="performer_id")
    model = serializers.CharField(source="model_name")
    name = serializers.CharField()
    trigger = serializers.CharField()
    purpose = serializers.ChoiceField(choices=[one.value for one in Purpose])
    rank = serializers.IntegerField()
    steps = serializers.IntegerField()
    learning_rate = serializers.CharField()
    frames = serializers.IntegerField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    seed = serializers.IntegerField()
    sources = TrainingSource(many=True)
    requested_at = serializers.DateTimeField()
    decision = serializers.UUIDField(source="decision_id")
    state = serializers.ChoiceField(choices=[one.value for one in TrainingState])
    attempt = serializers.IntegerField()
    step = serializers.IntegerField()
    seconds_per_step = serializers.FloatField(allow_null=True)
    seconds_left = serializers.IntegerField(allow_null=True)
    losses = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    loss_before = serializers.FloatField(
        allow_null=True, help_text="Without the adapter, on fixed clips with fixed noise."
    )
    loss_after = serializers.FloatField(allow_null=True, help_text="The same with the adapter.")
    cancel_requested = serializers.BooleanField()
    failure_code = serializers.CharField(allow_null=True)
    failure_message = serializers.CharField()
    adapter = serializers.UUIDField(source="adapter_id", allow_null=True, help_text="In custody.")
    adapter_sha256 = serializers.CharField()
    fingerprint = serializers.DictField()
    finished_at = serializers.DateTimeField(allow_null=True)


class Trainings(APIView):
    def get_permissions(self) -> list[BasePermission]:
        return [has_role(*(MAY_TRAIN if self.request.method == "POST" else SEES_TRAININGS))()]

    @extend_schema(operation_id="trainings_list", responses=TrainingResource(many=True))
    def get(self, request: Request, production_id: UUID) -> Response:
        """The trainings of a production, the latest first."""
        actor = acting(request)
        production_card(actor.organisation_id, production_id)
        return Response(TrainingResource(trainings_of(production_id, actor=actor), many=True).data)

    @extend_schema(
        operation_id="trainings_create",
        parameters=[IDEMPOTENCY_KEY],
        request=TrainingRequest,
        responses={202: TrainingResource},
    )
    def post(self, request: Request, production_id: UUID) -> Response:
        """Ask for an adapter to be trained on a likeness. The rules come first; a refusal tells every reason."""
        asked = TrainingRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        actor = acting(request)
        order = TrainingOrder.said(asked.validated_data, production_id=production_id, at=now())
        card = request_training(order, actor=actor, idempotency_key=request.headers.get("Idempotency-Key"))
        if card.state is TrainingState.REFUSED:
            everybody = actor.is_one_of(*SEES_EVERYBODY)
            decision = decision_card(actor.organisation_id, card.decision_id)
            reasons = reasons_against(readable(decision, actor.organisation_id, everybody=everybody))
            raise TrainingRefused(card.id, card.failure_message, reasons)
        return _answer(card, status=202)


class Training(APIView):
    permission_classes = [has_role(*SEES_TRAININGS)]

    @extend_schema(operation_id="training", responses=TrainingResource)
    def get(self, request: Request, training_id: UUID) -> Response:
        """One training: where it stands, its losses, and the adapter that came of it."""
        return Response(TrainingResource(training_card(training_id, actor=acting(request))).data)


class TrainingCancellation(APIView):
    permission_classes = [has_role(*MAY_TRAIN)]

    @extend_schema(operation_id="training_cancel", request=None, responses={202: TrainingResource})
    def post(self, request: Request, training_id: UUID) -> Response:
        """Cancel a training; one that runs stops within a step, and nothing of it is kept."""
        card = cancel_training(training_id, actor=acting(request))
        return _answer(card, status=200 if card.is_final else 202)


class TrainingAskedAgain(APIView):
    permission_classes = [has_role(*MAY_TRAIN)]

    @extend_schema(operation_id="training_ask_again", request=None, responses={202: TrainingResource})
    def post(self, request: Request, training_id: UUID) -> Response:
        """Ask the rules again for a training in review."""
        return _answer(ask_training_again(training_id, actor=acting(request)), status=202)


def _answer(card: TrainingCard, *, status: int) -> Response:
    return Response(
        TrainingResource(card).data, status=status, headers={"Location": f"/v1/trainings/{card.id}"}
    )
