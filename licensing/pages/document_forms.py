"""Forms for riders, received documents and authorities. The form of terms is made of the vocabulary itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from django import forms

from core.canonical import Canonical
from licensing.agreed import LONGEST_NOTICE_DAYS
from licensing.documents.odrl_terms import TERMS, Kind, Term
from licensing.documents.rider_text import SAID_BY_THE_SIGNATURE, headings, sections_of_terms
from licensing.names import RepresentedAct
from licensing.performer_cards import PerformerCard
from licensing.values import ReplicaType, SignerRole
from productions.queries import ProductionCard
from web.templatetags.words import capital, words

_NONE, _NO, _NEVER = "none", "no", "never"
_NOT_STATED = ("", "Not stated")
_WHEN = {
    Kind.TIME: "A time such as 2026-08-20T15:00:00-07:00; “no” if it did not happen; empty if nobody said.",
    Kind.DAY: "A day such as 2026-08-20.",
    Kind.DAY_OR_NEVER: "A day such as 2028-12-31; “never” for no end.",
}
_LIST_HELP = "Separated by commas; “none” for none; empty if nobody said."
# Shown in a box of several lines.
_LONG = ("intended_use.description", "business_reason", "agreed.does", "agreed.says")


def word_choices(members: type[StrEnum]) -> list[tuple[str, str]]:
    """The words of a closed list as a form offers them."""
    return [(one.value, capital(words(one.value))) for one in members]


def field_of(term: Term, label: str) -> forms.Field:
    """A field that takes a value of the term; never required."""
    options: dict[str, Any] = {"label": label, "required": False}
    match term.kind:
        case Kind.LIST if term.words is not None:
            choices = [*word_choices(term.words), (_NONE, "None of these")]
            return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)
        case Kind.LIST:
            return forms.CharField(help_text=_LIST_HELP, **options)
        case Kind.BOOLEAN:
            return forms.ChoiceField(choices=[_NOT_STATED, ("yes", "Yes"), (_NO, "No")], **options)
        case Kind.NUMBER:
            return forms.IntegerField(min_value=0, max_value=LONGEST_NOTICE_DAYS, **options)
        case Kind.TIME | Kind.DAY | Kind.DAY_OR_NEVER:
            return forms.CharField(help_text=_WHEN[term.kind], **options)
        case Kind.COUNT | Kind.SECONDS:
            return forms.IntegerField(min_value=1, help_text="A whole number; empty: no limit.", **options)
        case _ if term.words is not None:
            return forms.ChoiceField(choices=[_NOT_STATED, *word_choices(term.words)], **options)
        case _:
            widget = forms.Textarea(attrs={"rows": 3}) if term.path in _LONG else forms.TextInput()
            return forms.CharField(widget=widget, **options)


def value_of(term: Term, entered: Any) -> Canonical:  # noqa: ANN401 - what the term's field cleaned
    """What was entered into the field of a term, as the rulebook reads it."""
    match term.kind, entered:
        case Kind.LIST, list():
            return [] if entered == [_NONE] else list(entered)
        case Kind.LIST, _:
            return [] if entered == _NONE else [one.strip() for one in entered.split(",") if one.strip()]
        case Kind.BOOLEAN, _:
            return bool(entered == "yes")
        case Kind.NUMBER, _:
            return int(entered)
        case Kind.TIME, "no":
            return False
        case Kind.DAY_OR_NEVER, "never":
            return False
        case ((Kind.COUNT | Kind.SECONDS), int()):
            return int(entered)
        case _:
            return str(entered)


class TermsForm(forms.Form):
    """Terms of a consent, one field a term; what is left empty is not stated.

    `said_elsewhere`: terms that the whole form has other fields for.
    """

    said_elsewhere: ClassVar[tuple[str, ...]] = ()

    replica_type = forms.ChoiceField(
        choices=[("", "Choose"), *word_choices(ReplicaType)], label="Kind of replica"
    )

    def __init__(self, *args: Any, without_signature: bool = False, **kwargs: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **kwargs)
        labels = headings()
        left_out = (*(SAID_BY_THE_SIGNATURE if without_signature else ()), *self.said_elsewhere)
        self._terms = {field_name(one.path): one for one in TERMS if one.path not in left_out}
        for name, term in self._terms.items():
            self.fields[name] = field_of(term, labels.get(term.path, capital(words(term.path))))

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in the groups of a rider, each under what it is about."""
        groups = [
            (title, [self[field_name(path)] for path in paths if field_name(path) in self.fields])
            for title, paths in sections_of_terms()
        ]
        shown = {field.name for _, fields in groups for field in fields}
        others = [self[name] for name in self.fields if name not in shown]
        return [("What this is about", others), *groups]

    def terms(self) -> dict[str, Canonical]:
        whole: dict[str, Any] = {}
        for name, term in self._terms.items():
            entered = self.cleaned_data.get(name)
            if entered in ("", None, []):
                continue
            outer, _, inner = term.path.partition(".")
            if inner:
                whole.setdefault(outer, {})[inner] = value_of(term, entered)
            else:
                whole[outer] = value_of(term, entered)
        return whole

    def refuse(self, path: str, complaint: str) -> None:
        """Put a refusal of the rulebook at the field it is about."""
        name = field_name(path.removeprefix("terms.").partition("[")[0])
        self.add_error(name if name in self.fields else None, complaint)


class _OfPerformer(forms.Form):
    """Asks for a production and a performer, of those the actor sees."""

    production = forms.ChoiceField()
    performer = forms.ChoiceField()

    def offer(self, productions: Iterable[ProductionCard], performers: Iterable[PerformerCard]) -> None:
        for name, listed in (
            ("production", [(str(one.id), one.title) for one in productions]),
            ("performer", [(str(one.id), one.professional_name) for one in performers]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = [("", "Choose"), *listed]

    def chosen(self) -> dict[str, UUID]:
        return {f"{name}_id": UUID(self.cleaned_data[name]) for name in ("production", "performer")}


class RiderForm(_OfPerformer, TermsForm):
    def __init__(self, data: Mapping[str, Any] | None) -> None:
        super().__init__(data, without_signature=True)


class DocumentForm(_OfPerformer):
    file = forms.FileField(label="Signed PDF", help_text="At most 20 MB, without JavaScript.")


class SignatureForm(forms.Form):
    """Not ticked beforehand: reading is the signer's own act."""

    terms_sha256 = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(label="I have read these terms and sign them.")


class CheckForm(forms.Form):
    terms_sha256 = forms.CharField(widget=forms.HiddenInput)
    agrees = forms.ChoiceField(
        label="Does the document say the same?",
        choices=[("yes", "Yes, every term"), ("no", "No")],
        widget=forms.RadioSelect,
    )


class AuthorityForm(forms.Form):
    person = forms.UUIDField(label="Member", help_text="Identifier of the person who signs in.")
    signer_role = forms.ChoiceField(choices=[("", "Choose"), *word_choices(SignerRole)], label="Signs as")
    acts = forms.MultipleChoiceField(
        choices=word_choices(RepresentedAct), widget=forms.CheckboxSelectMultiple, label="May"
    )
    document_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", label="Paper", help_text="SHA-256 of the paper that shows it."
    )
    valid_from = forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), label="First day"
    )
    valid_until = forms.DateField(
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), required=False, label="Last day"
    )


def field_name(path: str) -> str:
    """What the field of a term is called in a form."""
    return path.replace(".", "__")
