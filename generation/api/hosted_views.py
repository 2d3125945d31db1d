from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from generation.hosted.answers import calls_of, declaration_of


class HostedCallResource(serializers.Serializer[Any]):
    """What was sent to a service that runs a model, for one take, and what came. Empty texts are unknown."""

    id = serializers.UUIDField()
    attempt = serializers.IntegerField()
    host = serializers.CharField()
    hosted_model = serializers.CharField()
    territory = serializers.CharField(help_text="Where the prompt went.")
    sent_fields = serializers.ListField(child=serializers.CharField())
    sent_sha256 = serializers.CharField()
    prompt_sha256 = serializers.CharField()
    prompt_characters = serializers.IntegerField()
    sent_at = serializers.DateTimeField()
    job_id = serializers.CharField()
    state = serializers.CharField()
    ended_at = serializers.DateTimeField(allow_null=True)
    words = serializers.CharField(help_text="Of the service, where it refused or gave up.")
    answer_sha256 = serializers.CharField()
    answer_bytes = serializers.IntegerField()
    credential_state = serializers.CharField(help_text="Of the film as it came; absent: it bore none.")
    manifest_id = serializers.CharField()
    signed_by = serializers.CharField()
    stated_source_type = serializers.CharField()


class HostedLengthResource(serializers.Serializer[Any]):
    seconds = serializers.CharField()
    frames = serializers.IntegerField()


class HostedServiceResource(serializers.Serializer[Any]):
    """What the operator declares of a service. An answer of null is one that the vendor has not given."""

    host = serializers.CharField()
    network = serializers.CharField()
    model = serializers.CharField()
    territory = serializers.CharField()
    fps = serializers.IntegerField()
    sizes = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    lengths = HostedLengthResource(many=True)
    sends = serializers.ListField(child=serializers.CharField())
    repeats_safely = serializers.BooleanField()
    longest_wait_s = serializers.IntegerField()
    answers = serializers.DictField(child=serializers.BooleanField(allow_null=True))


class ModelServiceResource(serializers.Serializer[Any]):
    """Null: the model has weights of its own."""

    service = HostedServiceResource(allow_null=True)


class HostedCalls(APIView):
    @extend_schema(operation_id="take_hosted_calls", responses=HostedCallResource(many=True))
    def get(self, request: Request, take_id: UUID) -> Response:
        """What was sent to services that run models for a take, the latest first."""
        return Response(
            HostedCallResource(calls_of(acting(request).organisation_id, take_id), many=True).data
        )


class HostedService(APIView):
    @extend_schema(operation_id="model_service", responses=ModelServiceResource)
    def get(self, request: Request, model_id: UUID) -> Response:
        """What is declared of the service that runs a model."""
        declared = declaration_of(acting(request).organisation_id, model_id)
        return Response(ModelServiceResource({"service": declared}).data)
