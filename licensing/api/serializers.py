from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from rest_framework import serializers

from licensing.names import AliasKind, Visibility, WithdrawalReason
from licensing.operations.engagements import NewEngagement
from licensing.operations.performers import NewAlias, NewIdentifier, NewPerformer
from licensing.signing_off.papers import BASIS_SIGN_OFF, BUYER_APPROVAL
from licensing.terms import NewConsent
from licensing.values import Agreement, PerformerCategory, ReplicaType, Representation, SubjectState

_MANY = 100
_UNKNOWN: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "default": None,
    "help_text": "Null: unknown.",
}
_SHA256 = r"^[0-9a-f]{64}$"


def one_of(words: type[StrEnum], **options: Any) -> serializers.ChoiceField:  # noqa: ANN401 - the field's own
    return serializers.ChoiceField([word.value for word in words], **options)


def _word(words: type[StrEnum], value: str | None) -> Any:  # noqa: ANN401 - a member of `words`
    return None if value is None else words(value)


class AliasOrder(serializers.Serializer[object]):
    text = serializers.CharField(max_length=200)
    kind = one_of(AliasKind, default=AliasKind.ALIAS.value)

    def new_alias(self) -> NewAlias:
        return _alias(self.validated_data)


class IdentifierOrder(serializers.Serializer[object]):
    """ISNI, IPN, EIDR party, HAND and union numbers are checked; any other scheme is kept as it is given."""

    scope = serializers.CharField(max_length=40)
    value = serializers.CharField(max_length=120)

    def new_identifier(self) -> NewIdentifier:
        return NewIdentifier(**self.validated_data)


class PerformerOrder(serializers.Serializer[object]):
    """A performer to register. A fact left out or null is unknown; no rule takes that for permission."""

    professional_name = serializers.CharField(max_length=200)
    state = one_of(SubjectState, **_UNKNOWN)
    domicile = serializers.CharField(max_length=8, **_UNKNOWN)
    visibility = one_of(Visibility, default=Visibility.ORGANISATION.value)
    aliases = serializers.ListField(child=AliasOrder(), default=list, max_length=_MANY)
    identifiers = serializers.ListField(child=IdentifierOrder(), default=list, max_length=_MANY)

    def new_performer(self) -> NewPerformer:
        fields = self.validated_data
        return NewPerformer(
            professional_name=fields["professional_name"],
            state=_word(SubjectState, fields["state"]),
            domicile=fields["domicile"],
            visibility=Visibility(fields["visibility"]),
            aliases=tuple(_alias(one) for one in fields["aliases"]),
            identifiers=tuple(NewIdentifier(**one) for one in fields["identifiers"]),
        )


def _alias(fields: dict[str, Any]) -> NewAlias:
    return NewAlias(text=fields["text"], kind=AliasKind(fields["kind"]))


class EngagementOrder(serializers.Serializer[object]):
    """What binds a performer to a production."""

    performer_id = serializers.UUIDField()
    category = one_of(PerformerCategory, **_UNKNOWN)
    agreement = one_of(Agreement, **_UNKNOWN)
    agreement_family = serializers.CharField(
        max_length=40,
        required=False,
        allow_null=True,
        default=None,
        help_text="In place of `agreement`: such as sag_tvt. The date that its clause names then picks the edition.",
    )
    is_engaged = serializers.BooleanField(**_UNKNOWN)
    engaged_at = serializers.DateTimeField(**_UNKNOWN)
    contract_date = serializers.DateField(**_UNKNOWN)
    representation = one_of(Representation, **_UNKNOWN)
    union_covered = serializers.BooleanField(**_UNKNOWN)
    employed_on_project = serializers.BooleanField(**_UNKNOWN)
    recognisable = serializers.BooleanField(**_UNKNOWN)
    portrayed_as_minor = serializers.BooleanField(**_UNKNOWN)
    replica_from = serializers.UUIDField(**_UNKNOWN)
    estimated_days = serializers.IntegerField(min_value=0, max_value=10_000, **_UNKNOWN)

    def new_engagement(self, production_id: UUID) -> NewEngagement:
        fields = self.validated_data
        words = {
            "category": _word(PerformerCategory, fields["category"]),
            "agreement": _word(Agreement, fields["agreement"]),
            "representation": _word(Representation, fields["representation"]),
        }
        return NewEngagement(production_id=production_id, **fields | words)


class ConsentOrder(serializers.Serializer[object]):
    """A signed consent to keep. `terms` are in the words of the rulebook; docs/rulebook.md lists them."""

    production_id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    replica_type = one_of(ReplicaType)
    terms = serializers.DictField()
    document_sha256 = serializers.RegexField(_SHA256)
    supersedes = serializers.UUIDField(required=False, allow_null=True, default=None)

    def new_consent(self) -> NewConsent:
        return NewConsent(**self.validated_data)


class WithdrawalOrder(serializers.Serializer[object]):
    reason = one_of(WithdrawalReason)

    def reason_code(self) -> WithdrawalReason:
        return WithdrawalReason(self.validated_data["reason"])


class ConfirmationOrder(serializers.Serializer[object]):
    counsel = serializers.CharField(max_length=200)
    document_sha256 = serializers.RegexField(_SHA256, help_text="Digest of the original that counsel read.")


class StrikeOrder(serializers.Serializer[object]):
    agreement = one_of(Agreement)
    active = serializers.BooleanField(help_text="True: the strike begins now. False: it ends now.")


class AliasResource(serializers.Serializer[object]):
    kind = serializers.CharField()
    text = serializers.CharField()


class IdentifierResource(serializers.Serializer[object]):
    scope = serializers.CharField()
    value = serializers.CharField()


class PerformerResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    professional_name = serializers.CharField()
    state = serializers.CharField(allow_null=True)
    domicile = serializers.CharField(allow_null=True)
    visibility = serializers.CharField()
    aliases = AliasResource(many=True)
    identifiers = IdentifierResource(many=True)
    created_at = serializers.DateTimeField()


class EngagementResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    production_id = serializers.UUIDField()
    category = serializers.CharField(allow_null=True)
    agreement = serializers.CharField(allow_null=True)
    is_engaged = serializers.BooleanField(allow_null=True)
    engaged_at = serializers.DateTimeField(allow_null=True)
    contract_date = serializers.DateField(allow_null=True)
    representation = serializers.CharField(allow_null=True)
    union_covered = serializers.BooleanField(allow_null=True)
    employed_on_project = serializers.BooleanField(allow_null=True)
    recognisable = serializers.BooleanField(allow_null=True)
    portrayed_as_minor = serializers.BooleanField(allow_null=True)
    replica_from = serializers.UUIDField(allow_null=True)
    estimated_days = serializers.IntegerField(allow_null=True)


class QuotaResource(serializers.Serializer[object]):
    """One limit of a consent; `jobs` are the takes or deliveries under way that hold a part.

    `unit`: `uses` are deliveries, `takes_as_uses` the signed takes of a consent whose words count these as uses;
    amounts of `seconds` are in milliseconds.
    """

    unit = serializers.CharField()
    most = serializers.IntegerField()
    used = serializers.IntegerField()
    reserved = serializers.IntegerField()
    left = serializers.IntegerField()
    jobs = serializers.ListField(child=serializers.UUIDField())


class ConsentResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    performer_id = serializers.UUIDField()
    performer_name = serializers.CharField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    replica_type = serializers.CharField()
    status = serializers.CharField()
    terms = serializers.DictField()
    terms_sha256 = serializers.CharField()
    document_sha256 = serializers.CharField()
    receipt_id = serializers.UUIDField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    is_in_log = serializers.BooleanField(
        help_text="False: recorded and not in force yet. It comes into force by itself when the log confirms it."
    )
    quotas = QuotaResource(many=True)


class DecisionReasonResource(serializers.Serializer[object]):
    rule_id = serializers.CharField()
    outcome = serializers.CharField()
    message = serializers.CharField()
    cure = serializers.CharField()
    grade = serializers.CharField()


class DutyResource(serializers.Serializer[object]):
    duty = serializers.CharField()
    to = serializers.CharField()
    inputs = serializers.DictField()
    due = serializers.CharField(allow_null=True)


class MissingResource(serializers.Serializer[object]):
    condition = serializers.CharField()
    words = serializers.CharField()
    cure = serializers.CharField()


class ClosestRecordResource(serializers.Serializer[object]):
    """The consent record of a person that came closest, and what it lacks; one thing alone is a near miss."""

    person_id = serializers.CharField()
    consent_id = serializers.CharField()
    signed_on = serializers.CharField(allow_null=True)
    rules = serializers.ListField(child=serializers.CharField())
    is_near_miss = serializers.BooleanField()
    missing = MissingResource(many=True)


class RestedOnResource(serializers.Serializer[object]):
    """A paper of the production that a decision rests on beside consents."""

    kind = serializers.ChoiceField([BASIS_SIGN_OFF, BUYER_APPROVAL])
    id = serializers.UUIDField()
    basis = serializers.CharField(allow_null=True)
    capacity = serializers.CharField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    content_sha256 = serializers.CharField()


class DecisionResource(serializers.Serializer[object]):
    """A verdict. `id` is null for a dry run, which leaves no trace."""

    id = serializers.UUIDField(allow_null=True)
    production_id = serializers.UUIDField()
    shot_id = serializers.UUIDField(allow_null=True)
    stage = serializers.CharField()
    outcome = serializers.CharField()
    permitted = serializers.BooleanField()
    needs_review = serializers.BooleanField()
    reasons = DecisionReasonResource(many=True)
    duties = DutyResource(many=True)
    edition = serializers.CharField()
    facts_sha256 = serializers.CharField()
    consent_ids = serializers.ListField(child=serializers.UUIDField())
    papers = RestedOnResource(many=True)
    decided_at = serializers.DateTimeField()
    closest = ClosestRecordResource(many=True)


class RuleResource(serializers.Serializer[object]):
    id = serializers.CharField()
    layer = serializers.CharField()
    title = serializers.CharField()
    clause = serializers.CharField()
    protects = serializers.CharField()
    requires = serializers.CharField()
    cure = serializers.CharField()
    edition = serializers.CharField()
    valid_from = serializers.DateField(allow_null=True)
    valid_until = serializers.DateField(allow_null=True)
    sources = serializers.ListField(child=serializers.CharField())
    grade = serializers.CharField()
    decides_uses = serializers.BooleanField()
    is_executable = serializers.BooleanField()
    needs_confirmation = serializers.BooleanField()
    counsel = serializers.CharField(allow_null=True)
    confirmed_at = serializers.DateTimeField(allow_null=True)


class RulePackResource(serializers.Serializer[object]):
    edition = serializers.CharField()
    sha256 = serializers.CharField()
    rules = RuleResource(many=True)


class ConfirmedRuleResource(serializers.Serializer[object]):
    rule_id = serializers.CharField()
    counsel = serializers.CharField()
    document_sha256 = serializers.CharField()
    confirmed_at = serializers.DateTimeField()


class StrikesResource(serializers.Serializer[object]):
    agreements = serializers.ListField(child=serializers.CharField())
