from __future__ import annotations

from typing import Any

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.operations.holds import NewHold
from licensing.review.limits import Limits
from licensing.review.words import CaseState, HeldKind, HoldReason, RefusalCode
from web.templatetags.words import stated

_SHA256 = r"^[0-9a-f]{64}$"
_MANY = 300
_ACTING_FOR: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "default": None,
    "help_text": "The member you stand in for; null: you act for yourself.",
}
_NO_LIMIT: dict[str, Any] = {
    "required": False,
    "allow_null": True,
    "default": None,
    "help_text": "Null: no limit.",
}


class CaseQuery(serializers.Serializer[object]):
    state = serializers.ChoiceField(["undecided", *(state.value for state in CaseState)], required=False)
    assignee = serializers.UUIDField(required=False)
    overdue = serializers.BooleanField(required=False, default=False)


class AssignmentOrder(serializers.Serializer[object]):
    assignee = serializers.UUIDField(allow_null=True, help_text="A member of legal; null: nobody.")


class DueDateOrder(serializers.Serializer[object]):
    due_on = serializers.DateField()


class CommentOrder(serializers.Serializer[object]):
    text = serializers.CharField(max_length=4000)


class CaseApprovalOrder(serializers.Serializer[object]):
    """The limits become terms that the gate keeps; they never give more than was asked."""

    decision = serializers.UUIDField(help_text="The decision you have read: the newest of the case.")
    valid_until = serializers.DateTimeField(help_text="At most a year ahead; then it ends by itself.")
    media = serializers.ListField(child=serializers.CharField(max_length=40), max_length=_MANY)
    territories = serializers.ListField(child=serializers.CharField(max_length=8), max_length=_MANY)
    most_takes = serializers.IntegerField(min_value=1, max_value=100_000, **_NO_LIMIT)
    most_seconds = serializers.DecimalField(max_digits=9, decimal_places=3, min_value=0, **_NO_LIMIT)
    conditions = serializers.ListField(
        child=serializers.CharField(max_length=500), default=list, max_length=20
    )
    document_sha256 = serializers.RegexField(
        _SHA256,
        required=False,
        allow_blank=True,
        default="",
        help_text="The paper it rests on, if it takes one.",
    )
    acting_for = serializers.UUIDField(**_ACTING_FOR)

    def limits(self) -> Limits:
        fields = self.validated_data
        seconds = fields["most_seconds"]
        return Limits(
            valid_until=fields["valid_until"],
            media=tuple(fields["media"]),
            territories=tuple(fields["territories"]),
            most_takes=fields["most_takes"],
            most_ms=None if seconds is None else int(seconds * 1000),
            conditions=tuple(fields["conditions"]),
            document_sha256=fields["document_sha256"],
        )


class SecondKeyOrder(serializers.Serializer[object]):
    limits_sha256 = serializers.RegexField(
        _SHA256, help_text="Digest of the limits that you read and confirm."
    )
    acting_for = serializers.UUIDField(**_ACTING_FOR)


class CaseRefusalOrder(serializers.Serializer[object]):
    code = one_of(RefusalCode)
    text = serializers.CharField(max_length=4000, allow_blank=True, default="")


class CaseWithdrawalOrder(serializers.Serializer[object]):
    text = serializers.CharField(max_length=4000, allow_blank=True, default="")


class DelegationOrder(serializers.Serializer[object]):
    stand_in = serializers.UUIDField(help_text="A member of the organisation.")
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()


class HoldOrder(serializers.Serializer[object]):
    kind = one_of(HeldKind)
    held_id = serializers.UUIDField()
    reason = one_of(HoldReason)
    matter = serializers.CharField(
        max_length=120, help_text="The dispute, as the house calls it. Never logged."
    )
    note = serializers.CharField(max_length=4000, allow_blank=True, default="")

    def new_hold(self) -> NewHold:
        fields = self.validated_data
        kind, reason = HeldKind(fields["kind"]), HoldReason(fields["reason"])
        return NewHold(**fields | {"kind": kind, "reason": reason})


class HoldLiftOrder(serializers.Serializer[object]):
    because = serializers.CharField(max_length=4000)


class PersonResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class CaseResource(serializers.Serializer[object]):
    """A case as a list shows it. `state` is `expired` when the time of an approval is over."""

    id = serializers.UUIDField()
    production_id = serializers.UUIDField()
    production_title = serializers.CharField()
    use = serializers.CharField()
    rule_ids = serializers.ListField(child=serializers.CharField())
    state = serializers.CharField()
    decision_id = serializers.UUIDField()
    asked_by = PersonResource(many=True)
    assignee = PersonResource(allow_null=True)
    due_on = serializers.DateField()
    is_overdue = serializers.BooleanField()
    opened_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True)
    valid_until = serializers.DateTimeField(allow_null=True)


class ApprovalResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    rules = serializers.ListField(child=serializers.CharField())
    limits = serializers.SerializerMethodField()
    limits_sha256 = serializers.CharField()
    needs_second_key = serializers.BooleanField()
    approved_by = PersonResource()
    acting_for = PersonResource(allow_null=True)
    approved_at = serializers.DateTimeField()
    second_key_by = PersonResource(allow_null=True)
    second_key_for = PersonResource(allow_null=True)
    second_key_at = serializers.DateTimeField(allow_null=True)
    takes_used = serializers.IntegerField()
    ms_used = serializers.IntegerField()

    def get_limits(self, card: Any) -> dict[str, Any]:  # noqa: ANN401 - REST framework's
        return dict(card.limits.as_json())


class CaseEventResource(serializers.Serializer[object]):
    act = serializers.CharField()
    by = PersonResource(allow_null=True)
    text = serializers.CharField()
    at = serializers.DateTimeField()


class PrecedentResource(serializers.Serializer[object]):
    case = CaseResource()
    same = serializers.ListField(child=serializers.CharField())
    conditions = serializers.ListField(child=serializers.CharField())


class CaseReasonResource(serializers.Serializer[object]):
    """A reason of the newest decision. `liftable`: a person may; `keys`: how many people that takes."""

    rule_id = serializers.CharField(source="reason.rule_id")
    outcome = serializers.CharField(source="reason.outcome")
    message = serializers.CharField(source="reason.message")
    cure = serializers.CharField(source="reason.cure")
    clause = serializers.SerializerMethodField()
    requires = serializers.SerializerMethodField()
    liftable = serializers.SerializerMethodField()
    keys = serializers.SerializerMethodField()

    def get_clause(self, line: Any) -> str:  # noqa: ANN401 - REST framework's
        return line.rule.clause if line.rule else ""

    def get_requires(self, line: Any) -> str:  # noqa: ANN401 - REST framework's
        return line.rule.requires if line.rule else ""

    def get_liftable(self, line: Any) -> bool:  # noqa: ANN401 - REST framework's
        return line.power is not None

    def get_keys(self, line: Any) -> int | None:  # noqa: ANN401 - REST framework's
        return line.power.keys if line.power else None


class SaidLineResource(serializers.Serializer[object]):
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, not the field's own label
    value = serializers.SerializerMethodField(help_text="In words.")

    def get_value(self, line: Any) -> str:  # noqa: ANN401 - REST framework's
        return stated(line.value)


class SaidGroupResource(serializers.Serializer[object]):
    """What was asked and stated about one thing, in words."""

    title = serializers.CharField()
    lines = SaidLineResource(many=True)


class CaseDetailResource(serializers.Serializer[object]):
    """A case with the reasons, its approval, what was said and done, and earlier cases like it."""

    case = CaseResource(source="detail.card")
    said = SaidGroupResource(many=True)
    reasons = CaseReasonResource(source="lines", many=True)
    approval = ApprovalResource(source="detail.approval", allow_null=True)
    events = CaseEventResource(source="detail.events", many=True)
    precedents = PrecedentResource(source="detail.precedents", many=True)


class DelegationResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    person = PersonResource()
    stand_in = PersonResource()
    valid_from = serializers.DateTimeField()
    valid_until = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class HoldResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    held_id = serializers.UUIDField()
    title = serializers.CharField()
    reason = serializers.CharField()
    matter = serializers.CharField()
    note = serializers.CharField()
    placed_at = serializers.DateTimeField()
    placed_by = PersonResource()
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = PersonResource(allow_null=True)
    lifted_because = serializers.CharField()
