from __future__ import annotations

from typing import Any
from uuid import UUID

from rest_framework import serializers

from licensing.agreeing.states import Answer
from licensing.api.serializers import one_of
from licensing.operations.answers import TermReply
from licensing.operations.offers import NewOffer
from licensing.values import ReplicaType, Representation

_SHA256 = r"^[0-9a-f]{64}$"
_DAYS_HELP = "How many days the consent holds after the performer's notice; 0: it ends at once."


class OfferOrder(serializers.Serializer[object]):
    """Terms to put to a performer. `terms` as in a consent, without what the signature brings."""

    production_id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    replica_type = one_of(ReplicaType)
    terms = serializers.DictField()
    withdrawal_notice_days = serializers.IntegerField(help_text=_DAYS_HELP)
    representation = one_of(Representation, required=False, allow_null=True, default=None)
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def new_offer(self) -> NewOffer:
        fields = self.validated_data
        who = fields["representation"]
        return NewOffer(**fields | {"representation": Representation(who) if who else None})


class ProposalOrder(serializers.Serializer[object]):
    """Other terms, as a further round."""

    terms = serializers.DictField()
    withdrawal_notice_days = serializers.IntegerField(help_text=_DAYS_HELP)


class AnswerOrder(serializers.Serializer[object]):
    term = serializers.CharField(max_length=80)
    answer = one_of(Answer)
    counter = serializers.JSONField(required=False, allow_null=True, default=None)


class AnswersOrder(serializers.Serializer[object]):
    """One answer for every term of the round on the table."""

    terms_sha256 = serializers.RegexField(_SHA256, help_text="Digest of the terms that you read.")
    answers = AnswerOrder(many=True)

    def validate_answers(self, answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
        terms = [one["term"] for one in answers]
        if len(set(terms)) < len(terms):
            raise serializers.ValidationError("A term is answered once.")
        return answers

    def replies(self) -> dict[str, TermReply]:
        return {
            one["term"]: TermReply(Answer(one["answer"]), one["counter"])
            for one in self.validated_data["answers"]
        }


class OfferSignatureOrder(serializers.Serializer[object]):
    terms_sha256 = serializers.RegexField(_SHA256, help_text="Digest of the terms that you read and sign.")


class NoticeOrder(serializers.Serializer[object]):
    given_at = serializers.DateTimeField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Legal alone: when notice was given elsewhere.",
    )


class TermResource(serializers.Serializer[object]):
    path = serializers.CharField()
    heading = serializers.CharField()
    text = serializers.CharField()
    value = serializers.JSONField()
    answer = serializers.CharField(allow_null=True)
    counter = serializers.JSONField(allow_null=True)
    counter_text = serializers.CharField(allow_null=True)


class OfferSignatureResource(serializers.Serializer[object]):
    side = serializers.CharField()
    signer_role = serializers.CharField(allow_null=True)
    signed_by = serializers.UUIDField()
    signed_at = serializers.DateTimeField()


class RoundResource(serializers.Serializer[object]):
    number = serializers.IntegerField()
    terms = serializers.DictField()
    terms_sha256 = serializers.CharField()
    wording = serializers.CharField(help_text="Edition of the model wording it is read and answered in.")
    withdrawal_notice_days = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    asked = TermResource(many=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    answered_as = serializers.CharField(allow_null=True)
    signatures = OfferSignatureResource(many=True)


class OfferEventResource(serializers.Serializer[object]):
    from_state = serializers.CharField(allow_null=True)
    to_state = serializers.CharField()
    at = serializers.DateTimeField()


class OfferResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    performer_id = serializers.UUIDField()
    performer_name = serializers.CharField()
    replica_type = serializers.CharField()
    representation = serializers.CharField(allow_null=True)
    state = serializers.CharField(help_text="What was recorded.")
    standing = serializers.CharField(help_text="What it is today, with what became of the consent.")
    supersedes = serializers.UUIDField(allow_null=True)
    consent_id = serializers.UUIDField(allow_null=True)
    made_at = serializers.DateTimeField()
    rounds = RoundResource(many=True)
    events = OfferEventResource(many=True)


class ListedOfferResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    production_title = serializers.CharField()
    performer_name = serializers.CharField()
    replica_type = serializers.CharField()
    state = serializers.CharField()
    standing = serializers.CharField()
    made_at = serializers.DateTimeField()


class NoticeResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    consent_id = serializers.UUIDField()
    reason_code = serializers.CharField()
    given_at = serializers.DateTimeField()
    effective_at = serializers.DateTimeField()
    recorded_at = serializers.DateTimeField()


def offer_location(offer_id: UUID) -> str:
    return f"/v1/offers/{offer_id}"
