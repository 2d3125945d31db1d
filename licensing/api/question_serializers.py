"""Questions that were asked beside takes, as they go over HTTP."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.values import Actor
from licensing.api.serializers import one_of
from licensing.doors import SEES_EVERYBODY
from licensing.queries import performer_card
from licensing.questions import QuestionKind


class QuestionsAsked(serializers.Serializer[object]):
    """Which questions; what is left out narrows nothing."""

    kind = one_of(QuestionKind, required=False)
    production_id = serializers.UUIDField(required=False)
    performer_id = serializers.UUIDField(required=False)

    def narrowed(self, actor: Actor) -> dict[str, Any]:
        """What `licensing.questions.question_cards` is narrowed by.

        Raises:
            UnknownPerformer: not here, or only legal may know.
        """
        said: dict[str, Any] = dict(self.validated_data)
        if "performer_id" in said:
            everybody = actor.is_one_of(*SEES_EVERYBODY)
            performer_card(actor.organisation_id, said["performer_id"], everybody=everybody)
        return said | ({"kind": QuestionKind(said["kind"])} if "kind" in said else {})


class QuestionResource(serializers.Serializer[object]):
    """A question and its answer; the whole of it stands under its decision."""

    decision_id = serializers.UUIDField()
    kind = serializers.CharField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    use = serializers.CharField()
    about = serializers.CharField()
    people = serializers.ListField(child=serializers.CharField())
    outcome = serializers.CharField()
    asked_at = serializers.DateTimeField()
    asked_by = serializers.CharField()
    is_latest = serializers.BooleanField(help_text="Nobody has asked about the same since.")
