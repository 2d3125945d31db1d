"""The form that corrects what rules read of a production; it is filled with what the production says."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django import forms
from django.http import QueryDict

from productions.queries import ProductionFacts
from productions.values import FACTS, AgreementCode, Buyer, ChangeReason, Correction, ProductionKind
from web.templatetags.words import capital, words

_UNKNOWN = ("", "Not stated")
_REASONS = {
    ChangeReason.HAPPENED: "It became so",
    ChangeReason.LEARNED: "We learned it",
    ChangeReason.ENTERED_WRONGLY: "It was entered wrongly",
}


def _word(label: str, members: type[StrEnum], none: str) -> forms.TypedChoiceField:
    spelt = [(one.value, none if one.value == "none" else capital(words(one.value))) for one in members]
    return forms.TypedChoiceField(
        label=label, required=False, choices=[_UNKNOWN, *spelt], coerce=members, empty_value=None
    )


def _day(label: str, help_text: str = "") -> forms.DateField:
    # Browsers read a day in this spelling alone: in another one they would show none, and sending it would erase it.
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, help_text=help_text)


def _yes_or_no(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[_UNKNOWN, ("yes", "Yes"), ("no", "No")],
        coerce=lambda word: word == "yes",
        empty_value=None,
    )


class CorrectionForm(forms.Form):
    """What is left as it is does not change. `confirmed`: how many takes whoever sends it was told of."""

    kind = forms.TypedChoiceField(
        choices=[(one.value, capital(words(one.value))) for one in ProductionKind], coerce=ProductionKind
    )
    agreement = _word("Collective agreement and edition", AgreementCode, "None: made under no agreement")
    principal_photography_start = _day("Principal photography starts")
    production_start = _day("Production starts")
    governing_law = forms.CharField(
        max_length=8, required=False, empty_value=None, help_text="A territory, for example US-CA."
    )
    buyer = _word("Buyer", Buyer, "No buyer yet")
    award_campaign = _yes_or_no("Award campaign planned?")
    writers_guild_covered = _yes_or_no("Written under a Writers Guild agreement?")
    reason = forms.TypedChoiceField(
        label="Why it changes",
        choices=[("", "Choose"), *((one.value, text) for one, text in _REASONS.items())],
        coerce=ChangeReason,
    )
    because = forms.CharField(
        label="In words",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What happened, or who made which mistake. Members read it; the log does not have it.",
    )
    true_since = _day("True since", "Empty: nobody has said.")
    document_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        label="Paper",
        help_text="SHA-256 of the paper that shows it: a call sheet, the contract, a letter of the union.",
        error_messages={"invalid": "64 hexadecimal digits in lower case."},
    )
    confirmed = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, data: Any, facts: ProductionFacts) -> None:  # noqa: ANN401 - Django's
        said = {name: getattr(facts, name) for name in FACTS}
        words_of = {True: "yes", False: "no"}
        super().__init__(
            data,
            initial={
                name: words_of[value] if isinstance(value, bool) else value for name, value in said.items()
            },
        )

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        groups = {
            "What the rules read": FACTS,
            "Why": ("reason", "because", "true_since", "document_sha256"),
        }
        return [(legend, [self[name] for name in names]) for legend, names in groups.items()]

    def tell(self, number: int) -> None:
        """Show the form again with how many takes whoever sends it has been told of."""
        said = QueryDict(mutable=True)
        said.update(self.data)
        said["confirmed"] = str(number)
        self.data = said

    def correction(self) -> Correction:
        said = self.cleaned_data
        return Correction(
            facts={name: said[name] for name in FACTS},
            reason=said["reason"],
            because=said["because"],
            true_since=said["true_since"],
            document_sha256=said["document_sha256"],
        )
