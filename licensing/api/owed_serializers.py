from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from rest_framework import serializers

from licensing.api.serializers import one_of
from licensing.operations.ledger import NewPayment
from licensing.operations.obligations import NewObligation, Service
from licensing.operations.rates import NewCalendar, NewRate
from licensing.owed.values import Currency, Grade, RateKind, WaiverReason
from licensing.values import Agreement

_SHA256 = r"^[0-9a-f]{64}$"
_LARGEST = 10**10


class ObligationOrder(serializers.Serializer[object]):
    """An obligation that a rule's clock counts. `since`: the event it counts from."""

    clock = serializers.CharField(max_length=40)
    since = serializers.DateTimeField()
    to = serializers.CharField(max_length=40, default="", allow_blank=True)
    performer_id = serializers.UUIDField(allow_null=True, default=None)
    production_id = serializers.UUIDField(allow_null=True, default=None)
    note = serializers.CharField(max_length=300, default="", allow_blank=True)

    def new_obligation(self) -> NewObligation:
        fields = dict(self.validated_data)
        return NewObligation(to_code=fields.pop("to"), **fields)


class ServiceOrder(serializers.Serializer[object]):
    document_sha256 = serializers.RegexField(_SHA256)
    served_on = serializers.DateField()
    served_to = serializers.CharField(max_length=200)

    def service(self) -> Service:
        return Service(**self.validated_data)


class WaiverOrder(serializers.Serializer[object]):
    reason_code = one_of(WaiverReason)
    reason = serializers.CharField(max_length=500)


class AssessmentOrder(serializers.Serializer[object]):
    """`units`: days, words and the like that the duty leaves open; a number, or a decimal as text."""

    formula = serializers.CharField(max_length=40, allow_null=True, default=None)
    units = serializers.DictField(
        child=serializers.RegexField(r"^[0-9]{1,9}(\.[0-9]{1,4})?$"), default=dict, allow_empty=True
    )
    document_sha256 = serializers.RegexField(_SHA256, default="", allow_blank=True)

    def stated(self) -> dict[str, Any]:
        fields = dict(self.validated_data)
        units = {name: int(value) if value.isdigit() else value for name, value in fields["units"].items()}
        return fields | {"units": units}


class PaymentOrder(serializers.Serializer[object]):
    performer_minor = serializers.IntegerField(min_value=0, max_value=_LARGEST)
    plan_minor = serializers.IntegerField(min_value=0, max_value=_LARGEST, default=0)
    currency = one_of(Currency)
    paid_on = serializers.DateField()
    payroll_reference = serializers.CharField(max_length=120)

    def new_payment(self) -> NewPayment:
        return NewPayment(**self.validated_data)


class ReversalOrder(serializers.Serializer[object]):
    reason = serializers.CharField(max_length=300)


class RateOrder(serializers.Serializer[object]):
    """`amount` in minor units of `currency`; of plan_percent in basis points, without a currency."""

    agreement = one_of(Agreement)
    category = serializers.CharField(max_length=40)
    kind = one_of(RateKind)
    currency = serializers.CharField(max_length=3, default="", allow_blank=True)
    amount = serializers.IntegerField(min_value=0, max_value=_LARGEST)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, default=None)
    source = serializers.CharField(max_length=300)  # type: ignore[assignment]  # a field of this name
    grade = one_of(Grade)
    document_sha256 = serializers.RegexField(_SHA256)
    performer_id = serializers.UUIDField(allow_null=True, default=None)
    production_id = serializers.UUIDField(allow_null=True, default=None)

    def new_rate(self) -> NewRate:
        fields = dict(self.validated_data)
        return NewRate(
            agreement=Agreement(fields.pop("agreement")),
            kind=RateKind(fields.pop("kind")),
            grade=Grade(fields.pop("grade")),
            **fields,
        )


class RateEndOrder(serializers.Serializer[object]):
    valid_until = serializers.DateField(help_text="The first day it holds no more.")


class HolidayOrder(serializers.Serializer[object]):
    day = serializers.DateField()
    name = serializers.CharField(max_length=120)


