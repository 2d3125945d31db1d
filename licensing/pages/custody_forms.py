"""Forms of custody, case files of Synthetics and strikes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import make_aware

from licensing.custody.intake import NewAsset
from licensing.custody.words import AssetKind
from licensing.performer_cards import ConsentCard
from licensing.review_cards import PersonCard
from licensing.synthetics.order import Step
from licensing.synthetics.words import SyntheticStepKind
from licensing.values import Agreement, ValueFinding
from productions.queries import ProductionCard
from web.templatetags.words import capital, words


def _a_day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _choices(members: Iterable[str]) -> list[tuple[str, str]]:
    return [("", "Choose"), *((str(one), capital(words(one))) for one in members)]


class AssetForm(forms.Form):
    consent = forms.ChoiceField(label="Kept under this consent")
    kind = forms.ChoiceField(choices=_choices(AssetKind))
    label = forms.CharField(
        max_length=120, label="What it is", help_text="In a few words, such as “face scan, neutral”."
    )
    created = forms.DateField(label="Made on", widget=_a_day())
    retention_until = forms.DateField(
        label="Kept until", help_text="The last day; it is destroyed after it.", widget=_a_day()
    )
    region = forms.CharField(max_length=8, label="Where the file lies", help_text="EU, US, US-CA …")
    built_from = forms.CharField(
        required=False, label="Built from", help_text="Identifiers of assets in custody, separated by spaces."
    )
    base_model_sha256 = forms.CharField(
        required=False,
        max_length=64,
        label="Model it adapts",
        help_text="Of an adapter: SHA-256 of the model.",
    )
    file = forms.FileField(required=False, help_text="Sealed as it arrives; at most 8 GiB.")

    def offer(self, consents: Iterable[ConsentCard]) -> None:
        field = self.fields["consent"]
        if isinstance(field, forms.ChoiceField):
            listed = [
                (str(one.id), f"{one.performer_name} in {one.production_title}: {words(one.replica_type)}")
                for one in consents
                if one.status == "active"
            ]
            field.choices = [("", "Choose"), *listed]

    def clean_built_from(self) -> list[UUID]:
        try:
            return [UUID(one) for one in re.split(r"[\s,]+", self.cleaned_data["built_from"].strip()) if one]
        except ValueError as error:
            raise ValidationError("This is no identifier of an asset.") from error

    def new_asset(self) -> NewAsset:
        said = self.cleaned_data
        return NewAsset(
            kind=AssetKind(said["kind"]),
            label=said["label"],
            consent_id=UUID(said["consent"]),
            built_from=said["built_from"],
            base_model_sha256=said["base_model_sha256"],
            region=said["region"],
            retention_until=said["retention_until"],
            created_at=make_aware(datetime.combine(said["created"], time.min)),
        )


class AccessForm(forms.Form):
    person = forms.TypedChoiceField(label="Member", coerce=UUID)
    allowed = forms.ChoiceField(
        label="May have it used",
        choices=[("yes", "Put on the list"), ("no", "Take off the list")],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, people: Iterable[PersonCard], **others: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **others)
        field = self.fields["person"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose"), *((str(one.id), one.name) for one in people)]


class CopyForm(forms.Form):
    place = forms.CharField(max_length=300, label="Where the copy is", help_text="And since when.")


class SyntheticFileForm(forms.Form):
    production = forms.ChoiceField()
    role = forms.CharField(max_length=120)
    why_human_role = forms.CharField(
        label="Why the role is a human one", widget=forms.Textarea(attrs={"rows": 3})
    )

    def offer(self, productions: Iterable[ProductionCard]) -> None:
        field = self.fields["production"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Choose"), *((str(one.id), one.title) for one in productions)]


class ComparisonForm(forms.Form):
    is_allowed = forms.ChoiceField(
        label="What the performer says",
        choices=[("yes", "Faces may be compared with theirs"), ("no", "No longer")],
        widget=forms.RadioSelect,
    )
    document_sha256 = forms.CharField(max_length=64, label="SHA-256 of the written release")
    valid_until = forms.DateField(
        required=False,
        label="Last day",
        help_text="Empty where the release names none.",
        widget=_a_day(),
    )

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"is_allowed": self.cleaned_data["is_allowed"] == "yes"}


class StepForm(forms.Form):
    kind = forms.ChoiceField(choices=_choices(SyntheticStepKind), label="What happened")
    happened_at = forms.DateTimeField(
        label="When",
        help_text="In UTC.",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    finding = forms.ChoiceField(
        choices=_choices(ValueFinding), required=False, help_text="Of a finding alone."
    )
    author = forms.CharField(max_length=120, required=False, help_text="Whose finding it is.")
    text = forms.CharField(required=False, label="In words", widget=forms.Textarea(attrs={"rows": 3}))
    proof_sha256 = forms.CharField(
        max_length=64, required=False, label="Proof", help_text="SHA-256 of the paper."
    )
    amount_minor = forms.IntegerField(
        required=False, label="Amount", help_text="In cents, as agreed, awarded or paid."
    )
    currency = forms.CharField(max_length=3, required=False, help_text="USD, CAD …")
    plan = forms.CharField(max_length=120, required=False, help_text="The plan that was paid.")

    def step(self) -> Step:
        said: dict[str, Any] = dict(self.cleaned_data)
        finding = ValueFinding(said["finding"]) if said["finding"] else None
        return Step(**said | {"kind": SyntheticStepKind(said["kind"]), "finding": finding})


class StrikeForm(forms.Form):
    agreement = forms.ChoiceField(choices=_choices(one for one in Agreement if one != Agreement.NONE))
    active = forms.ChoiceField(
        label="What happens",
        choices=[("yes", "The strike begins"), ("no", "The strike ends")],
        widget=forms.RadioSelect,
    )
