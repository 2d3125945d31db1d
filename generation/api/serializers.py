from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from rest_framework import serializers

from generation.adapters.values import LARGEST_SCALE, AdapterChoice
from generation.api.queue_serializers import PRIORITIES, WaitingResource
from generation.engines.camera_moves import LONGEST_NAME
from generation.iterating.values import LineageKind, Origin, Parent
from generation.reference_pictures.values import MOST_PICTURES
from generation.serving.values import Priority
from generation.values import LARGEST_SEED, MOST_GUIDANCE, MOST_REFERENCES, MOST_STEPS, TakeOrder, TakeState
from licensing.api.stated_serializers import StatedOrder, stated_in
from licensing.values import (
    CastMember,
    Medium,
    OutputStatus,
    Purpose,
    ReplicaType,
    Sensitive,
    SyntheticRole,
    Use,
)

_MOST_WORDS = 50


def _one_of(words: type[StrEnum], **options: Any) -> serializers.ChoiceField:  # noqa: ANN401 - the field's own
    return serializers.ChoiceField(choices=[word.value for word in words], **options)


def _words(words: type[StrEnum], **options: Any) -> serializers.ListField:  # noqa: ANN401 - the field's own
    return serializers.ListField(child=_one_of(words), max_length=_MOST_WORDS, **options)


def _codes(**options: Any) -> serializers.ListField:  # noqa: ANN401 - the field's own
    return serializers.ListField(
        child=serializers.CharField(max_length=80), max_length=_MOST_WORDS, **options
    )


class CastMemberRequest(serializers.Serializer[Any]):
    performer = serializers.UUIDField()
    replica_type = _one_of(ReplicaType)


class ParentRequest(serializers.Serializer[Any]):
    """A take that another is made from. `frame` and `at_frame`: of image_to_video alone; see `OriginRequest`."""

    take = serializers.UUIDField()
    frame = serializers.IntegerField(min_value=0, allow_null=True, default=None)
    at_frame = serializers.IntegerField(
        allow_null=True,
        default=None,
        help_text="Where the picture stands; negative numbers count from the end.",
    )


class OriginRequest(serializers.Serializer[Any]):
    """What a take is made from. Whoever and whatever is in pictures it is made from is said of it as well."""

    kind = _one_of(LineageKind)
    parents = ParentRequest(many=True)
    overlap = serializers.IntegerField(
        min_value=1, allow_null=True, default=None, help_text="Frames shared with each parent."
    )
    strength = serializers.DecimalField(
        max_digits=3,
        decimal_places=2,
        allow_null=True,
        default=None,
        help_text="How far a remix may go, up to 1.",
    )


class AdapterRequest(serializers.Serializer[Any]):
    """An adapter in custody that is laid over the model. The take names whom it depicts."""

    asset = serializers.UUIDField()
    scale = serializers.DecimalField(
        max_digits=3, decimal_places=2, max_value=LARGEST_SCALE, default=Decimal(1)
    )


class TakeRequest(StatedOrder):
    """A take as asked for. What is left out takes the model's default; what is null is unknown, never cleared."""

    # What a prompt may be is told by whoever screens it, as a problem of its own.
    prompt = serializers.CharField(trim_whitespace=False, allow_blank=True)
    negative_prompt = serializers.CharField(trim_whitespace=False, allow_blank=True, default="")
    cast = CastMemberRequest(many=True, default=list)
    use = _one_of(Use)
    purpose = _one_of(Purpose)
    output_status = _one_of(OutputStatus)
    media = _words(Medium, default=list)
    territories = _codes(default=list)
    languages = _codes(default=list)
    scenes = _codes(allow_null=True, default=None, help_text="Null: the scene of the shot.")
    synthetic_role = _one_of(SyntheticRole, default=SyntheticRole.NONE.value)
    photoreal = serializers.BooleanField(allow_null=True, default=None)
    sensitive = _words(Sensitive, allow_null=True, default=None)
    replaces_in_person_work = serializers.BooleanField(allow_null=True, default=None)
    model = serializers.UUIDField(allow_null=True, default=None)
    width = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    height = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    num_frames = serializers.IntegerField(min_value=1, allow_null=True, default=None)
    steps = serializers.IntegerField(min_value=1, max_value=MOST_STEPS, allow_null=True, default=None)
    guidance_scale = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=Decimal(0),
        max_value=MOST_GUIDANCE,
        allow_null=True,
        default=None,
    )
    seed = serializers.IntegerField(min_value=0, max_value=LARGEST_SEED, allow_null=True, default=None)
    camera_move = serializers.CharField(
        max_length=LONGEST_NAME,
        allow_blank=True,
        default="",
        help_text="One of the model's `camera_moves`; see its options. Empty: none.",
    )
    references = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST_REFERENCES,
        default=list,
        help_text="Media of the production that whoever asks looked at. No model is given them.",
    )
    origin = OriginRequest(allow_null=True, default=None, help_text="Null: made from words alone.")
    adapters = AdapterRequest(many=True, default=list, help_text="Adapters (LoRA) in custody.")
    reference_pictures = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=MOST_PICTURES,
        default=list,
        help_text="Pictures in custody that the model is given, in this order. The take names whom they show.",
    )
    keep_for_mastering = serializers.BooleanField(
        default=False, help_text="Keep the model's frames in 16 bits a channel, for masters."
    )
    priority = serializers.ChoiceField(choices=PRIORITIES, default=Priority.NORMAL.value)


