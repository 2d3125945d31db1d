"""What may be supposed on the page: one form for each kind of event. Answers come in the address, to be passed on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms

from core import clock
from generation.foresight.supposing import supposed
from generation.foresight.values import WhatIf
from licensing.names import ConsentStatus
from licensing.operations.house_packs import HousePackCard as PackChoice
from licensing.owed.values import ANY_CATEGORY, Currency, RateKind
from licensing.performer_cards import ConsentCard, PerformerCard
from licensing.values import Agreement, PerformerCategory
from productions.queries import ProductionCard
from web.templatetags.words import capital, words


def _choices(members: type[StrEnum]) -> list[tuple[str, str]]:
    return [(one.value, capital(words(one.value))) for one in members]


class SupposedForm(forms.Form):
    """Root of the forms: which production, and the day it happens. An empty day is now."""

    kind = ""
    production = forms.TypedChoiceField(
        label="Look at", coerce=UUID, empty_value=None, required=False, choices=()
    )
    day = forms.DateField(
        label="On",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="The beginning of that day, by UTC. Empty: now.",
    )

    def offer(self, productions: Iterable[ProductionCard]) -> None:
        self.fields["production"].choices = [  # type: ignore[attr-defined]  # of the field above
            ("", "All productions"),
            *((str(one.id), one.title) for one in productions),
        ]

    def what_if(self) -> WhatIf:
        fields = dict(self.cleaned_data)
        return supposed({"kind": self.kind, "at": self._at(fields.pop("day")), **self._event(fields)})

    def _event(self, fields: dict[str, Any]) -> dict[str, Any]:
        return fields

    def _at(self, day: Any) -> datetime | None:  # noqa: ANN401 - a date or nothing
        if day is None or day == clock.now().astimezone(UTC).date():
            return None
        return datetime.combine(day, time.min, UTC)


class ConsentForm(SupposedForm):
    kind = "consent_ends"
    consent = forms.TypedChoiceField(label="The consent", coerce=UUID, choices=())
    field_order = ("consent", "day", "production")

    def offer_consents(
        self, consents: Iterable[ConsentCard], people: Iterable[PerformerCard], titles: dict[UUID, str]
    ) -> None:
        names = {one.id: one.professional_name for one in people}
        self.fields["consent"].choices = sorted(  # type: ignore[attr-defined]  # as above
            (
                (
                    str(one.id),
                    f"{names[one.performer_id]}: {words(one.replica_type)}, {titles[one.production_id]}",
                )
                for one in consents
                if one.status == ConsentStatus.ACTIVE and one.performer_id in names
            ),
            key=lambda pair: pair[1],
        )


class StrikeForm(SupposedForm):
    kind = "strike_starts"
    agreement = forms.ChoiceField(choices=[one for one in _choices(Agreement) if one[0] != Agreement.NONE])
    begins = forms.ChoiceField(label="The strike", choices=[("yes", "starts"), ("no", "ends")])
    field_order = ("agreement", "begins", "day", "production")

    def _event(self, fields: dict[str, Any]) -> dict[str, Any]:
        ends = fields.pop("begins") == "no"
        return {**fields, **({"kind": "strike_ends"} if ends else {})}


class PackForm(SupposedForm):
    kind = "house_pack_in_force"
    pack = forms.TypedChoiceField(label="The pack", coerce=UUID, choices=())
    field_order = ("pack", "day", "production")

    def offer_packs(self, packs: Iterable[PackChoice]) -> None:
        self.fields["pack"].choices = [  # type: ignore[attr-defined]  # as above
            (str(one.id), f"{one.name}, edition {one.edition}: {', '.join(one.rules)}") for one in packs
        ]


class DayForm(SupposedForm):
    kind = "time_passes"
    field_order = ("day", "production")

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - a form's
        super().__init__(*args, **kwargs)
        self.fields["day"].required = True
        self.fields["day"].help_text = "The beginning of that day, by UTC."


class RateForm(SupposedForm):
    kind = "rate_changes"
    agreement = forms.ChoiceField(choices=[one for one in _choices(Agreement) if one[0] != Agreement.NONE])
    category = forms.ChoiceField(choices=[(ANY_CATEGORY, "Any category"), *_choices(PerformerCategory)])
    rate_kind = forms.ChoiceField(label="What it is", choices=_choices(RateKind))
    amount = forms.DecimalField(
        min_value=0,
        max_value=100_000_000,
        decimal_places=2,
        help_text="As on the sheet, such as 1283.00; of a plan percentage the percent.",
    )
    currency = forms.ChoiceField(
        choices=[("", "None: a percentage"), *((one.value, one.value) for one in Currency)], required=False
    )
    valid_from = forms.DateField(
        label="Holds from", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    performer = forms.TypedChoiceField(
        label="Of one performer", coerce=UUID, empty_value=None, required=False, choices=()
    )
    day = None  # type: ignore[assignment]  # Django's way to leave a field out
    production = None  # type: ignore[assignment]  # as above

    def offer(self, productions: Iterable[ProductionCard]) -> None:
        """Money is looked at whole."""

    def offer_people(self, people: Iterable[PerformerCard]) -> None:
        self.fields["performer"].choices = [  # type: ignore[attr-defined]  # as above
            ("", "Nobody in particular"),
            *((str(one.id), one.professional_name) for one in people),
        ]

    def what_if(self) -> WhatIf:
        fields = dict(self.cleaned_data)
        currency = fields["currency"]
        digits = Currency(currency).digits if currency else 2
        fields["amount"] = int(fields["amount"].scaleb(digits))
        return supposed({"kind": self.kind, **fields})


FORMS: dict[str, type[SupposedForm]] = {
    "consent": ConsentForm,
    "strike": StrikeForm,
    "pack": PackForm,
    "day": DayForm,
    "rate": RateForm,
}
