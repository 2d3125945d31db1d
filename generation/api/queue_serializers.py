from __future__ import annotations

from typing import Any

from rest_framework import serializers

from generation.operations.queue import LONGEST_REASON
from generation.serving.caps import MOST_TAKES
from generation.serving.values import Priority

PRIORITIES = [one.value for one in Priority]


class WaitingResource(serializers.Serializer[Any]):
    """Where a queued take stands. Every organisation is served in turn, so the place may move both ways."""

    place = serializers.IntegerField(
        allow_null=True, help_text="1 is served next; null: the queue is paused, or it rests after a try."
    )
    paused = serializers.BooleanField(source="is_paused")
    workers = serializers.IntegerField(help_text="Live workers that take new work and are large enough.")


class PriorityRequest(serializers.Serializer[Any]):
    priority = serializers.ChoiceField(choices=PRIORITIES)


class PauseRequest(serializers.Serializer[Any]):
    reason = serializers.CharField(max_length=LONGEST_REASON, help_text="Shown to everybody who waits.")


class PauseResource(serializers.Serializer[Any]):
    """`by_house`: by whoever runs the installation, who alone ends it."""

    id = serializers.UUIDField()
    by_house = serializers.BooleanField()
    reason = serializers.CharField()
    paused_at = serializers.DateTimeField()


class TakeCapRequest(serializers.Serializer[Any]):
    most = serializers.IntegerField(
        min_value=1, max_value=MOST_TAKES, allow_null=True, help_text="Null: no cap of its own."
    )


class TakeCapResource(serializers.Serializer[Any]):
    """How many takes one person may have waiting or in work for a production."""

    production = serializers.UUIDField(source="production_id")
    most = serializers.IntegerField(allow_null=True, help_text="Null: no cap of its own.")
    set_at = serializers.DateTimeField(allow_null=True, help_text="Null: nobody has ever set one.")
    set_by = serializers.CharField()


class QueuedTakeResource(serializers.Serializer[Any]):
    take = serializers.UUIDField(source="id")
    number = serializers.IntegerField()
    shot = serializers.CharField(source="shot_code")
    production = serializers.CharField(source="production_title")
    model = serializers.CharField(source="model_name")
    priority = serializers.ChoiceField(choices=PRIORITIES)
    requested_at = serializers.DateTimeField()
    place = serializers.IntegerField(allow_null=True)


class QueueResource(serializers.Serializer[Any]):
    """Your organisation's takes that wait, in the order of serving, and how many workers do what."""

    takes = QueuedTakeResource(many=True)
    pauses = PauseResource(many=True)
    workers = serializers.DictField(child=serializers.IntegerField(), source="by_word")


class WorkerResource(serializers.Serializer[Any]):
    """A worker of this installation; whose take it works on is not told."""

    name = serializers.CharField()
    state = serializers.CharField(
        source="word", help_text="starting, idle, loading, running, draining, drained, gone"
    )
    since = serializers.DateTimeField(source="state_since")
    started_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField()
    device = serializers.CharField()
    vram_mb = serializers.IntegerField(allow_null=True)
    model_sha256 = serializers.CharField(help_text="Of the weights it holds warm; empty: none.")


class DrainRequest(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    drain = serializers.BooleanField(help_text="False: take up work again.")
