"""Forms that narrow a report, and schedule one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms

from licensing.performer_cards import PerformerCard
from licensing.reporting.definition import Narrowing, ReportDefinition, Scope
from licensing.reporting.schedules import NewSchedule
from licensing.reporting.words import Cadence, Covers
from licensing.review_cards import PersonCard
from licensing.values import Agreement
from productions.queries import ProductionCard
from web.templatetags.words import capital, words

_CADENCES = {
    Cadence.DAILY: "Every day, of the day before",
    Cadence.WEEKLY: "Every Monday, of the week before",
    Cadence.MONTHLY: "Every month, of the month before",
    Cadence.SEMI_ANNUAL: "Every half-year, of the half before",
}
_COVERS = {Covers.PERIOD: "That period alone", Covers.EVERYTHING: "Everything on record by then"}


class ScopeForm(forms.Form):
    """What a report may be narrowed by; fields that this report does not take are left out."""

    productions = forms.MultipleChoiceField(
        label="Productions", required=False, help_text="None chosen: all of them."
    )
    performer = forms.ChoiceField(required=False)
    agreement = forms.ChoiceField(
        required=False,
        choices=[("", "Any agreement"), *((one.value, words(one.value)) for one in Agreement)],
    )
    period_from = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="In UTC."
    )
    period_until = forms.DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The first day after it.",
    )

    def offer(
        self,
        definition: ReportDefinition,
        productions: Iterable[ProductionCard],
        people: Iterable[PerformerCard],
    ) -> None:
        """Offer what there is to choose from."""
        titles = [(str(one.id), one.title) for one in productions]
        names = [(str(one.id), one.professional_name) for one in people]
        self._choices("productions").choices = titles
        self._choices("performer").choices = [("", "Anybody"), *names]
        fields = {
            Narrowing.PRODUCTION: ("productions",),
            Narrowing.PERFORMER: ("performer",),
            Narrowing.AGREEMENT: ("agreement",),
            Narrowing.PERIOD: ("period_from", "period_until"),
        }
        for narrowing, of_it in fields.items():
            for name in of_it:
                if narrowing not in definition.narrowings:
                    self.fields.pop(name, None)

    def scope(self) -> Scope:
        said = self.cleaned_data
        performer = said.get("performer")
        return Scope(
            production_ids=tuple(UUID(one) for one in said.get("productions") or ()),
            performer_id=UUID(performer) if performer else None,
            agreement=said.get("agreement") or None,
            period_from=said.get("period_from"),
            period_until=said.get("period_until"),
        )

    def _choices(self, name: str) -> forms.ChoiceField:
        field = self.fields[name]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError(f"{name} offers nothing to choose from.")
        return field


class ScheduleForm(ScopeForm):
    """A report to be made again and again; its cadence is its period."""

    cadence = forms.ChoiceField(
        label="Made", choices=[(one.value, said) for one, said in _CADENCES.items()], initial=Cadence.MONTHLY
    )
    covers = forms.ChoiceField(label="Of", choices=[(one.value, said) for one, said in _COVERS.items()])
    told = forms.MultipleChoiceField(
        label="Also for",
        required=False,
        help_text="It stands on their list too. Whoever is named must be allowed to have it.",
    )

    def offer_members(self, members: Iterable[PersonCard]) -> None:
        for name in ("period_from", "period_until"):
            self.fields.pop(name, None)
        self._choices("told").choices = [(str(one.id), capital(one.name)) for one in members]

    def new_schedule(self, code: str) -> NewSchedule:
        said = self.cleaned_data
        return NewSchedule(
            code=code,
            scope=self.scope(),
            cadence=Cadence(said["cadence"]),
            covers=Covers(said["covers"]),
            told=tuple(UUID(one) for one in said["told"]),
        )
