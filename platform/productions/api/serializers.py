from __future__ import annotations

from typing import Any

from rest_framework import serializers

from productions.values import (
    CODE_PATTERN,
    TERRITORY_PATTERN,
    AgreementCode,
    Buyer,
    NewProduction,
    NewShot,
    ProductionKind,
)

_UNKNOWN: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "default": None,
    "help_text": "Null: unknown.",
}


class ProductionOrder(serializers.Serializer[object]):
    """A production to open. A fact left out or null is unknown; no rule takes that for permission."""

    title = serializers.CharField(max_length=200)
    slug = serializers.SlugField(max_length=60)
    project_code = serializers.RegexField(CODE_PATTERN, max_length=40)
    kind = serializers.ChoiceField([one.value for one in ProductionKind])
    agreement = serializers.ChoiceField([one.value for one in AgreementCode], **_UNKNOWN)
    principal_photography_start = serializers.DateField(**_UNKNOWN)
    production_start = serializers.DateField(**_UNKNOWN)
    governing_law = serializers.RegexField(TERRITORY_PATTERN, max_length=8, **_UNKNOWN)
    buyer = serializers.ChoiceField([one.value for one in Buyer], **_UNKNOWN)
    award_campaign = serializers.BooleanField(**_UNKNOWN)
    writers_guild_covered = serializers.BooleanField(**_UNKNOWN)

    def new_production(self) -> NewProduction:
        fields = self.validated_data
        return NewProduction(
            **{
                **fields,
                "kind": ProductionKind(fields["kind"]),
                "agreement": AgreementCode(fields["agreement"]) if fields["agreement"] else None,
                "buyer": Buyer(fields["buyer"]) if fields["buyer"] else None,
            }
        )


class SequenceOrder(serializers.Serializer[object]):
    code = serializers.RegexField(CODE_PATTERN, max_length=40)


class ShotOrder(serializers.Serializer[object]):
    code = serializers.RegexField(CODE_PATTERN, max_length=40)
    scene = serializers.CharField(max_length=80, required=False, allow_null=True, default=None)
    description = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")

    def new_shot(self) -> NewShot:
        return NewShot(**self.validated_data)


class CharacterOrder(serializers.Serializer[object]):
    name = serializers.CharField(max_length=120)


class ProductionResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    slug = serializers.CharField()
    project_code = serializers.CharField()
    kind = serializers.CharField()
    agreement = serializers.CharField(allow_null=True)
    shot_count = serializers.IntegerField()
    created_at = serializers.DateTimeField()


class FactsResource(serializers.Serializer[object]):
    """What the rulebook reads of a production; null is unknown."""

    project_id = serializers.CharField()
    kind = serializers.CharField()
    agreement = serializers.CharField(allow_null=True)
    principal_photography_start = serializers.DateField(allow_null=True)
    production_start = serializers.DateField(allow_null=True)
    governing_law = serializers.CharField(allow_null=True)
    buyer = serializers.CharField(allow_null=True)
    award_campaign = serializers.BooleanField(allow_null=True)
    writers_guild_covered = serializers.BooleanField(allow_null=True)


class ShotResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    scene = serializers.CharField(allow_null=True)
    description = serializers.CharField()
    order = serializers.IntegerField()
    sequence_id = serializers.UUIDField()
    sequence_code = serializers.CharField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()


class SequenceResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    order = serializers.IntegerField()
    production_id = serializers.UUIDField()
    shots = ShotResource(many=True)


class CharacterResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    production_id = serializers.UUIDField()


class ProductionPageResource(serializers.Serializer[object]):
    """A production, whole."""

    card = ProductionResource()
    facts = FactsResource()
    sequences = SequenceResource(many=True)
    characters = CharacterResource(many=True)
