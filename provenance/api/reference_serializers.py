from __future__ import annotations

from typing import Any

from rest_framework import serializers

from provenance.references.media_kinds import SUFFIXES
from provenance.references.models import KEPT_STATES
from provenance.source_types import STATED_OF_MEDIA


class ReferenceRequest(serializers.Serializer[Any]):
    """A file that a production works from."""

    file = serializers.FileField()
    title = serializers.CharField(
        max_length=200, help_text="Public in every credential of what is made from it, so nobody's name."
    )
    digital_source_type = serializers.ChoiceField(
        choices=list(STATED_OF_MEDIA),
        default="composite",
        help_text="How it came about, in IPTC's terms; used only where the file bears no credential.",
    )


class ReferenceResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    production = serializers.UUIDField(source="production_id")
    title = serializers.CharField()
    media_type = serializers.ChoiceField(choices=list(SUFFIXES))
    state = serializers.ChoiceField(
        choices=[one.value for one in KEPT_STATES],
        help_text="What its credential proved on the day it came.",
    )
    signed_here = serializers.BooleanField(help_text="It came without a credential, and we signed it.")
    signed_by = serializers.CharField(help_text="In the signing certificate.")
    manifest_id = serializers.CharField()
    digital_source_type = serializers.CharField(
        help_text="As stated by whoever handed it in; empty where its own credential speaks."
    )
    stated_source_type = serializers.CharField(help_text="What the credential in the file states, as a URL.")
    source_sha256 = serializers.CharField(help_text="Of the file as it was handed in.")
    file_sha256 = serializers.CharField(help_text="Of the file as it is kept.")
    size_bytes = serializers.IntegerField()
    received_at = serializers.DateTimeField()
