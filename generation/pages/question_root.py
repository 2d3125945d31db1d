"""What every question beside takes has in common, as a form. Nothing is chosen beforehand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, TypeAlias
from uuid import UUID

from django import forms

from generation.model_queries import ModelCard
from generation.pages.forms import codes
from licensing.performer_cards import PerformerCard
from licensing.questions import QuestionKind
from licensing.stating import Stated
from licensing.values import CastMember, ModelStatement, OutputStatus, Stage, SyntheticRole, UseOrder
from productions.queries import ProductionCard
from web.templatetags.words import capital, words

_Event: TypeAlias = "datetime | Literal[False] | None"
_MOMENT = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
_NO_MODEL = ModelStatement(
    name="",
    version="",
    on_file=None,
    terms_changed=None,
    talent_enhancement=None,
    unowned_training_data=None,
    trained_for_project=None,
    on_market_since=None,
)


def choice(label: str, members: Iterable[StrEnum], *, help_text: str = "") -> forms.ChoiceField:
    offered = [("", "Choose"), *((one.value, capital(words(one.value))) for one in members)]
    return forms.ChoiceField(label=label, choices=offered, help_text=help_text)


def perhaps(label: str, members: Iterable[StrEnum], *, help_text: str = "") -> forms.TypedChoiceField:
    offered = [("", "Not stated"), *((one.value, capital(words(one.value))) for one in members)]
    return forms.TypedChoiceField(
        label=label, choices=offered, required=False, empty_value=None, help_text=help_text
    )


def event(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        required=False,
        choices=[("", "Not stated"), ("no", "Not so far"), ("yes", "Yes, at the time below")],
    )


def when(label: str, help_text: str = "In UTC.") -> forms.DateTimeField:
    return forms.DateTimeField(label=label, required=False, widget=_MOMENT, help_text=help_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What there is to choose from."""

    productions: tuple[ProductionCard, ...]
    performers: tuple[PerformerCard, ...]
    models: tuple[ModelCard, ...]


class QuestionForm(forms.Form):
    """Root of the forms. `events` are the facts that have a time of their own beside them."""

    kind: QuestionKind
    heading = ""
    groups: dict[str, tuple[str, ...]] = {}
    events: tuple[str, ...] = ()

    production = forms.TypedChoiceField(coerce=UUID)
    about = forms.CharField(max_length=1_000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, data: Any, offered: Offered, initial: dict[str, Any]) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, initial=initial)
        self._offer("production", "Choose", ((one.id, one.title) for one in offered.productions))
        self._offer("performer", "Choose", ((one.id, one.professional_name) for one in offered.performers))
        self._offer("model", "None named", ((one.id, f"{one.name} {one.version}") for one in offered.models))

    def _offer(self, name: str, none: str, choices: Iterable[tuple[object, str]]) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", none), *((str(one), text) for one, text in choices)]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        whole = {"What is asked": ("production", "about"), **self.groups}
        return [(legend, [self[name] for name in names]) for legend, names in whole.items()]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        for name in self.events:
            answer, when = said.get(name), said.get(f"{name}_when")
            if answer == "yes" and when is None and f"{name}_when" not in self.errors:
                self.add_error(f"{name}_when", "Say when, or leave it at “not stated”.")
            elif answer != "yes" and when is not None:
                self.add_error(name, "A time is given: say yes, or leave the time empty.")
        return said

    def event(self, name: str) -> _Event:
        said = self.cleaned_data
        when: datetime | None = said[f"{name}_when"]
        return {"yes": when, "no": False}.get(said[name])

    def order(self, organisation_id: UUID, *, model: ModelStatement | None, at: datetime) -> UseOrder:
        """The question behind a valid form."""
        said = self.cleaned_data
        sensitive = said.get("sensitive") or ()
        return UseOrder(
            organisation_id=organisation_id,
            production_id=said["production"],
            shot_id=None,
            use=self.asked_use(),
            stage=Stage.GENERATE,
            purpose=self.asked_purpose(),
            output_status=OutputStatus.TEMP,
            media=(),
            territories=codes(said.get("territories") or ""),
            languages=(),
            scenes=codes(said.get("scenes") or ""),
            synthetic_role=SyntheticRole.NONE,
            photoreal=None,
            sensitive=tuple(sensitive) if sensitive or said.get("nothing_sensitive") else None,
            replaces_in_person_work=said.get("replaces_in_person_work"),
            prompt=said["about"],
            negative_prompt="",
            cast=self.asked_cast(),
            model=model or _NO_MODEL,
            requested_at=at,
            stated=self.stated(),
        )

    def asked_use(self) -> str:
        raise NotImplementedError

    def asked_purpose(self) -> str:
        return str(self.cleaned_data["purpose"])

    def asked_cast(self) -> tuple[CastMember, ...]:
        said = self.cleaned_data
        if not said.get("performer"):
            return ()
        return (CastMember(performer_id=said["performer"], replica_type=said["replica_type"]),)

    def stated(self) -> Stated | None:
        raise NotImplementedError
