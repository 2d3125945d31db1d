"""Forms of sign-offs and written approvals. Nothing is chosen beforehand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC
from typing import Any
from uuid import UUID

from django import forms

from licensing.operations.buyer_approvals import LONGEST_CONDITIONS, LONGEST_NAME, NewBuyerApproval
from licensing.operations.sign_offs import LONGEST_REASON, NewSignOff
from licensing.performer_cards import PerformerCard
from licensing.signing_off.papers import CAPACITIES
from licensing.values import ExemptBasis, SigningOffRole, Use
from productions.queries import ProductionPage
from web.templatetags.words import capital, words

_SHA256 = r"^[0-9a-f]{64}$"


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _choices(members: Iterable[str]) -> list[tuple[str, str]]:
    return [("", "Choose"), *((str(one), capital(words(str(one)))) for one in members)]


def _shots() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label="Shots",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none for every shot of the production.",
    )


class _PaperForm(forms.Form):
    """Two stand on one page, so each names its fields' elements after itself."""

    def __init__(self, *args: Any, production: ProductionPage, **options: Any) -> None:  # noqa: ANN401 - Django's
        options.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **options)
        self.production_id = production.card.id
        field = self.fields["shots"]
        if isinstance(field, forms.MultipleChoiceField):
            field.choices = [
                (str(shot.id), f"{sequence.code} {shot.code}")
                for sequence in production.sequences
                for shot in sequence.shots
            ]
            if not field.choices:
                del self.fields["shots"]

    def chosen_shots(self) -> tuple[UUID, ...]:
        return tuple(UUID(one) for one in self.cleaned_data.get("shots", ()))


class SignOffForm(_PaperForm):
    basis = forms.ChoiceField(label="Basis", choices=_choices(ExemptBasis))
    use = forms.ChoiceField(label="Use", choices=_choices(Use))
    performer = forms.ChoiceField(
        label="Performer", required=False, help_text="Leave it open for everybody in the production."
    )
    scenes = forms.CharField(
        required=False,
        max_length=4000,
        help_text="Separated by commas; empty for every scene. A use that names no scene is not covered then.",
    )
    shots = _shots()
    valid_until = forms.DateField(label="Until and with", widget=_day())
    capacity = forms.ChoiceField(label="You sign for", choices=_choices(CAPACITIES))
    reason = forms.CharField(
        label="Why no consent is needed",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    document_sha256 = forms.RegexField(
        _SHA256, label="Paper it rests on", required=False, help_text="Its SHA-256, where there is one."
    )

    def __init__(self, *args: Any, people: Iterable[PerformerCard], **options: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **options)
        field = self.fields["performer"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "Everybody"), *((str(one.id), one.professional_name) for one in people)]

    def new(self) -> NewSignOff:
        said = self.cleaned_data
        scenes = (one.strip() for one in re.split(r"[,\n]", said["scenes"]))
        return NewSignOff(
            production_id=self.production_id,
            basis=ExemptBasis(said["basis"]),
            use=Use(said["use"]),
            performer_id=UUID(said["performer"]) if said["performer"] else None,
            scenes=tuple(one for one in scenes if one),
            shots=self.chosen_shots(),
            valid_until=said["valid_until"],
            capacity=SigningOffRole(said["capacity"]),
            reason=said["reason"],
            document_sha256=said["document_sha256"],
        )


class BuyerApprovalForm(_PaperForm):
    use = forms.ChoiceField(label="Use", choices=_choices(Use))
    shots = _shots()
    approved_by = forms.CharField(
        label="Who of the buyer", max_length=LONGEST_NAME, help_text="Name and office; it enters no log."
    )
    approved_at = forms.DateTimeField(
        label="When, in UTC",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    valid_until = forms.DateField(
        label="Until and with", required=False, widget=_day(), help_text="Empty where the paper names no end."
    )
    conditions = forms.CharField(
        required=False, max_length=LONGEST_CONDITIONS, widget=forms.Textarea(attrs={"rows": 2})
    )
    document_sha256 = forms.RegexField(_SHA256, label="The paper", help_text="Its SHA-256.")

    def new(self) -> NewBuyerApproval:
        said = self.cleaned_data
        return NewBuyerApproval(
            production_id=self.production_id,
            use=Use(said["use"]),
            shots=self.chosen_shots(),
            approved_by=said["approved_by"],
            approved_at=said["approved_at"].replace(tzinfo=UTC),
            valid_until=said["valid_until"],
            conditions=said["conditions"],
            document_sha256=said["document_sha256"],
        )


class TakenBackForm(forms.Form):
    reason = forms.CharField(max_length=LONGEST_REASON)
