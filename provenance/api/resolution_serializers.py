"""Shapes of the C2PA Soft Binding Resolution API 2.4."""
# ruff: noqa: N815 - the names are the specification's

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from provenance.resolution import MOST_RESULTS

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
    hintAlg = serializers.CharField(required=False, help_text="Taken and not needed.")
    hintValue = serializers.CharField(required=False, help_text="Taken and not needed.")


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
