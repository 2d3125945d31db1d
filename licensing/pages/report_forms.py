"""Forms that narrow a report, and schedule one."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms

from licensing.performer_cards import PerformerCard
from licensing.reporting.definition import Narrowing, ReportDefinition, Scope
from licensing.reporting.recording import FindingCard, NewFinding, NewTrainingLicence, TrainingLicenceCard
from licensing.reporting.schedules import NewSchedule
from licensing.reporting.words import Cadence, Covers, FindingKind, FindingState, TrainingUnion
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
        label="From",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="In UTC.",
    )
    period_until = forms.DateField(
        label="Until",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
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


_CHOOSE = ("", "Choose")
_NOBODY_SAID = [("", "Nobody has said"), ("yes", "Yes"), ("no", "No")]


def _day(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )


def _said(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=_NOBODY_SAID, required=False)


class _RecordForm(forms.Form):
    """What may be a newer state of something entered before."""

    production = forms.ChoiceField(required=False)
    supersedes = forms.ChoiceField(
        label="A newer state of", required=False, help_text="The state before stays on record."
    )

    def offer(self, productions: Iterable[ProductionCard], before: Iterable[tuple[UUID, str]]) -> None:
        for name, none, offered in (
            ("production", "No production in particular", [(one.id, one.title) for one in productions]),
            ("supersedes", "Nothing: it is new", list(before)),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", none), *((str(one), text) for one, text in offered)]

    def chosen(self, name: str) -> UUID | None:
        value = self.cleaned_data[name]
        return UUID(value) if value else None


class FindingForm(_RecordForm):
    field_order = ["kind", "text", "found_by", "found_on", "state", "production", "performer", "supersedes"]

    kind = forms.ChoiceField(
        label="What it is",
        choices=[_CHOOSE, *((one.value, capital(words(one.value))) for one in FindingKind)],
    )
    text = forms.CharField(label="In words", widget=forms.Textarea(attrs={"rows": 4}))
    found_by = forms.CharField(label="Found or done by", max_length=200)
    found_on = _day("On")
    state = forms.ChoiceField(
        choices=[_CHOOSE, *((one.value, capital(words(one.value))) for one in FindingState)]
    )
    performer = forms.ChoiceField(required=False)

    def offer_people(self, people: Iterable[PerformerCard]) -> None:
        field = self.fields["performer"]
        if isinstance(field, forms.ChoiceField):
            names = [(str(one.id), one.professional_name) for one in people]
            field.choices = [("", "Nobody in particular"), *names]

    def finding(self) -> NewFinding:
        said = self.cleaned_data
        return NewFinding(
            kind=FindingKind(said["kind"]),
            state=FindingState(said["state"]),
            found_by=said["found_by"],
            found_on=said["found_on"],
            text=said["text"],
            production_id=self.chosen("production"),
            performer_id=self.chosen("performer"),
            supersedes=self.chosen("supersedes"),
        )


class TrainingLicenceForm(_RecordForm):
    field_order = ["material", "licensee", "union"]

    material = forms.CharField(max_length=500)
    licensee = forms.CharField(max_length=200)
    union = forms.ChoiceField(choices=[_CHOOSE, *((one.value, words(one.value)) for one in TrainingUnion)])
    affiliated = _said("Licensee affiliated")
    public_commercial = _said("Public commercial system")
    for_pay = _said("For pay")
    noticed_on = _day("Union told on", required=False)
    notice_sha256 = forms.RegexField(
        regex=r"^[0-9a-f]{64}$", label="SHA-256 of what shows it", required=False
    )
    meeting = forms.CharField(max_length=500, required=False)
    outcome = forms.CharField(max_length=500, required=False)

    def licence(self) -> NewTrainingLicence:
        said = self.cleaned_data
        return NewTrainingLicence(
            union=TrainingUnion(said["union"]),
            material=said["material"],
            licensee=said["licensee"],
            production_id=self.chosen("production"),
            affiliated=self._fact("affiliated"),
            public_commercial=self._fact("public_commercial"),
            for_pay=self._fact("for_pay"),
            noticed_on=said["noticed_on"],
            notice_sha256=said["notice_sha256"],
            meeting=said["meeting"],
            outcome=said["outcome"],
            supersedes=self.chosen("supersedes"),
        )

    def _fact(self, name: str) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data[name])


def findings_before(cards: Iterable[FindingCard]) -> list[tuple[UUID, str]]:
    return [(one.id, f"{words(one.kind)} of {one.found_on}: {one.text[:60]}") for one in cards]


def licences_before(cards: Iterable[TrainingLicenceCard]) -> list[tuple[UUID, str]]:
    return [(one.id, f"{one.material[:60]} to {one.licensee}") for one in cards]
