from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.screens.values import Demand, PictureKind, ScreenKind, ScreenOutcome, ScreenStep, WhyNot


class FoundResource(serializers.Serializer[Any]):
    """One thing that was found at or above the threshold."""

    words = serializers.CharField()
    score = serializers.FloatField(help_text="0 to 1.")
    at_s = serializers.FloatField(help_text="Seconds from the start of the film.")
    box = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Left, top, width, height, as shares of the frame.",
    )
    picture = serializers.UUIDField(source="picture_id", allow_null=True)
    performer = serializers.UUIDField(source="performer_id", allow_null=True)


class ScreenResource(serializers.Serializer[Any]):
    """What one screen says. Nothing that was not evaluated is clear."""

    kind = serializers.ChoiceField(choices=[one.value for one in ScreenKind])
    outcome = serializers.ChoiceField(choices=[one.value for one in ScreenOutcome])
    why = serializers.ChoiceField(
        choices=[one.value for one in WhyNot], allow_null=True, help_text="Why it was not evaluated."
    )
    detail = serializers.CharField()
    words = serializers.CharField(source="in_words")
    screen = serializers.CharField(help_text="Its name; empty where none looked.")
    version = serializers.CharField()
    weights_sha256 = serializers.CharField(
        help_text="As the lock of its folder gives it; empty without weights."
    )
    licence = serializers.CharField()
    threshold = serializers.FloatField(allow_null=True)
    peak = serializers.FloatField(allow_null=True, help_text="The highest score, also below the threshold.")
    peak_at_s = serializers.FloatField(allow_null=True)
    frames = serializers.IntegerField(help_text="How many were looked at.")
    found = FoundResource(many=True)


class ScreenReportResource(serializers.Serializer[Any]):
    """The newest look at one file by every screen there is."""

    screening = serializers.UUIDField(source="run_id", allow_null=True, help_text="Null: nothing has looked.")
    screened_at = serializers.DateTimeField(allow_null=True)
    file_sha256 = serializers.CharField(help_text="Of what was looked at, before it was signed or sealed.")
    screens = ScreenResource(source="cards", many=True)


class AttestationRequest(serializers.Serializer[Any]):
    words = serializers.CharField(max_length=2000)


class ScreenPolicyResource(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=[one.value for one in ScreenStep])
    kind = serializers.ChoiceField(choices=[one.value for one in ScreenKind])
    demand = serializers.ChoiceField(choices=[one.value for one in Demand])
    words = serializers.CharField(source="in_words")
    reason = serializers.CharField()
    stated_at = serializers.DateTimeField(
        allow_null=True, help_text="Null: nobody has said, so the default holds."
    )


class ScreenPolicyRequest(serializers.Serializer[Any]):
    step = serializers.ChoiceField(choices=[one.value for one in ScreenStep])
    kind = serializers.ChoiceField(choices=[one.value for one in ScreenKind])
    demand = serializers.ChoiceField(choices=[one.value for one in Demand])
    reason = serializers.CharField(max_length=2000)


class ProtectedPictureResource(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=[one.value for one in PictureKind])
    holder = serializers.CharField()
    source_sha256 = serializers.CharField(help_text="Of the file as it was handed in.")
    added_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True, help_text="Null: films are searched for it.")
    reason = serializers.CharField(help_text="Why it was taken off.")


class ProtectedPictureRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(choices=[one.value for one in PictureKind])
    holder = serializers.CharField(max_length=200, allow_blank=True, default="")
    file = serializers.FileField(help_text="PNG, JPEG or WebP, at most 20 MB.")


class ReleaseRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=2000)
