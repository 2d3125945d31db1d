"""Forms about what is owed. Amounts are entered as on the sheet, 1283.00, and kept in minor units."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from licensing.operations.ledger import NewPayment
from licensing.operations.obligations import NewObligation, Service
from licensing.operations.rates import NewCalendar, NewRate
from licensing.owed.clocks import clocks
from licensing.owed.formulas import FORMULAS
from licensing.owed.values import ANY_CATEGORY, Currency, Grade, RateKind, WaiverReason
from licensing.owed_cards import ObligationCard
from licensing.performer_cards import PerformerCard
from licensing.values import Agreement, PerformerCategory
from productions.queries import ProductionCard
from web.templatetags.words import capital, words

_NOBODY = ("", "Nobody in particular")
_BASIS_POINTS = 100


_CHOOSE = ("", "Choose")


def _choices(members: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, capital(words(one.value))) for one in members]


def _day(label: str, *, required: bool = True, help_text: str = "") -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _digest(label: str = "SHA-256 of the paper") -> forms.RegexField:
    return forms.RegexField(regex=r"^[0-9a-f]{64}$", label=label, help_text="64 digits, lower case.")


def _minor(amount: Decimal, currency: str) -> int:
    return int(amount.scaleb(Currency(currency).digits if currency else 2))


class RateForm(forms.Form):
    agreement = forms.ChoiceField(choices=[_CHOOSE, *_choices(Agreement)])
    category = forms.ChoiceField(
        choices=[_CHOOSE, (ANY_CATEGORY, "Any category"), *_choices(PerformerCategory)]
    )
    kind = forms.ChoiceField(label="What it is", choices=[_CHOOSE, *_choices(RateKind)])
    amount = forms.DecimalField(
        min_value=0,
        max_value=100_000_000,
        decimal_places=2,
        help_text="As on the sheet, such as 1283.00; of a plan percentage the percent.",
    )
    currency = forms.ChoiceField(
        choices=[("", "None: a percentage"), *((one.value, one.value) for one in Currency)], required=False
    )
    valid_from = _day("Holds from")
    valid_until = _day("Holds until", required=False, help_text="The first day it no longer holds.")
    performer = forms.UUIDField(
        label="Of one performer", required=False, help_text="For a contract day or a bargained amount."
    )
    production = forms.UUIDField(label="Of one production", required=False)
    source = forms.CharField(max_length=300, help_text="Which sheet, which page.")
    grade = forms.ChoiceField(
        choices=[
            _CHOOSE,
            ("A", "A: the sheet itself was read"),
            ("B", "B: quoted by another"),
            ("C", "C"),
            ("D", "D"),
        ]
    )
    document_sha256 = _digest("SHA-256 of the sheet")

    def offer(self, performers: Iterable[PerformerCard], productions: Iterable[ProductionCard]) -> None:
        people = [_NOBODY, *((str(one.id), one.professional_name) for one in performers)]
        films = [("", "No production in particular"), *((str(one.id), one.title) for one in productions)]
        self.fields["performer"].widget = forms.Select(choices=people)
        self.fields["production"].widget = forms.Select(choices=films)

    def new_rate(self) -> NewRate:
        fields = self.cleaned_data
        kind = RateKind(fields["kind"])
        amount = fields["amount"]
        return NewRate(
            agreement=Agreement(fields["agreement"]),
            category=fields["category"],
            kind=kind,
            currency=fields["currency"],
            amount=int(amount * _BASIS_POINTS) if kind.is_percent else _minor(amount, fields["currency"]),
            valid_from=fields["valid_from"],
            valid_until=fields["valid_until"],
            source=fields["source"],
            grade=Grade(fields["grade"]),
            document_sha256=fields["document_sha256"],
            performer_id=fields["performer"],
            production_id=fields["production"],
        )


class CalendarForm(forms.Form):
    agreement = forms.ChoiceField(choices=[_CHOOSE, *_choices(Agreement)])
    year = forms.IntegerField(min_value=2000, max_value=2100)
    saturday_and_sunday = forms.BooleanField(
        label="Saturday and Sunday are free", required=False, initial=True
    )
    federal = forms.BooleanField(
        label="It keeps the United States federal holidays",
        required=False,
        help_text="Computed by rule: 5 U.S.C. 6103. Only where the agreement says so.",
    )
    holidays = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        label="Other holidays",
        help_text="One a line: 2026-12-24 Studio closed",
    )
    time_zone = forms.CharField(
        max_length=40, initial="America/Los_Angeles", help_text="Where the last day ends."
    )
    source = forms.CharField(max_length=200, help_text="Where the agreement says so.")
    document_sha256 = _digest()

    def clean_holidays(self) -> dict[date, str]:
        days: dict[date, str] = {}
        for line in filter(None, map(str.strip, self.cleaned_data["holidays"].splitlines())):
            text, _, name = line.partition(" ")
            try:
                day = date.fromisoformat(text)
            except ValueError as error:
                raise forms.ValidationError(f"“{line}” does not begin with a day.") from error
            if day in days or not name.strip():
                raise forms.ValidationError(f"“{line}” stands there twice or has no name.")
            days[day] = name.strip()[:120]
        return days

    def new_calendar(self) -> NewCalendar:
        fields = self.cleaned_data
        return NewCalendar(
            agreement=Agreement(fields["agreement"]),
            year=fields["year"],
            weekend=(6, 7) if fields["saturday_and_sunday"] else (),
            holidays=fields["holidays"],
            source=fields["source"],
            document_sha256=fields["document_sha256"],
            time_zone=fields["time_zone"],
            federal=fields["federal"],
        )


class ClockForm(forms.Form):
    clock = forms.ChoiceField(label="Which duty")
    since = _day("Counted from", help_text="The day of the event, in UTC.")
    production = forms.UUIDField(label="Of one production", required=False)
    performer = forms.UUIDField(label="Owed to a performer", required=False)
    note = forms.CharField(max_length=300, required=False)

    def offer(self, performers: Iterable[PerformerCard], productions: Iterable[ProductionCard]) -> None:
        people = [("", "Owed to the Union"), *((str(one.id), one.professional_name) for one in performers)]
        films = [("", "No production in particular"), *((str(one.id), one.title) for one in productions)]
        rows = [
            _CHOOSE,
            *((one.id, f"{one.rule}: {capital(words(one.duty))}, {one.words}") for one in clocks().values()),
        ]
        self.fields["clock"].widget = forms.Select(choices=rows)
        self.fields["clock"] = forms.ChoiceField(label="Which duty", choices=rows)
        self.fields["performer"].widget = forms.Select(choices=people)
        self.fields["production"].widget = forms.Select(choices=films)

    def new_obligation(self) -> NewObligation:
        fields = self.cleaned_data
        return NewObligation(
            clock=fields["clock"],
            since=datetime.combine(fields["since"], time.min, ZoneInfo("UTC")),
            performer_id=fields["performer"],
            production_id=fields["production"],
            note=fields["note"],
        )


class ServiceForm(forms.Form):
    served_on = _day("Done on")
    served_to = forms.CharField(max_length=200, label="Who received it")
    document_sha256 = _digest("SHA-256 of the paper that proves it")

    def service(self) -> Service:
        return Service(**self.cleaned_data)


class WaiverForm(forms.Form):
    reason_code = forms.ChoiceField(label="Why nothing is owed", choices=[_CHOOSE, *_choices(WaiverReason)])
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 2}), label="In a sentence")


class PaymentForm(forms.Form):
    performer = forms.DecimalField(
        min_value=0, max_value=100_000_000, decimal_places=2, label="To the performer"
    )
    plan = forms.DecimalField(
        min_value=0, max_value=100_000_000, decimal_places=2, label="To the plan", initial=0
    )
    paid_on = _day("Paid on")
    payroll_reference = forms.CharField(max_length=120)

    def new_payment(self, currency: str) -> NewPayment:
        fields = self.cleaned_data
        return NewPayment(
            performer_minor=_minor(fields["performer"], currency),
            plan_minor=_minor(fields["plan"], currency),
            currency=currency,
            paid_on=fields["paid_on"],
            payroll_reference=fields["payroll_reference"],
        )


class AssessmentForm(forms.Form):
    """Made for one obligation: its formulas, and the units that each of them takes."""

    def __init__(self, card: ObligationCard, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        if len(card.formulas) > 1:
            self.fields["formula"] = forms.ChoiceField(
                choices=[_CHOOSE, *((one, FORMULAS[one].words) for one in card.formulas)],
                label="Which formula holds",
            )
        names = {name for one in card.formulas for name in (*FORMULAS[one].units, *FORMULAS[one].figures)}
        for name in sorted(names):
            self.fields[f"unit_{name}"] = forms.RegexField(
                regex=r"^[0-9]{1,9}(\.[0-9]{1,4})?$",
                label=capital(words(name)),
                required=False,
                initial=card.units.get(name),
                help_text="Empty: as the duty says.",
            )
        self.fields["document_sha256"] = forms.RegexField(
            regex=r"^[0-9a-f]{64}$", label="SHA-256 of the paper", required=False
        )

    def stated(self) -> dict[str, Any]:
        fields = self.cleaned_data
        units = {
            name.removeprefix("unit_"): value
            for name, value in fields.items()
            if name.startswith("unit_") and value
        }
        return {
            "formula": fields.get("formula"),
            "units": {name: int(value) if value.isdigit() else value for name, value in units.items()},
            "document_sha256": fields["document_sha256"],
        }


class ReversalForm(forms.Form):
    reason = forms.CharField(max_length=300, label="Why it is reversed")


class StatementForm(forms.Form):
    performer = forms.UUIDField(required=False, label="For whom")
    period_from = _day("From")
    period_until = _day("Until", help_text="The first day after the period.")

    def offer(self, performers: Iterable[PerformerCard]) -> None:
        people = [
            ("", "The union: every performer"),
            *((str(one.id), one.professional_name) for one in performers),
        ]
        self.fields["performer"].widget = forms.Select(choices=people)
