from __future__ import annotations

import re

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.custody.intake import NewAsset
from licensing.custody.words import AssetKind


class AssetOrder(serializers.Serializer[object]):
    """An asset handed in, as multipart/form-data."""

    file = serializers.FileField(help_text="Sealed as it arrives; at most 8 GiB.")
    kind = one_of(AssetKind)
    label = serializers.CharField(max_length=120, help_text="What it is, in a few words.")  # type: ignore[assignment]  # a field of that name
    consent_id = serializers.UUIDField()
    built_from = serializers.CharField(
        required=False, allow_blank=True, default="", help_text="Identifiers of assets, separated by spaces."
    )
    base_model_sha256 = serializers.CharField(required=False, allow_blank=True, default="")
    region = serializers.CharField(max_length=8, help_text="Where the file lies: EU, US, US-CA …")
    retention_until = serializers.DateField(help_text="The last day it may be kept.")
    created_at = serializers.DateTimeField(help_text="When it was made.")


class AssetFields(AssetOrder):
    """The same without the file, which was sealed on its way in."""

    file = None  # type: ignore[assignment]  # takes the inherited field away

    def validate_built_from(self, value: str) -> list[object]:
        read = serializers.UUIDField()
        return [read.run_validation(one) for one in re.split(r"[\s,]+", value.strip()) if one]

    def new_asset(self) -> NewAsset:
        fields = self.validated_data
        return NewAsset(**fields | {"kind": AssetKind(fields["kind"])})


class CustodyAssetResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name
    performer_id = serializers.UUIDField()
    consent_id = serializers.UUIDField()
    built_from = serializers.ListField(child=serializers.UUIDField())
    built_into = serializers.ListField(child=serializers.UUIDField())
    base_model_sha256 = serializers.CharField()
    content_type = serializers.CharField()
    region = serializers.CharField()
    retention_until = serializers.DateField()
    plain_bytes = serializers.IntegerField()
    plain_sha256 = serializers.CharField()
    sealed_bytes = serializers.IntegerField()
    sealed_sha256 = serializers.CharField()
    created_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField()
    state = serializers.CharField()
    is_on_hold = serializers.BooleanField()
    access = serializers.ListField(child=serializers.UUIDField(), help_text="Who may have it used.")
    destroyed_at = serializers.DateTimeField(allow_null=True)
    destruction_reason = serializers.CharField(allow_null=True)
    attestation_sha256 = serializers.CharField()


class CustodyEventResource(serializers.Serializer[object]):
    act = serializers.CharField()
    note = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    job_id = serializers.UUIDField(allow_null=True)
    fence = serializers.IntegerField(allow_null=True)
    purpose = serializers.CharField(allow_null=True)
    decision_id = serializers.UUIDField(allow_null=True)


class AccessOrder(serializers.Serializer[object]):
    person_id = serializers.UUIDField(help_text="A member of the organisation.")
    allowed = serializers.BooleanField()


class CopyOrder(serializers.Serializer[object]):
    place = serializers.CharField(max_length=300, help_text="Where the copy is, and since when.")


class ComparisonOrder(serializers.Serializer[object]):
    is_allowed = serializers.BooleanField()
    document_sha256 = serializers.CharField(
        max_length=64, help_text="Of the written release, or of what took it back."
    )
    valid_until = serializers.DateField(
        allow_null=True, default=None, help_text="The last day; null: none is named."
    )


class AttestationResource(serializers.Serializer[object]):
    note = serializers.CharField(help_text="Canonical JSON and its signature.")
    key = serializers.CharField(help_text="The public key, to check the signature with.")


class CustodyLogResource(serializers.Serializer[object]):
    asset = serializers.CharField()
    person = serializers.CharField()
    built_from = serializers.CharField()
    created_at = serializers.CharField()
    region = serializers.CharField()
    access_list = serializers.CharField()
    access_events = serializers.CharField()
    copies = serializers.CharField()
    retention_until = serializers.CharField()
    destroyed_at = serializers.CharField()
    attestation = serializers.CharField()
