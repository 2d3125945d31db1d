from __future__ import annotations

from typing import Any

from rest_framework import serializers

from licensing.operations.disclosures import LONGEST_PLACE, LONGEST_TEXT
from licensing.places import is_territory

_SHA256 = r"^[0-9a-f]{64}\Z"


class TerritoriesQuery(serializers.Serializer[Any]):
    """Where the work is to be seen; empty: anywhere."""

    territories = serializers.CharField(
        default="", allow_blank=True, help_text="Codes with commas between them, such as EU,US-NY."
    )

    def validate_territories(self, text: str) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
        unknown = [code for code in codes if not is_territory(code)]
        if unknown:
            raise serializers.ValidationError(f"No such territory: {', '.join(unknown)}.")
        return codes


class DisclosureApprovalRequest(serializers.Serializer[Any]):
    """What you, as counsel, approve. A picture or a mark has neither language nor text."""

    wording = serializers.CharField(max_length=60)
    language = serializers.CharField(max_length=12, allow_blank=True, default="")
    text = serializers.CharField(max_length=LONGEST_TEXT, allow_blank=True, default="")


class DisclosurePlacingRequest(serializers.Serializer[Any]):
    place = serializers.CharField(max_length=LONGEST_PLACE, help_text="Where in the work it stands.")
    document_sha256 = serializers.RegexField(
        _SHA256, help_text="Of what shows it: a still, the credits, the master."
    )
    placed_on = serializers.DateField()


class DisclosurePlacingResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    place = serializers.CharField()
    document_sha256 = serializers.CharField()
    placed_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()


class ApprovedDisclosureResource(serializers.Serializer[Any]):
    """What counsel approved. `recorded`: it stands and was placed with proof, so it counts for a delivery."""

    id = serializers.UUIDField()
    wording = serializers.CharField(source="wording_id")
    rule = serializers.CharField(source="rule_id")
    territory = serializers.CharField()
    kind = serializers.CharField()
    language = serializers.CharField()
    text = serializers.CharField()
    placement = serializers.CharField()
    content_sha256 = serializers.CharField()
    withdrawn = serializers.BooleanField()
    stands = serializers.BooleanField()
    recorded = serializers.BooleanField(source="is_recorded")
    approved_at = serializers.DateTimeField()
    approved_by = serializers.CharField()
    placings = DisclosurePlacingResource(many=True)


class WordingResource(serializers.Serializer[Any]):
    """One way to disclose. `wording` by language is proposed by the house and counts for nothing before approval."""

    id = serializers.CharField()
    rule = serializers.CharField(source="rule_id")
    law = serializers.CharField()
    requires = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())
    grade = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    territory = serializers.CharField()
    kind = serializers.CharField()
    placement = serializers.CharField()
    wording = serializers.DictField(child=serializers.CharField())
    note = serializers.CharField()


class WordingLineResource(serializers.Serializer[Any]):
    way = WordingResource(source="row")
    approvals = ApprovedDisclosureResource(many=True)


class DueDisclosureResource(serializers.Serializer[Any]):
    """What has to be told. `kinds`: any one of them; empty: fields of the credential."""

    obligation = serializers.UUIDField(source="obligation_id")
    rule = serializers.CharField(source="rule_id")
    law = serializers.CharField()
    requires = serializers.CharField()
    grade = serializers.CharField()
    due = serializers.CharField()
    opened_at = serializers.DateTimeField()
    kinds = serializers.ListField(child=serializers.CharField())
    territories = serializers.ListField(child=serializers.CharField())
    shots = serializers.ListField(child=serializers.UUIDField())
    decisions = serializers.ListField(child=serializers.UUIDField())
    recorded = serializers.BooleanField(source="is_recorded")
    ways = serializers.ListField(child=serializers.CharField(), source="way_ids")


class DisclosurePageResource(serializers.Serializer[Any]):
    production = serializers.UUIDField(source="production.id")
    territories = serializers.ListField(child=serializers.CharField())
    edition = serializers.CharField(source="book.edition")
    house = serializers.CharField(source="book.house")
    due = DueDisclosureResource(many=True)
    ways = WordingLineResource(source="lines", many=True)
