"""What is stated anew of people and engagements."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.names import ChangeReason
from licensing.operations.register_changes import Restatement
from licensing.values import Agreement, PerformerCategory, Representation, SubjectState

_FACT: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "help_text": "Left out: stays as it is. Null: unknown from here on.",
}


class _Restatement(serializers.Serializer[object]):
    reason = one_of(ChangeReason)
    true_since = serializers.DateField(required=False, allow_null=True, default=None)
    document_sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}$",
        help_text="Digest of the paper that shows it, such as a certificate or the contract.",
    )

    def restatement(self) -> Restatement:
        fields = dict(self.validated_data)
        stated = {name: fields.pop(name) for name in ("reason", "true_since", "document_sha256")}
        return Restatement(
            facts=fields,
            reason=ChangeReason(stated["reason"]),
            true_since=stated["true_since"],
            document_sha256=stated["document_sha256"],
        )


class PerformerRestatement(_Restatement):
    """What is true of a person now. Only what is named changes."""

    state = one_of(SubjectState, **_FACT)
    domicile = serializers.CharField(max_length=8, **_FACT)


class EngagementRestatement(_Restatement):
    """What is true of an engagement now. Only what is named changes."""

    category = one_of(PerformerCategory, **_FACT)
    agreement = one_of(Agreement, **_FACT)
    is_engaged = serializers.BooleanField(**_FACT)
    engaged_at = serializers.DateTimeField(**_FACT)
    contract_date = serializers.DateField(**_FACT)
    representation = one_of(Representation, **_FACT)
    union_covered = serializers.BooleanField(**_FACT)
    employed_on_project = serializers.BooleanField(**_FACT)
    recognisable = serializers.BooleanField(**_FACT)
    portrayed_as_minor = serializers.BooleanField(**_FACT)
    replica_from = serializers.UUIDField(**_FACT)
    estimated_days = serializers.IntegerField(min_value=0, max_value=10_000, **_FACT)


class ChangeResource(serializers.Serializer[object]):
    """One fact that became another one."""

    statement_id = serializers.UUIDField()
    engagement_id = serializers.UUIDField(allow_null=True)
    production_title = serializers.CharField(allow_null=True)
    fact = serializers.CharField(source="field")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    reason = serializers.CharField()
    true_since = serializers.DateField(allow_null=True)
    document_sha256 = serializers.CharField()
    recorded_at = serializers.DateTimeField()
