from __future__ import annotations

from enum import StrEnum

from django import forms
from django.core.validators import RegexValidator

from productions.values import (
    CODE_PATTERN,
    TERRITORY_PATTERN,
    AgreementCode,
    Buyer,
    NewProduction,
    NewShot,
    ProductionKind,
)
from web.templatetags.words import capital, words

_code = RegexValidator(CODE_PATTERN, "Letters, digits, dots, hyphens and underscores only.")
_territory = RegexValidator(TERRITORY_PATTERN, "A territory such as US, US-CA, DE, EU or WORLD.")

NOT_STATED = ("", "Not stated")


def _choices(members: type[StrEnum], *, none: str | None = None) -> list[tuple[str, str]]:
    spelt = [
        (one.value, none if none and one.value == "none" else capital(words(one.value))) for one in members
    ]
    return [NOT_STATED, *spelt]


def _yes_or_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[NOT_STATED, ("yes", "Yes"), ("no", "No")],
        coerce=lambda word: word == "yes",
        empty_value=None,
    )


class ProductionForm(forms.Form):
    title = forms.CharField(max_length=200)
    project_code = forms.CharField(
        max_length=40, validators=[_code], help_text="Your own short code for it, for example NW-01."
    )
    slug = forms.SlugField(
        max_length=60,
        label="Address",
        help_text="Short and in lower case; it stands in links.",
        error_messages={"invalid": "Letters, digits, hyphens and underscores only."},
    )
    kind = forms.ChoiceField(choices=_choices(ProductionKind))
    agreement = forms.TypedChoiceField(
        label="Collective agreement",
        required=False,
        choices=_choices(AgreementCode, none="None: made under no agreement"),
        coerce=AgreementCode,
        empty_value=None,
        help_text="Leave it at “not stated” if you do not know: the rules then ask, they never guess.",
    )
    principal_photography_start = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    production_start = forms.DateField(
        required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    governing_law = forms.CharField(
        max_length=8,
        required=False,
        empty_value=None,
        validators=[_territory],
        help_text="A territory, for example US-CA.",
    )
    buyer = forms.TypedChoiceField(
        required=False, choices=_choices(Buyer, none="No buyer yet"), coerce=Buyer, empty_value=None
    )
    award_campaign = _yes_or_no("Award campaign planned?")
    writers_guild_covered = _yes_or_no("Written under a Writers Guild agreement?")

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        groups = {
            "The work": ["title", "project_code", "slug", "kind"],
            "What the rules read": [
                "agreement",
                "governing_law",
                "principal_photography_start",
                "production_start",
                "buyer",
                "award_campaign",
                "writers_guild_covered",
            ],
        }
        return [(legend, [self[name] for name in names]) for legend, names in groups.items()]

    def new_production(self) -> NewProduction:
        fields = self.cleaned_data
        return NewProduction(**{**fields, "kind": ProductionKind(fields["kind"])})


class SequenceForm(forms.Form):
    code = forms.CharField(label="Sequence code", max_length=40, validators=[_code])


class ShotForm(forms.Form):
    code = forms.CharField(label="Shot code", max_length=40, validators=[_code])
    scene = forms.CharField(
        max_length=80,
        required=False,
        empty_value=None,
        help_text="The scene of the script. Consents name scenes: without it nothing can be cleared for one.",
    )
    description = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}), help_text="What is seen."
    )

    def new_shot(self) -> NewShot:
        return NewShot(**self.cleaned_data)


class CharacterForm(forms.Form):
    name = forms.CharField(label="Character's name", max_length=120)
