"""Shapes of the C2PA Soft Binding Resolution API 2.4."""
# ruff: noqa: N815 - the names are the specification's

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from provenance.receipts import RECEIPT_TYPE
from provenance.resolution import MOST_RESULTS, Hint

_ALG = "Name on C2PA's list of soft binding algorithms."


class Results(serializers.Serializer[Any]):
    maxResults = serializers.IntegerField(
        min_value=1, default=10, help_text=f"At most {MOST_RESULTS} are given."
    )

    def most(self) -> int:
        return min(MOST_RESULTS, int(self.validated_data["maxResults"]))


class SoftBindingQuery(serializers.Serializer[Any]):
    value = serializers.CharField(help_text="The soft binding's value, base64.")
    alg = serializers.CharField(help_text=_ALG)


class BindingQuery(SoftBindingQuery, Results):
    """The same in an address."""


class Binding(serializers.Serializer[Any]):
    bindingValue = serializers.CharField()
    manifestId = serializers.CharField()


class ContentQuery(Results):
    alg = serializers.CharField(required=False, help_text=_ALG)
    hintAlg = serializers.CharField(
        required=False, help_text="Algorithm of a further soft binding that leads to the manifest."
    )
    hintValue = serializers.CharField(required=False, help_text="Its value, base64. One goes with the other.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("hintAlg" in attrs) != ("hintValue" in attrs):
            raise serializers.ValidationError({"hintValue": "hintAlg and hintValue go together."})
        return attrs

    def hint(self) -> Hint | None:
        said = self.validated_data
        return Hint(said["hintAlg"], said["hintValue"]) if "hintAlg" in said else None


class Reference(serializers.Serializer[Any]):
    referenceUrl = serializers.URLField(help_text="https, on the usual port.")
    assetLength = serializers.IntegerField(min_value=1, help_text="Bytes; more are not fetched.")
    assetType = serializers.CharField(required=False, help_text="The media type it must have.")
    region = serializers.ListField(
        required=False,
        child=serializers.DictField(),
        help_text="Regions are not looked up by themselves: refused.",
    )

    def validate_region(self, region: list[object]) -> list[object]:
        if region:
            raise serializers.ValidationError("This service looks up whole assets only.")
        return region


class ManifestQuery(serializers.Serializer[Any]):
    returnActiveManifest = serializers.BooleanField(default=False)


class MatchedManifest(serializers.Serializer[Any]):
    manifestId = serializers.CharField(source="manifest_id")
    similarityScore = serializers.IntegerField(source="similarity", min_value=0, max_value=100)


class SoftBindingQueryResult(serializers.Serializer[Any]):
    matches = MatchedManifest(many=True)


class Algorithm(serializers.Serializer[Any]):
    alg = serializers.CharField()


class SoftBindingAlgList(serializers.Serializer[Any]):
    watermarks = Algorithm(many=True)
    fingerprints = Algorithm(many=True)


class _Closed(serializers.Serializer[Any]):
    """Takes the fields it names and no others, as the specification has it."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 - DRF's
        if isinstance(data, dict) and (more := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError({str(name): "No such field." for name in more})
        return super().to_internal_value(data)


class ReceiptRepository(_Closed):
    uri = serializers.CharField()
    manifestId = serializers.CharField()


class ReceiptAnchor(serializers.Serializer[Any]):
    """`parameters` and whatever else a repository adds are taken and not needed."""

    uri = serializers.CharField()
    proof = serializers.DictField(help_text='`alg` "tlog-proof", `leaf_hash`, `proof` (C2SP tlog-proof).')


class ManifestReceipt(_Closed):
    repository = ReceiptRepository()
    anchor = ReceiptAnchor()

    def get_fields(self) -> dict[str, Any]:
        return {
            "@context": serializers.JSONField(),
            "@type": serializers.ChoiceField(choices=[RECEIPT_TYPE]),
            **super().get_fields(),
        }


class VerifiedManifestReceipt(ManifestReceipt):
    verified = serializers.BooleanField()
    error = serializers.CharField(required=False, help_text="Why it proves nothing of this manifest.")
