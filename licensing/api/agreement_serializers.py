from __future__ import annotations

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.operations.grants import NewGrant
from licensing.values import Agreement

_OPTIONAL = {"required": False, "allow_null": True, "default": None}


class MomentsOrder(serializers.Serializer[object]):
    as_of = serializers.DateTimeField(required=False, default=None, help_text="The moment asked about.")
    known_at = serializers.DateTimeField(
        required=False, default=None, help_text="What was known by then; now where it is left out."
    )


class StatedConsentResource(serializers.Serializer[object]):
    consent_id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    performer_name = serializers.CharField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    replica_type = serializers.CharField()
    state = serializers.CharField()
    known_since = serializers.DateTimeField()


class GrantOrder(serializers.Serializer[object]):
    """One who sees, an organisation or a person; and one thing that is seen, a performer or an agreement."""

    grantee_organisation_id = serializers.UUIDField(**_OPTIONAL)  # type: ignore[arg-type]
    grantee_user_id = serializers.UUIDField(**_OPTIONAL)  # type: ignore[arg-type]
    performer_id = serializers.UUIDField(**_OPTIONAL)  # type: ignore[arg-type]
    agreement = one_of(Agreement, **_OPTIONAL)
    valid_from = serializers.DateTimeField(**_OPTIONAL)  # type: ignore[arg-type]
    valid_until = serializers.DateTimeField(**_OPTIONAL)  # type: ignore[arg-type]

    def new_grant(self) -> NewGrant:
        fields = self.validated_data
        agreement = fields["agreement"]
        return NewGrant(**fields | {"agreement": Agreement(agreement) if agreement else None})


class GrantResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    grantee_organisation_id = serializers.UUIDField(allow_null=True)
    grantee_user_id = serializers.UUIDField(allow_null=True)
    performer_id = serializers.UUIDField(allow_null=True)
    agreement = serializers.CharField(allow_null=True)
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField(allow_null=True)
    granted_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class SeenConsentResource(serializers.Serializer[object]):
    organisation_id = serializers.UUIDField()
    organisation_name = serializers.CharField()
    consent_id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    performer_name = serializers.CharField()
    production_title = serializers.CharField(allow_null=True)
    replica_type = serializers.CharField()
    status = serializers.CharField()
    terms = serializers.DictField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)


class ImportOrder(serializers.Serializer[object]):
    """CSV with a head, or a JSON object a line."""

    file = serializers.FileField()
