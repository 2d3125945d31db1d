from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.authorship.values import (
    LONGEST_NOTE,
    LONGEST_REEL,
    LONGEST_TITLE,
    MOST_ENTRIES,
    MOST_FPS,
    MOST_FRAMES,
    STATED_BY_HAND,
    Cut,
    CutItem,
    RejectionReason,
    Verdict,
)

_SHA256 = r"^[0-9a-f]{64}\Z"


class VerdictRequest(serializers.Serializer[Any]):
    """What you say of a finished take. A rejection gives a reason, a selection none."""

    verdict = serializers.ChoiceField(choices=["selected", "rejected"])
    reason = serializers.ChoiceField(
        choices=[one.value for one in RejectionReason], allow_null=True, default=None
    )
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")

    def stated(self) -> Verdict:
        said = self.validated_data
        return Verdict(
            selected=said["verdict"] == "selected",
            reason=None if said["reason"] is None else RejectionReason(said["reason"]),
            note=said["note"],
        )


class ContributionRequest(serializers.Serializer[Any]):
    """What a person did by hand. `without_ai` null: not stated, which counts as unknown."""

    kind = serializers.ChoiceField(choices=[one.value for one in STATED_BY_HAND])
    shot = serializers.UUIDField(allow_null=True, default=None)
    take = serializers.UUIDField(allow_null=True, default=None)
    title = serializers.CharField(max_length=LONGEST_TITLE)
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")
    file_sha256 = serializers.RegexField(_SHA256, allow_blank=True, default="")
    num_frames = serializers.IntegerField(
        min_value=1,
        max_value=MOST_FRAMES,
        allow_null=True,
        default=None,
        help_text="Of an element to cut in.",
    )
    fps = serializers.IntegerField(min_value=1, max_value=MOST_FPS, allow_null=True, default=None)
    without_ai = serializers.BooleanField(allow_null=True, default=None)


class TakeBackRequest(serializers.Serializer[Any]):
    note = serializers.CharField(max_length=LONGEST_NOTE, allow_blank=True, default="")


class EvidenceResource(serializers.Serializer[Any]):
    kind = serializers.CharField()
    ref = serializers.CharField()


class ContributionResource(serializers.Serializer[Any]):
    """One act. `counts` false: a later act took its place, or it takes one back itself."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.UUIDField(source="by_id")
    by_name = serializers.CharField()
    element = serializers.CharField()
    shot = serializers.UUIDField(source="shot_id", allow_null=True)
    take = serializers.UUIDField(source="take_id", allow_null=True)
    said = serializers.CharField()
    content_sha256 = serializers.CharField()
    evidence = EvidenceResource(many=True)
    supersedes = serializers.UUIDField(source="supersedes_id", allow_null=True)
    counts = serializers.BooleanField()


class CutItemRequest(serializers.Serializer[Any]):
    """A stretch of a take, or of an element made by hand; `end_frame` is the first frame outside."""

    take = serializers.UUIDField(allow_null=True, default=None)
    element = serializers.UUIDField(allow_null=True, default=None)
    first_frame = serializers.IntegerField(min_value=0, max_value=MOST_FRAMES)
    end_frame = serializers.IntegerField(min_value=1, max_value=MOST_FRAMES)


class CutRequest(serializers.Serializer[Any]):
    """The whole order of a sequence. `based_on`: the number of the order you looked at, 0 for none."""

    based_on = serializers.IntegerField(min_value=0)
    reel = serializers.CharField(max_length=LONGEST_REEL, allow_blank=True, default="")
    start_frame = serializers.IntegerField(min_value=0, max_value=MOST_FRAMES, default=0)
    items = serializers.ListField(child=CutItemRequest(), max_length=MOST_ENTRIES)

    def stated(self) -> Cut:
        said = self.validated_data
        return Cut(
            items=tuple(
                CutItem(
                    take_id=one["take"],
                    element_id=one["element"],
                    first_frame=one["first_frame"],
                    end_frame=one["end_frame"],
                )
                for one in said["items"]
            ),
            reel=said["reel"],
            start_frame=said["start_frame"],
        )


class CutEntryResource(serializers.Serializer[Any]):
    position = serializers.IntegerField()
    take = serializers.UUIDField(source="take_id", allow_null=True)
    element = serializers.UUIDField(source="element_id", allow_null=True)
    shot = serializers.UUIDField(source="shot_id", allow_null=True)
    title = serializers.CharField()
    verdict = serializers.CharField(allow_null=True)
    first_frame = serializers.IntegerField()
    end_frame = serializers.IntegerField()
    timecode_in = serializers.CharField()
    timecode_out = serializers.CharField()


class CutResource(serializers.Serializer[Any]):
    """The order that counts. `number` 0: nobody has cut the sequence."""

    sequence = serializers.UUIDField(source="sequence_id")
    number = serializers.IntegerField()
    reel = serializers.CharField()
    start_frame = serializers.IntegerField()
    fps = serializers.IntegerField(allow_null=True)
    frames = serializers.IntegerField()
    entries = CutEntryResource(many=True)
    arranged_at = serializers.DateTimeField(allow_null=True)
    arranged_by = serializers.CharField(allow_null=True)


class FramesResource(serializers.Serializer[Any]):
    frames = serializers.IntegerField()
    generated = serializers.IntegerField()
    altered = serializers.IntegerField()
    declared_human = serializers.IntegerField()
    unknown = serializers.IntegerField()
    takes = serializers.IntegerField()
    selected = serializers.IntegerField()
    prompted = serializers.IntegerField()


class HeadingResource(serializers.Serializer[Any]):
    name = serializers.CharField()
    said = serializers.CharField()


class HumanProvenanceResource(serializers.Serializer[Any]):
    """The tier of Countersign's own scale. `tier` null: nothing is in order yet, so nothing is computed."""

    scale = serializers.CharField(source="scale.name")
    edition = serializers.CharField(source="scale.edition")
    whose = serializers.CharField(source="scale.whose")
    tier = serializers.CharField(source="placing.tier.code", allow_null=True, default=None)
    title = serializers.CharField(source="placing.tier.title", allow_null=True, default=None)
    says = serializers.CharField(source="placing.tier.says", allow_null=True, default=None)
    short_of_the_next = serializers.ListField(
        child=serializers.CharField(), source="placing.short_of_the_next", default=list
    )
    facts = FramesResource()
    headings = HeadingResource(many=True)
