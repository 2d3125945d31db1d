from __future__ import annotations

from typing import Any

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.operations.buyer_approvals import LONGEST_CONDITIONS, LONGEST_NAME
from licensing.operations.sign_offs import LONGEST_REASON, LONGEST_SCENE, MOST_PLACES
from licensing.signing_off.papers import CAPACITIES
from licensing.values import ExemptBasis, SigningOffRole, Use

_SHA256 = r"^[0-9a-f]{64}\Z"


def _shots() -> serializers.ListField:
    return serializers.ListField(
        child=serializers.UUIDField(), max_length=MOST_PLACES, default=list, help_text="Empty: all of them."
    )


class SignOffRequest(serializers.Serializer[Any]):
    """A basis that you, as counsel, sign off. It lifts no prohibition, strike or withdrawal."""

    basis = one_of(ExemptBasis)
    use = one_of(Use)
    performer = serializers.UUIDField(
        source="performer_id", required=False, allow_null=True, default=None, help_text="Null: everybody."
    )
    scenes = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_SCENE), max_length=MOST_PLACES, default=list
    )
    shots = _shots()
    valid_until = serializers.DateField(help_text="The last day, in UTC.")
    capacity = serializers.ChoiceField(
        choices=[one.value for one in CAPACITIES], help_text="In which role you sign."
    )
    reason = serializers.CharField(max_length=LONGEST_REASON)
    document_sha256 = serializers.RegexField(_SHA256, required=False, default="")
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {
            "basis": ExemptBasis(attrs["basis"]),
            "use": Use(attrs["use"]),
            "capacity": SigningOffRole(attrs["capacity"]),
            "scenes": tuple(attrs["scenes"]),
            "shots": tuple(attrs["shots"]),
        }


class BuyerApprovalRequest(serializers.Serializer[Any]):
    """What a paper of the buyer's says."""

    use = one_of(Use)
    shots = _shots()
    approved_by = serializers.CharField(max_length=LONGEST_NAME, help_text="Who of the buyer.")
    approved_at = serializers.DateTimeField(help_text="When, as the paper says.")
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    conditions = serializers.CharField(max_length=LONGEST_CONDITIONS, allow_blank=True, default="")
    document_sha256 = serializers.RegexField(_SHA256)
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs | {"use": Use(attrs["use"]), "shots": tuple(attrs["shots"])}


class TakenBackRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON)


class SignOffResource(serializers.Serializer[Any]):
    """What counsel signed off. It counts while it `stands` and once it is `in_log`."""

    id = serializers.UUIDField()
    production = serializers.UUIDField(source="production_id")
    performer = serializers.UUIDField(source="performer_id", allow_null=True)
    basis = serializers.CharField()
    use = serializers.CharField()
    scenes = serializers.ListField(child=serializers.CharField())
    shots = serializers.ListField(child=serializers.UUIDField(), source="shot_ids")
    valid_until = serializers.DateField()
    capacity = serializers.CharField()
    reason = serializers.CharField()
    document_sha256 = serializers.CharField()
    content_sha256 = serializers.CharField()
    revoked = serializers.BooleanField()
    supersedes = serializers.UUIDField(allow_null=True)
    stands = serializers.BooleanField()
    in_log = serializers.BooleanField(source="is_in_log")
    signed_at = serializers.DateTimeField()
    signed_by = serializers.CharField()


class BuyerApprovalResource(serializers.Serializer[Any]):
    """What the buyer approved in writing. It counts while it `stands` and once it is `in_log`."""

    id = serializers.UUIDField()
    production = serializers.UUIDField(source="production_id")
    use = serializers.CharField()
    shots = serializers.ListField(child=serializers.UUIDField(), source="shot_ids")
    approved_by = serializers.CharField()
    approved_at = serializers.DateTimeField()
    valid_until = serializers.DateField(allow_null=True)
    conditions = serializers.CharField()
    document_sha256 = serializers.CharField()
    content_sha256 = serializers.CharField()
    withdrawn = serializers.BooleanField()
    reason = serializers.CharField()
    supersedes = serializers.UUIDField(allow_null=True)
    stands = serializers.BooleanField()
    in_log = serializers.BooleanField(source="is_in_log")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
