from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.views import acting
from accounts.permissions import has_role
from provenance.doors import READS_SIGNERS
from provenance.signer_cards import signers_page


class SignerResource(serializers.Serializer[Any]):
    serial = serializers.CharField()
    purpose = serializers.CharField()
    certificate_sha256 = serializers.CharField()
    active_from = serializers.DateTimeField()
    not_after = serializers.DateTimeField()
    days_left = serializers.IntegerField()
    state = serializers.CharField(help_text="in_use, to_come, standing_by, superseded, compromised or ended.")
    is_development = serializers.BooleanField()


class KeyResource(serializers.Serializer[Any]):
    purpose = serializers.CharField()
    address = serializers.CharField()
    public_key_sha256 = serializers.CharField()
    registered_at = serializers.DateTimeField()
    ceremony_sha256 = serializers.CharField(allow_null=True)


class PeriodResource(serializers.Serializer[Any]):
    valid_from = serializers.DateTimeField()
    removed_at = serializers.DateTimeField()
    removal = serializers.CharField()


class AnchorResource(serializers.Serializer[Any]):
    name = serializers.CharField()
    sha256 = serializers.CharField()
    valid_from = serializers.DateTimeField()
    not_after = serializers.DateTimeField()
    removed_at = serializers.DateTimeField(allow_null=True)
    removal = serializers.CharField(allow_null=True)
    earlier = PeriodResource(many=True, help_text="Times before it was off the list and came back.")


class CeremonyResource(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    act = serializers.CharField()
    purpose = serializers.CharField()
    at = serializers.DateTimeField()
    sha256 = serializers.CharField()


class SignersResource(serializers.Serializer[Any]):
    """Who signs here, under which roots, and what ceremonies there were. Nothing is changed by the API."""

    policy = serializers.CharField()
    trust_list_version = serializers.IntegerField()
    trust_list_updated_at = serializers.DateTimeField()
    signers = SignerResource(many=True)
    keys = KeyResource(many=True)
    anchors = AnchorResource(many=True)
    ceremonies = CeremonyResource(many=True)


class Signers(APIView):
    permission_classes = [has_role(*READS_SIGNERS)]

    @extend_schema(operation_id="signers", responses=SignersResource)
    def get(self, request: Request) -> Response:
        """What signs for everybody here and for this organisation, with the days that are left."""
        return Response(SignersResource(signers_page(acting(request).organisation_id)).data)
