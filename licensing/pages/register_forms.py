"""Forms of the register: a person, their names and numbers, engagements, and what is stated anew."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms

from licensing.identifiers import Scheme, example_of
from licensing.names import AliasKind, ChangeReason, Visibility, WithdrawalReason
from licensing.operations.engagements import NewEngagement
from licensing.operations.performers import NewAlias, NewIdentifier, NewPerformer
from licensing.operations.register_changes import Restatement, Value
from licensing.pages.document_forms import word_choices
from licensing.performer_cards import EngagementCard, PerformerCard
from licensing.rulebook.book import rule_book
from licensing.rulebook.families import families
from licensing.values import Agreement, PerformerCategory, Representation, SubjectState
from productions.queries import ProductionCard
from web.templatetags.words import capital, words

_UNKNOWN = ("", "Not known")
_YEAR = re.compile(r" (19|20)\d{2}\Z")
_SCHEMES = {
    Scheme.ISNI: "ISNI",
    Scheme.IPN: "IPN",
    Scheme.EIDR_PARTY: "EIDR party",
    Scheme.HAND: "HAND",
    Scheme.UNION: "Union member",
    Scheme.STUDIO_REF: "Our own key",
}
_PAPER: dict[str, Any] = {
    "label": "Paper",
    "help_text": "SHA-256 of the paper that shows it: a certificate, the contract.",
    "error_messages": {"invalid": "64 hexadecimal digits in lower case."},
}


def _word(label: str, members: type[StrEnum], help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[_UNKNOWN, *word_choices(members)],
        coerce=members,
        empty_value=None,
    )


def _day(label: str, help_text: str = "") -> forms.DateField:
    # Browsers read a day in this spelling alone: in another one they would show none, and sending it would erase it.
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=False, widget=widget)


def _yes_or_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        required=False,
        choices=[_UNKNOWN, ("yes", "Yes"), ("no", "No")],
        coerce=lambda word: word == "yes",
        empty_value=None,
    )


def _territory() -> forms.CharField:
    return forms.CharField(
        max_length=8,
        required=False,
        empty_value=None,
        label="Domicile",
        help_text="A territory such as US-CA or FR; of a dead person the last one. Empty: not known.",
    )


class PerformerForm(forms.Form):
    professional_name = forms.CharField(
        max_length=200, help_text="The name in the credits. Prompts are screened for it under any spelling."
    )
    state = _word("State", SubjectState, "Who can sign depends on it. Not known: no rule clears it.")
    domicile = _territory()
    visibility = forms.ChoiceField(
        choices=[
            ("", "Choose"),
            (Visibility.ORGANISATION.value, "Everybody in the organisation"),
            (Visibility.LEGAL_ONLY.value, "Legal and administrators only"),
        ],
        label="Who sees the name",
    )

    def new_performer(self) -> NewPerformer:
        fields = self.cleaned_data
        return NewPerformer(**{**fields, "visibility": Visibility(fields["visibility"])})


class NameForm(forms.Form):
    text = forms.CharField(max_length=200, label="Name")
    kind = forms.ChoiceField(
        choices=[
            ("", "Choose"),
            (AliasKind.ALIAS.value, "Another name of the person"),
            (AliasKind.SCRIPT.value, "The name in another script"),
            (AliasKind.ROLE.value, "A role the person is known for"),
            (AliasKind.MISSPELLING.value, "A common misspelling"),
        ],
        label="What it is",
    )

    def new_alias(self) -> NewAlias:
        return NewAlias(text=self.cleaned_data["text"], kind=AliasKind(self.cleaned_data["kind"]))


class IdentifierForm(forms.Form):
    scope = forms.ChoiceField(
        choices=[("", "Choose"), *((one.value, name) for one, name in _SCHEMES.items())],
        label="Register",
    )
    value = forms.CharField(
        max_length=120,
        label="Number",
        help_text="; ".join(
            f"{name}: {example_of(one)}" for one, name in _SCHEMES.items() if one is not Scheme.STUDIO_REF
        )
        + ".",
    )

    def new_identifier(self) -> NewIdentifier:
        return NewIdentifier(**self.cleaned_data)


class _EngagementFacts(forms.Form):
    category = _word("Category", PerformerCategory)
    is_engaged = _yes_or_no("Engaged?", "No: a replica is made without the person's work.")
    engaged_at = forms.DateTimeField(
        required=False, label="Engaged at", help_text="UTC, such as 2026-08-03 17:00."
    )
    contract_date = _day("Date of the contract")
    representation = _word("Who negotiated", Representation)
    union_covered = _yes_or_no("Covered by the union's agreement?")
    employed_on_project = _yes_or_no("Works on this production?")
    recognisable = _yes_or_no("Recognisable?")
    portrayed_as_minor = _yes_or_no("Portrayed as a minor?")
    estimated_days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=10_000,
        help_text="Days in person that the replica stands for, estimated in good faith.",
    )


class EngagementForm(_EngagementFacts):
    production = forms.ChoiceField()
    agreement = forms.ChoiceField(
        required=False,
        label="Agreement",
        help_text="Its edition is chosen by the date that the clause names, never by today's.",
    )
    field_order = ["production", "agreement"]

    def offer(self, productions: Iterable[ProductionCard]) -> None:
        for name, choices in (
            ("production", [("", "Choose"), *((str(one.id), one.title) for one in productions)]),
            ("agreement", [_UNKNOWN, *_agreements()]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = choices

    def new_engagement(self, performer_id: UUID) -> NewEngagement:
        fields = dict(self.cleaned_data)
        production_id, family = UUID(fields.pop("production")), fields.pop("agreement")
        return NewEngagement(
            production_id=production_id, performer_id=performer_id, agreement_family=family or None, **fields
        )


class _Restated(forms.Form):
    reason = forms.ChoiceField(
        choices=[
            ("", "Choose"),
            (ChangeReason.HAPPENED.value, "It became so"),
            (ChangeReason.LEARNED.value, "We learned it"),
            (ChangeReason.ENTERED_WRONGLY.value, "It was entered wrongly"),
        ],
        label="Why it changes",
    )
    true_since = _day("True since", "Empty: nobody has said.")
    document_sha256 = forms.RegexField(r"^[0-9a-f]{64}$", **_PAPER)

    def restatement(self) -> Restatement:
        fields: dict[str, Value] = dict(self.cleaned_data)
        reason, since, paper = (fields.pop(name) for name in ("reason", "true_since", "document_sha256"))
        return Restatement(
            facts=fields,
            reason=ChangeReason(str(reason)),
            true_since=since if isinstance(since, date) else None,
            document_sha256=str(paper),
        )


class PerformerFactsForm(_Restated):
    """Filled with what the register says; what is left as it is does not change."""

    state = _word("State", SubjectState)
    domicile = _territory()
    field_order = ["state", "domicile"]

    def __init__(self, data: Any, card: PerformerCard) -> None:  # noqa: ANN401 - Django's
        super().__init__(data, initial={"state": card.state, "domicile": card.domicile})


class EngagementFactsForm(_Restated, _EngagementFacts):
    """Filled with what the register says; what is left as it is does not change."""

    agreement = _word("Agreement and edition", Agreement)
    field_order = ["agreement", *_EngagementFacts.base_fields]

    def __init__(self, data: Any, card: EngagementCard) -> None:  # noqa: ANN401 - Django's
        said = {name: _entered(getattr(card, name)) for name in ("agreement", *_EngagementFacts.base_fields)}
        super().__init__(data, initial=said)


def _agreements() -> Iterable[tuple[str, str]]:
    """Each agreement by its name without the year of an edition."""
    for family, editions in families(rule_book()).items():
        name = _YEAR.sub("", capital(words(editions[-1].agreement)))
        yield family, "Known to be under none" if family == Agreement.NONE else name


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File",
        help_text="CSV with the columns ref, professional_name, state, domicile, visibility, aliases, script_names, "
        "role_names, identifiers, of which only the name and one number are needed; several in one cell with | "
        "between. Or one JSON object a line. The same file may be sent again.",
    )


class WithdrawalForm(forms.Form):
    """Legal writes down the withdrawal that a performer gave elsewhere."""

    reason = forms.ChoiceField(choices=[("", "Choose"), *word_choices(WithdrawalReason)], label="Why it ends")
    sure = forms.BooleanField(label="The consent ends now, and all work on it stops. This is final.")


def _entered(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value
