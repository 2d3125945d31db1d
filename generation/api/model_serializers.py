from __future__ import annotations

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from generation.model_facts import LONGEST, LONGEST_PROJECT, ModelFacts
from generation.operations.model_clearances import LONGEST_REASON
from licensing.values import VendorPaper

_UNKNOWN: dict[str, Any] = {"allow_null": True, "help_text": "Null: unknown."}
_TEXTS: dict[str, Any] = {"allow_blank": True, "help_text": "Empty: not recorded."}


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "boolean", "enum": [False]}], "nullable": True})
class ProjectField(serializers.Field[Any, Any, Any, Any]):
    """A project, false for known to be none, null for unknown."""

    default_error_messages = {"invalid": "Say which, false for none, or null for unknown."}

    def to_internal_value(self, value: object) -> object:
        if value is not False and not (isinstance(value, str) and 0 < len(value) <= LONGEST_PROJECT):
            self.fail("invalid")
        return value

    def to_representation(self, value: object) -> object:
        return value


class ModelStatementRequest(serializers.Serializer[Any]):
    """All that is on file about a model from now on. Every field is said, also what stays; nothing is assumed."""

    licence = serializers.CharField(max_length=LONGEST["licence"], **_TEXTS)
    data_statement = serializers.CharField(max_length=LONGEST["data_statement"], **_TEXTS)
    on_file = serializers.ListField(
        child=serializers.ChoiceField([one.value for one in VendorPaper]), **_UNKNOWN
    )
    terms_changed = serializers.BooleanField(**_UNKNOWN)
    talent_enhancement = serializers.BooleanField(**_UNKNOWN)
    unowned_training_data = serializers.BooleanField(**_UNKNOWN)
    trained_for_project = ProjectField(allow_null=True)
    on_market_since = serializers.DateField(**_UNKNOWN)
    ca_covered_provider = serializers.BooleanField(**_UNKNOWN)
    vendor = serializers.CharField(max_length=LONGEST["vendor"], **_TEXTS)
    licence_tier = serializers.CharField(max_length=LONGEST["licence_tier"], **_TEXTS)
    terms_sha256 = serializers.RegexField(r"^([0-9a-f]{64})?\Z", **_TEXTS)
    region = serializers.CharField(max_length=LONGEST["region"], **_TEXTS)

    def facts(self) -> ModelFacts:
        said: dict[str, Any] = dict(self.validated_data)
        on_file: list[str] | None = said.pop("on_file")
        since: date | None = said.pop("on_market_since")
        return ModelFacts(on_file=None if on_file is None else tuple(on_file), on_market_since=since, **said)


class ModelResource(serializers.Serializer[Any]):
    """An approved model with what is on file about it. Null and empty texts are unknown."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    version = serializers.CharField()
    lock_sha256 = serializers.CharField()
    host = serializers.CharField(help_text="Of the service that runs it; empty: weights of its own.")
    licence = serializers.CharField()
    data_statement = serializers.CharField()
    on_file = serializers.ListField(child=serializers.CharField(), allow_null=True)
    terms_changed = serializers.BooleanField(allow_null=True)
    talent_enhancement = serializers.BooleanField(allow_null=True)
    unowned_training_data = serializers.BooleanField(allow_null=True)
    trained_for_project = ProjectField(allow_null=True)
    on_market_since = serializers.DateField(allow_null=True)
    ca_covered_provider = serializers.BooleanField(allow_null=True)
    vendor = serializers.CharField()
    licence_tier = serializers.CharField()
    terms_sha256 = serializers.CharField()
    region = serializers.CharField()
    approved_at = serializers.DateTimeField(allow_null=True)


class ModelRecordResource(serializers.Serializer[Any]):
    """What was on file from `stated_at` on; `changed` names what was otherwise before."""

    id = serializers.UUIDField()
    content = serializers.DictField()
    content_sha256 = serializers.CharField()
    stated_at = serializers.DateTimeField()
    stated_by = serializers.CharField()
    changed = serializers.ListField(child=serializers.CharField())


class ClearanceRequest(serializers.Serializer[Any]):
    """That a model may be used for a production, or no longer. Both are said, nothing is assumed."""

    production_id = serializers.UUIDField(allow_null=True, help_text="Null: every production.")
    is_cleared = serializers.BooleanField()
    reason = serializers.CharField(max_length=LONGEST_REASON)


class ClearanceResource(serializers.Serializer[Any]):
    """What legal said of a model; `counts` marks the latest of each production and of all."""

    id = serializers.UUIDField()
    production_id = serializers.UUIDField(allow_null=True)
    production = serializers.CharField()
    is_cleared = serializers.BooleanField()
    reason = serializers.CharField()
    said_at = serializers.DateTimeField()
    said_by = serializers.CharField()
    counts = serializers.BooleanField()


class ModelPageResource(serializers.Serializer[Any]):
    model = ModelResource(source="card")
    records = ModelRecordResource(many=True)
    clearances = ClearanceResource(many=True)
