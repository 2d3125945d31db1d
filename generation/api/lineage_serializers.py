from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.api.serializers import TakeRequest, TakeResource
from generation.iterating.values import MOST_VARIATIONS


class VariationsRequest(TakeRequest):
    """One request, made several times with seeds of their own."""

    variations = serializers.IntegerField(min_value=1, max_value=MOST_VARIATIONS)


class VariationsResource(serializers.Serializer[Any]):
    takes = TakeResource(many=True)


class RunResource(serializers.Serializer[Any]):
    change = serializers.CharField(help_text="same, added or removed")
    text = serializers.CharField()


class DescentResource(serializers.Serializer[Any]):
    """One step from a parent to a child. Frames count from 0, the end is outside; null where no pictures went in."""

    kind = serializers.CharField()
    parent_take = serializers.UUIDField(source="parent_id")
    take = serializers.UUIDField(source="child_id")
    position = serializers.IntegerField()
    first_frame = serializers.IntegerField(allow_null=True)
    end_frame = serializers.IntegerField(allow_null=True)
    source_sha256 = serializers.CharField()
    settings = serializers.DictField()
    words = RunResource(many=True)
    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())
    changed = serializers.SerializerMethodField()

    def get_changed(self, card: Any) -> list[dict[str, str]]:  # noqa: ANN401 - a card of either kind
        return [{"setting": name, "from": before, "to": after} for name, before, after in card.changed]


class RelativeResource(serializers.Serializer[Any]):
    take = serializers.UUIDField(source="take_id")
    shot = serializers.UUIDField(source="shot_id")
    shot_code = serializers.CharField()
    number = serializers.IntegerField()
    state = serializers.CharField()
    prompt = serializers.CharField()
    depth = serializers.IntegerField()
    is_self = serializers.BooleanField()
    descents = DescentResource(many=True)


class FamilyResource(serializers.Serializer[Any]):
    """What a take came from and everything that came from those, the oldest first."""

    relatives = RelativeResource(many=True)
    is_cut = serializers.BooleanField(help_text="There are more than are told.")


class ComparisonResource(serializers.Serializer[Any]):
    before = TakeResource()
    after = TakeResource()
    words = RunResource(many=True)
    changed = serializers.SerializerMethodField()

    def get_changed(self, found: Any) -> list[dict[str, str]]:  # noqa: ANN401 - a comparison
        return [{"setting": name, "from": before, "to": after} for name, before, after in found.changed]


class SizeResource(serializers.Serializer[Any]):
    ratio = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    delivered_width = serializers.IntegerField()
    delivered_height = serializers.IntegerField()
    is_usual = serializers.BooleanField(help_text="What the model was made for.")


class LengthResource(serializers.Serializer[Any]):
    num_frames = serializers.IntegerField()
    fps = serializers.IntegerField()
    seconds = serializers.FloatField()
    is_usual = serializers.BooleanField()


class MemoryNeedResource(serializers.Serializer[Any]):
    """Clips of up to so many pixels, over all frames, need a device of so many MiB."""

    pixels = serializers.IntegerField()
    vram_mb = serializers.IntegerField()


class CapabilitiesResource(serializers.Serializer[Any]):
    """What the class of a model can do. An empty `memory` is unknown; `lossy` changes the picture."""

    pipeline = serializers.CharField()
    told_by = serializers.CharField(help_text="How it tells of steps: callback, progress_bar, polling.")
    takes = serializers.ListField(child=serializers.CharField(), help_text="Of the class itself.")
    made_from = serializers.ListField(child=serializers.CharField(), help_text="What it can be given here.")
    needs = serializers.ListField(child=serializers.CharField(), help_text="What it makes nothing without.")
    sizes = serializers.CharField()
    frames = serializers.CharField()
    memory = MemoryNeedResource(many=True)
    lossy = serializers.ListField(child=serializers.CharField())
    camera_moves = serializers.ListField(
        child=serializers.CharField(), help_text="Those that its folder declares."
    )
    most_references = serializers.IntegerField(
        help_text="Reference pictures that it is given at most; 0: none."
    )


class OptionsResource(serializers.Serializer[Any]):
    """What a model can be asked for. `made_from`: how pictures of takes can be given to it."""

    model = serializers.UUIDField(source="model_id")
    family = serializers.CharField()
    sizes = SizeResource(many=True)
    lengths = LengthResource(many=True)
    frame_step = serializers.IntegerField()
    most_frames = serializers.IntegerField()
    made_from = serializers.ListField(child=serializers.CharField())
    camera_moves = serializers.DictField(
        child=serializers.CharField(), help_text="Each with the words that are put before the prompt for it."
    )
    capabilities = CapabilitiesResource()