class CalendarOrder(serializers.Serializer[object]):
    """`federal`: add the days of 5 U.S.C. 6103 by rule, where the agreement keeps them."""

    agreement = one_of(Agreement)
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    weekend = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=7), max_length=6)
    holidays = serializers.ListField(child=HolidayOrder(), default=list, max_length=120)
    federal = serializers.BooleanField(default=False)
    time_zone = serializers.CharField(max_length=40, default="UTC")
    source = serializers.CharField(max_length=200)  # type: ignore[assignment]  # a field of this name
    document_sha256 = serializers.RegexField(_SHA256)

    def validate_holidays(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({one["day"] for one in value}) < len(value):
            raise serializers.ValidationError("One day stands there twice.")
        return value

    def new_calendar(self) -> NewCalendar:
        fields = dict(self.validated_data)
        holidays = {one["day"]: one["name"] for one in fields.pop("holidays")}
        return NewCalendar(agreement=Agreement(fields.pop("agreement")), holidays=holidays, **fields)


class StatementOrder(serializers.Serializer[object]):
    """Without a performer: the union's use and pay ledger. `period_until` is the first day after the period."""

    performer_id = serializers.UUIDField(allow_null=True, default=None)
    period_from = serializers.DateField()
    period_until = serializers.DateField()

    def asked(self) -> dict[str, date | UUID | None]:
        return dict(self.validated_data)


class UseResource(serializers.Serializer[object]):
    decision_id = serializers.UUIDField()
    effect = serializers.CharField()
    effect_id = serializers.UUIDField()
    at = serializers.DateTimeField()


class AmountResource(serializers.Serializer[object]):
    formula = serializers.CharField()
    words = serializers.CharField()
    rule_ids = serializers.ListField(child=serializers.CharField())
    edition = serializers.CharField()
    grade = serializers.CharField()
    inputs = serializers.DictField()
    rates = serializers.ListField(child=serializers.DictField())
    rounding = serializers.CharField()
    residuals = serializers.CharField()
    currency = serializers.CharField()
    amount_minor = serializers.IntegerField()
    plan_minor = serializers.IntegerField()
    posting_id = serializers.UUIDField(allow_null=True)
    assessed_at = serializers.DateTimeField()
    is_live = serializers.BooleanField()


class PaymentResource(serializers.Serializer[object]):
    posting_id = serializers.UUIDField()
    currency = serializers.CharField()
    performer_minor = serializers.IntegerField()
    plan_minor = serializers.IntegerField()
    paid_on = serializers.DateField()
    payroll_reference = serializers.CharField()
    is_live = serializers.BooleanField()


class EndResource(serializers.Serializer[object]):
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    document_sha256 = serializers.CharField()
    served_on = serializers.DateField(allow_null=True)
    served_to = serializers.CharField()
    reason_code = serializers.CharField(allow_null=True)
    reason = serializers.CharField()


class ObligationResource(serializers.Serializer[object]):
    """`due_at` null: there is no date, and `due_words` say why. `missing`: what the amount still lacks."""

    id = serializers.UUIDField()
    production_id = serializers.UUIDField(allow_null=True)
    performer_id = serializers.UUIDField(allow_null=True)
    duty = serializers.CharField()
    to = serializers.CharField()
    rule_id = serializers.CharField()
    grade = serializers.CharField()
    pack_edition = serializers.CharField()
    agreement = serializers.CharField(allow_null=True)
    state = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    due_words = serializers.CharField()
    opened_at = serializers.DateTimeField()
    decision_id = serializers.UUIDField(allow_null=True)
    note = serializers.CharField()
    units = serializers.DictField()
    formulas = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())
    due_minor = serializers.IntegerField(allow_null=True)
    uses = UseResource(many=True)
    amounts = AmountResource(many=True)
    payments = PaymentResource(many=True)
    end = EndResource(allow_null=True)


class RateResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    agreement = serializers.CharField()
    category = serializers.CharField()
    kind = serializers.CharField()
    performer_id = serializers.UUIDField(allow_null=True)
    production_id = serializers.UUIDField(allow_null=True)
    currency = serializers.CharField()
    amount = serializers.IntegerField()
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    source = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    grade = serializers.CharField()
    document_sha256 = serializers.CharField()
    entered_at = serializers.DateTimeField()
    confirmed_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    counts = serializers.BooleanField()


class HolidayResource(serializers.Serializer[object]):
    day = serializers.DateField()
    name = serializers.CharField()


class CalendarResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    agreement = serializers.CharField()
    year = serializers.IntegerField()
    weekend = serializers.ListField(child=serializers.IntegerField())
    time_zone = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # a field of this name
    document_sha256 = serializers.CharField()
    entered_at = serializers.DateTimeField()
    holidays = HolidayResource(many=True)
    is_newest = serializers.BooleanField()


class PostingLineResource(serializers.Serializer[object]):
    account = serializers.CharField()
    performer_id = serializers.UUIDField(allow_null=True)
    currency = serializers.CharField()
    debit_minor = serializers.IntegerField()
    credit_minor = serializers.IntegerField()


class PostingResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    obligation_id = serializers.UUIDField()
    reverses_id = serializers.UUIDField(allow_null=True)
    is_reversed = serializers.BooleanField()
    reason = serializers.CharField()
    content_sha256 = serializers.CharField()
    posted_at = serializers.DateTimeField()
    lines = PostingLineResource(many=True)


class BalanceResource(serializers.Serializer[object]):
    account = serializers.CharField()
    performer_id = serializers.UUIDField(allow_null=True)
    currency = serializers.CharField()
    debit_minor = serializers.IntegerField()
    credit_minor = serializers.IntegerField()


class StatementResource(serializers.Serializer[object]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    performer_id = serializers.UUIDField(allow_null=True)
    period_from = serializers.DateField()
    period_until = serializers.DateField()
    sha256 = serializers.CharField()
    issued_at = serializers.DateTimeField()
