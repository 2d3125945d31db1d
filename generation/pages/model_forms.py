"""What is on file about a model, as a form: it opens with what stands now, so that only what changes is touched."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from generation.model_facts import LONGEST, LONGEST_PROJECT, ModelFacts
from generation.model_queries import ModelCard
from generation.operations.model_clearances import LONGEST_REASON
from generation.pages.stated_fields import yes_or_no
from licensing.values import VendorPaper
from productions.queries import ProductionCard
from web.templatetags.words import capital, words

_NONE, _ONE = "none", "one"
_EVERY = "all"


class ClearanceForm(forms.Form):
    """What legal says of a model. Nothing is chosen beforehand."""

    production = forms.ChoiceField(label="For")
    is_cleared = forms.TypedChoiceField(
        label="The model",
        choices=[("yes", "May be used"), ("no", "May not be used, or no longer")],
        coerce=lambda word: word == "yes",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What was read and decided: terms, indemnity, conditions. It stands in the record.",
    )

    def __init__(self, *args: Any, productions: Iterable[ProductionCard], **kwargs: Any) -> None:  # noqa: ANN401 - Django's own
        super().__init__(*args, **kwargs)
        field = self.fields["production"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", "Choose"),
                (_EVERY, "Every production of which nothing else is said"),
                *((str(one.id), one.title) for one in productions),
            ]

    def said(self) -> dict[str, Any]:
        """The arguments of `clear_model` beside the model and who says so."""
        where = self.cleaned_data["production"]
        return {
            "production_id": None if where == _EVERY else UUID(where),
            "is_cleared": self.cleaned_data["is_cleared"],
            "reason": self.cleaned_data["reason"],
        }


class ModelForm(forms.Form):
    vendor = forms.CharField(
        required=False, max_length=LONGEST["vendor"], help_text="Who made or sells it. Empty: not recorded."
    )
    licence = forms.CharField(required=False, max_length=LONGEST["licence"])
    licence_tier = forms.CharField(
        required=False, max_length=LONGEST["licence_tier"], help_text="The vendor's own, where it has tiers."
    )
    terms_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$",
        required=False,
        label="Terms as they were kept",
        help_text="SHA-256 of the dated copy of the vendor's terms.",
    )
    region = forms.CharField(required=False, max_length=LONGEST["region"], label="Where it runs")
    data_statement = forms.CharField(
        required=False,
        max_length=LONGEST["data_statement"],
        label="What it was trained on",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    asked_for_papers = yes_or_no("The vendor's papers were looked for", "Not stated: nobody has looked.")
    on_file = forms.MultipleChoiceField(
        required=False,
        label="Papers on file",
        choices=[(one.value, capital(words(one.value))) for one in VendorPaper],
        widget=forms.CheckboxSelectMultiple,
    )
    terms_changed = yes_or_no("The terms have changed since the copy was taken")
    talent_enhancement = yes_or_no("It was trained to enhance somebody's talent")
    unowned_training_data = yes_or_no("It was trained on material that is not owned or licensed")
    trained_for = forms.ChoiceField(
        required=False,
        label="Trained for a project",
        choices=[("", "Not stated"), (_NONE, "For none"), (_ONE, "For this one:")],
    )
    project = forms.CharField(required=False, max_length=LONGEST_PROJECT, help_text="Its identifier.")
    on_market_since = forms.DateField(
        required=False,
        label="On the market since",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    ca_covered_provider = yes_or_no(
        "Whoever runs it is a covered provider in California",
        "More than a million monthly users, open to the public there. Ask counsel; not stated sends deliveries that "
        "reach California to legal.",
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if said.get("trained_for") == _ONE and not said.get("project"):
            self.add_error("project", "Say which project.")
        if said.get("on_file") and said.get("asked_for_papers") is not True:
            self.add_error("asked_for_papers", "Papers are on file, so somebody looked for them.")
        return said

    def facts(self) -> ModelFacts:
        said = self.cleaned_data
        trained: str | bool | None = {_NONE: False, _ONE: said["project"]}.get(said["trained_for"])
        return ModelFacts(
            licence=said["licence"],
            data_statement=said["data_statement"],
            on_file=None if said["asked_for_papers"] is None else tuple(said["on_file"]),
            terms_changed=said["terms_changed"],
            talent_enhancement=said["talent_enhancement"],
            unowned_training_data=said["unowned_training_data"],
            trained_for_project=trained,
            on_market_since=said["on_market_since"],
            ca_covered_provider=said["ca_covered_provider"],
            vendor=said["vendor"],
            licence_tier=said["licence_tier"],
            terms_sha256=said["terms_sha256"],
            region=said["region"],
        )


def as_it_stands(card: ModelCard) -> dict[str, Any]:
    """What the form says of a model before anybody touches it."""
    project = card.trained_for_project
    return {
        "vendor": card.vendor,
        "licence": card.licence,
        "licence_tier": card.licence_tier,
        "terms_sha256": card.terms_sha256,
        "region": card.region,
        "data_statement": card.data_statement,
        "asked_for_papers": _said(None if card.on_file is None else True),
        "on_file": list(card.on_file or ()),
        "terms_changed": _said(card.terms_changed),
        "talent_enhancement": _said(card.talent_enhancement),
        "unowned_training_data": _said(card.unowned_training_data),
        "trained_for": "" if project is None else _ONE if project else _NONE,
        "project": project or "",
        "on_market_since": card.on_market_since,
        "ca_covered_provider": _said(card.ca_covered_provider),
    }


def _said(value: bool | None) -> str:  # noqa: FBT001 - an answer
    return "" if value is None else "yes" if value else "no"
