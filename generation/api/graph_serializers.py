from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from accounts.values import Actor
from generation.graph.answering import at_frame, cut_that_counts
from generation.graph.errors import NoSuchNode
from generation.graph.values import Direction, Frames, Node, NodeKind, Question

_DIRECTIONS = {
    "both": (Direction.UP, Direction.DOWN),
    "up": (Direction.UP,),
    "down": (Direction.DOWN,),
}


class NodeField(serializers.CharField):
    """`kind:uuid`; `sequence:uuid` stands for the order of the sequence that counts."""

    def to_internal_value(self, data: object) -> tuple[str, UUID]:  # type: ignore[override]  # a pair, not a word
        kind, _, one = str(data).partition(":")
        if kind not in {*NodeKind, "sequence"}:
            raise serializers.ValidationError(f"Begins with one of {', '.join(NodeKind)}, sequence.")
        try:
            return kind, UUID(one)
        except ValueError as unreadable:
            raise serializers.ValidationError("Is a kind, a colon and a UUID.") from unreadable


class NodeQuery(serializers.Serializer[Any]):
    node = NodeField(
        required=False,
        help_text="Where to begin: `kind:uuid`. `sequence:uuid` is its cut that counts. Absent: whoever asks.",
    )

    def node_asked(self, actor: Actor) -> Node:
        """Raises `NoSuchNode` where a sequence has no cut, or nobody asks."""
        if "node" not in self.validated_data:
            if actor.user_id is None:
                raise NoSuchNode("Name a node: nobody in person asks.")
            return Node(NodeKind.PERSON, actor.user_id)
        kind, one = self.validated_data["node"]
        return (
            cut_that_counts(actor.organisation_id, one) if kind == "sequence" else Node(NodeKind(kind), one)
        )


class GraphQuery(NodeQuery):
    direction = serializers.ChoiceField(
        choices=sorted(_DIRECTIONS), default="both", help_text="up: what it rests on. down: what rests on it."
    )
    first_frame = serializers.IntegerField(required=False, min_value=0, max_value=2**31 - 2)
    end_frame = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=2**31 - 1,
        help_text="The first frame outside; absent: one frame.",
    )
    timecode = serializers.CharField(required=False, help_text="Of one frame of a cut, instead of numbers.")
    depth = serializers.IntegerField(default=64, min_value=1, max_value=1000)
    most = serializers.IntegerField(
        default=2000, min_value=1, max_value=20_000, help_text="Edges in each direction, the nearest first."
    )
    kinds = serializers.CharField(
        required=False,
        help_text="Name nodes of these kinds alone, with commas between; all are walked through.",
    )
    history = serializers.BooleanField(
        default=False, help_text="Also takes that gave no pictures, such as the one a variation is of."
    )

    def validate_kinds(self, value: str) -> frozenset[NodeKind]:
        try:
            return frozenset(NodeKind(one.strip()) for one in value.split(","))
        except ValueError as unknown:
            raise serializers.ValidationError(f"Some of {', '.join(NodeKind)}.") from unknown

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        first, end = attrs.get("first_frame"), attrs.get("end_frame")
        if end is not None and (first is None or end <= first):
            raise serializers.ValidationError({"end_frame": "Comes after first_frame."})
        if first is not None and attrs.get("timecode"):
            raise serializers.ValidationError({"timecode": "Either frames by number or a timecode."})
        return attrs

    def question(self, actor: Actor) -> Question:
        """Raises `NoSuchNode`, `FrameUnreadable`."""
        said = self.validated_data
        first = said.get("first_frame")
        asked = Question(
            node=self.node_asked(actor),
            frames=None if first is None else Frames(first, said.get("end_frame") or first + 1),
            directions=_DIRECTIONS[said["direction"]],
            depth=said["depth"],
            most=said["most"],
            with_history=said["history"],
        )
        return at_frame(asked, said["timecode"], actor=actor) if said.get("timecode") else asked


class FrameRangeResource(serializers.Serializer[Any]):
    first_frame = serializers.IntegerField(source="first")
    end_frame = serializers.IntegerField(source="end", help_text="The first one outside.")


class NodeResource(serializers.Serializer[Any]):
    node = serializers.CharField(help_text="`kind:uuid`")
    kind = serializers.CharField(source="node.kind")
    id = serializers.UUIDField(source="node.id")
    title = serializers.CharField(source="name.title")
    detail = serializers.CharField(source="name.detail")
    direction = serializers.CharField(source="reached.direction", allow_null=True)
    depth = serializers.IntegerField(source="reached.depth")
    frames = FrameRangeResource(
        source="reached.frames", many=True, allow_null=True, help_text="Null: all of them."
    )


class EdgeResource(serializers.Serializer[Any]):
    """`child` rests on `parent`."""

    kind = serializers.CharField()
    child = serializers.CharField()
    parent = serializers.CharField()  # type: ignore[assignment]  # the stubs know another `parent`
    carries = serializers.BooleanField(help_text="Whoever is in the parent is in the child.")


class GraphResource(serializers.Serializer[Any]):
    node = NodeResource(source="start")
    is_whole = serializers.BooleanField(help_text="False: a bound was met, and there is more.")
    counts = serializers.DictField(child=serializers.IntegerField())
    unnamed = serializers.DictField(
        child=serializers.IntegerField(),
        help_text="How many more there are that do not concern you, by kind.",
    )
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    nodes = NodeResource(many=True)
    edges = EdgeResource(many=True, help_text="Of the nodes on this page.")


class StandingOfFileResource(serializers.Serializer[Any]):
    state = serializers.CharField()
    reason = serializers.CharField()
    since = serializers.DateTimeField(allow_null=True)


class OutResource(serializers.Serializer[Any]):
    delivery_id = serializers.UUIDField()
    recipient = serializers.CharField()
    recipient_kind = serializers.CharField()
    production = serializers.CharField()
    take_id = serializers.UUIDField()
    take = serializers.CharField()
    frames = FrameRangeResource(many=True, allow_null=True, help_text="Null: every frame of the file.")
    num_frames = serializers.IntegerField()
    media = serializers.ListField(child=serializers.CharField())
    territories = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    delivered_at = serializers.DateTimeField()
    standing = StandingOfFileResource()
    is_out = serializers.BooleanField(help_text="False only once the recipient took note of a recall.")
    is_named = serializers.BooleanField(help_text="The decision to deliver relies on it by name.")
    outlives = serializers.BooleanField(
        help_text="It comes of a consent that has ended, which its own decision does not name."
    )
    told_at = serializers.DateTimeField(allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)


class StillOutResource(serializers.Serializer[Any]):
    node = serializers.CharField()
    title = serializers.CharField(source="name.title")
    takes = serializers.IntegerField()
    out = serializers.IntegerField()
    rightly = serializers.IntegerField()
    by_state = serializers.DictField(child=serializers.IntegerField())
    is_whole = serializers.BooleanField()
    count = serializers.IntegerField()
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    deliveries = OutResource(many=True)