def take_order(asked: dict[str, Any], *, shot_id: UUID, at: datetime) -> TakeOrder:
    """The order behind validated fields of a `TakeRequest`."""
    fields = dict(asked)
    cast = tuple(
        CastMember(performer_id=one["performer"], replica_type=one["replica_type"])
        for one in fields.pop("cast")
    )
    listed = {
        name: None if fields[name] is None else tuple(fields[name])
        for name in (
            "media",
            "territories",
            "languages",
            "scenes",
            "sensitive",
            "references",
            "reference_pictures",
        )
    }
    adapters = tuple(AdapterChoice(one["asset"], one["scale"]) for one in fields.pop("adapters"))
    fields["priority"] = Priority(fields["priority"])
    model_id, stated, origin = fields.pop("model"), stated_in(fields), _origin(fields.pop("origin"))
    return TakeOrder(
        **{**fields, **listed},
        shot_id=shot_id,
        cast=cast,
        model_id=model_id,
        stated=stated,
        origin=origin,
        adapters=adapters,
        requested_at=at,
    )


def _origin(asked: dict[str, Any] | None) -> Origin | None:
    if asked is None:
        return None
    parents = tuple(
        Parent(take_id=one["take"], frame=one["frame"], at_frame=one["at_frame"]) for one in asked["parents"]
    )
    return Origin(
        kind=LineageKind(asked["kind"]),
        parents=parents,
        overlap=asked["overlap"],
        strength=asked["strength"],
    )


class UnderstoodWordResource(serializers.Serializer[Any]):
    word = serializers.CharField()
    kind = serializers.CharField()
    concept = serializers.CharField()


class TakeResource(serializers.Serializer[Any]):
    """A take. Times are RFC 3339, sizes in pixels, seconds by stage."""

    id = serializers.UUIDField()
    shot = serializers.UUIDField(source="shot_id")
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[state.value for state in TakeState])
    prompt = serializers.CharField()
    negative_prompt = serializers.CharField()
    camera_move = serializers.CharField(help_text="Empty: none.")
    camera_words = serializers.CharField(help_text="What is put before the prompt for it.")
    use = serializers.CharField()
    purpose = serializers.CharField()
    decision = serializers.UUIDField(source="decision_id")
    model_name = serializers.CharField()
    model_version = serializers.CharField()
    model_sha256 = serializers.CharField()
    width = serializers.IntegerField(help_text="Generated; see delivered_width.")
    height = serializers.IntegerField()
    num_frames = serializers.IntegerField()
    fps = serializers.IntegerField()
    steps = serializers.IntegerField()
    guidance_scale = serializers.DecimalField(max_digits=5, decimal_places=2)
    seed = serializers.IntegerField()
    delivered_width = serializers.IntegerField()
    delivered_height = serializers.IntegerField()
    understood = UnderstoodWordResource(many=True, allow_null=True)
    ignored = serializers.ListField(child=serializers.CharField(), allow_null=True)
    stage = serializers.CharField()
    step = serializers.IntegerField()
    stage_steps = serializers.IntegerField()
    seconds_per_step = serializers.FloatField(allow_null=True)
    seconds_left = serializers.IntegerField(allow_null=True, help_text="Of the present stage.")
    has_preview = serializers.BooleanField()
    attempt = serializers.IntegerField()
    cancel_requested = serializers.BooleanField()
    failure_code = serializers.CharField()
    failure_message = serializers.CharField()
    screening = serializers.CharField(
        help_text="What the screen for faces says of the finished picture; all screens are under /screens."
    )
    seconds = serializers.DictField(child=serializers.FloatField())
    fingerprint = serializers.DictField()
    asset = serializers.UUIDField(source="asset_id", allow_null=True)
    downloadable = serializers.BooleanField(
        source="is_downloadable",
        help_text="Signed, and the log has confirmed the signature. Until then its files are answered with 503.",
    )
    requested_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
    priority = serializers.ChoiceField(choices=PRIORITIES)
    activity = serializers.CharField(
        help_text="queued, loading (its model) or running; empty when nothing is done for it."
    )
    waiting = WaitingResource(
        allow_null=True,
        help_text="Where it stands in the queue: told of one queued take that is asked for alone.",
    )


class ReasonResource(serializers.Serializer[Any]):
    rule = serializers.CharField(source="rule_id")
    outcome = serializers.CharField()
    message = serializers.CharField()
    cure = serializers.CharField(allow_null=True)
    grade = serializers.CharField(allow_null=True)


class TrialResource(serializers.Serializer[Any]):
    """What would be answered; nothing of it is recorded."""

    outcome = serializers.CharField(source="decision.outcome")
    permitted = serializers.BooleanField(source="decision.permitted")
    needs_review = serializers.BooleanField(source="decision.needs_review")
    reasons = ReasonResource(source="decision.reasons", many=True)
    edition = serializers.CharField(source="decision.edition")
    width = serializers.IntegerField(source="spec.width")
    height = serializers.IntegerField(source="spec.height")
    num_frames = serializers.IntegerField(source="spec.num_frames")
    steps = serializers.IntegerField(source="spec.steps")
    understood = UnderstoodWordResource(source="coverage.understood", many=True, default=None)
    ignored = serializers.ListField(child=serializers.CharField(), source="coverage.ignored", default=None)


class TakeEventResource(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    state = serializers.CharField()
    attempt = serializers.IntegerField()
    stage = serializers.CharField()
    step = serializers.IntegerField()
    stage_steps = serializers.IntegerField()
    seconds_per_step = serializers.FloatField(allow_null=True)
    code = serializers.CharField()


class EventPageResource(serializers.Serializer[Any]):
    events = TakeEventResource(many=True)
    next_after = serializers.IntegerField(allow_null=True)


class EventQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, default=0)
    limit = serializers.IntegerField(min_value=1, max_value=200, default=100)
