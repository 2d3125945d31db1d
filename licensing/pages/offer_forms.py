"""Forms of an offer: to make one, to answer each term, to sign. Nothing in them is ticked beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from core.canonical import Canonical
from licensing.agreed import LONGEST_NOTICE_DAYS, SAID_BY_THE_OFFER
from licensing.agreeing.asked import NOTICE_DAYS, REPLICA_TYPE
from licensing.agreeing.cards import RoundCard, TermCard
from licensing.agreeing.states import Answer
from licensing.documents.odrl_terms import TERMS, Kind
from licensing.documents.rider_text import SAID_BY_THE_SIGNATURE, term_value
from licensing.operations.answers import TermReply
from licensing.operations.grants import NewGrant
from licensing.pages.document_forms import RiderForm, TermsForm, field_name, field_of, value_of, word_choices
from licensing.performer_cards import PerformerCard
from licensing.values import Agreement, Representation

_DAYS: dict[str, Any] = {
    "min_value": 0,
    "max_value": LONGEST_NOTICE_DAYS,
    "label": "Days of notice",
    "help_text": "How long the consent holds after the performer withdraws; 0: it ends at once.",
}
_ANSWERS = [(Answer.YES.value, "Yes"), (Answer.NO.value, "No"), (Answer.COUNTER.value, "Something else")]


class OfferForm(RiderForm):
    said_elsewhere = SAID_BY_THE_OFFER
    representation = forms.ChoiceField(
        choices=[("", "Not stated"), *word_choices(Representation)],
        required=False,
        label="Who negotiates for the performer",
    )
    withdrawal_notice_days = forms.IntegerField(**_DAYS)


class ProposalForm(TermsForm):
    """Other terms for an offer; filled with those on the table."""

    said_elsewhere = SAID_BY_THE_OFFER
    withdrawal_notice_days = forms.IntegerField(**_DAYS)

    def __init__(self, data: Mapping[str, Any] | None, latest: RoundCard) -> None:
        super().__init__(data, initial=_entered(latest), without_signature=True)
        del self.fields["replica_type"]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A term with the fields that answer it. `counter` None: the term is what it is, yes or no."""

    term: TermCard
    answer: forms.BoundField
    counter: forms.BoundField | None


class AnswersForm(forms.Form):
    """One answer for each term of a round."""

    terms_sha256 = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None, latest: RoundCard) -> None:
        super().__init__(data, initial={"terms_sha256": latest.terms_sha256})
        self._asked = latest.asked
        vocabulary = {one.path: one for one in TERMS}
        for term in latest.asked:
            name = field_name(term.path)
            choices = _ANSWERS if term.path != REPLICA_TYPE else _ANSWERS[:2]
            self.fields[f"answer__{name}"] = forms.ChoiceField(
                choices=choices,
                widget=forms.RadioSelect,
                label=f"{term.heading}: do you agree?",
                error_messages={"required": "Answer this term."},
            )
            if term.path == NOTICE_DAYS:
                self.fields[f"counter__{name}"] = forms.IntegerField(
                    required=False, min_value=0, max_value=LONGEST_NOTICE_DAYS, label="Days of notice instead"
                )
            elif term.path in vocabulary:
                self.fields[f"counter__{name}"] = field_of(vocabulary[term.path], f"{term.heading}, instead")

    def rows(self) -> Iterator[AnswerRow]:
        for term in self._asked:
            name = field_name(term.path)
            counter = f"counter__{name}"
            yield AnswerRow(term, self[f"answer__{name}"], self[counter] if counter in self.fields else None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for term in self._asked:
            name = field_name(term.path)
            if cleaned.get(f"answer__{name}") == Answer.COUNTER and cleaned.get(f"counter__{name}") in (
                "",
                None,
                [],
            ):
                self.add_error(f"answer__{name}", "Say what you would agree to instead.")
        return cleaned

    def replies(self) -> dict[str, TermReply]:
        return {term.path: self._reply(term) for term in self._asked}

    def _reply(self, term: TermCard) -> TermReply:
        name = field_name(term.path)
        answer = Answer(self.cleaned_data[f"answer__{name}"])
        if answer is not Answer.COUNTER:
            return TermReply(answer)
        entered = self.cleaned_data[f"counter__{name}"]
        if term.path == NOTICE_DAYS:
            return TermReply(answer, entered)
        (known,) = (one for one in TERMS if one.path == term.path)
        return TermReply(answer, value_of(known, entered))

    def refuse(self, path: str, complaint: str) -> None:
        """Put a refusal of the rulebook at the term it is about."""
        name = f"answer__{field_name(path.removeprefix('terms.').partition('[')[0])}"
        self.add_error(name if name in self.fields else None, complaint)


class GrantForm(forms.Form):
    """Whom to let see what. Either organisation or person; either performer or agreement."""

    organisation = forms.UUIDField(required=False, help_text="Identifier of the union, agency or studio.")
    person = forms.UUIDField(required=False, help_text="Or the identifier of one person who signs in.")
    performer = forms.ChoiceField(required=False)
    agreement = forms.ChoiceField(
        choices=[("", "No agreement"), *word_choices(Agreement)], required=False, label="Or agreement"
    )
    last_moment = forms.DateTimeField(
        required=False, label="Ends at", help_text="Such as 2027-03-01 18:00 (UTC); empty: until you end it."
    )

    def offer(self, performers: tuple[PerformerCard, ...]) -> None:
        field = self.fields["performer"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                ("", "No single performer"),
                *((str(one.id), one.professional_name) for one in performers),
            ]

    def new_grant(self) -> NewGrant:
        fields = self.cleaned_data
        return NewGrant(
            grantee_organisation_id=fields["organisation"],
            grantee_user_id=fields["person"],
            performer_id=UUID(fields["performer"]) if fields["performer"] else None,
            agreement=Agreement(fields["agreement"]) if fields["agreement"] else None,
            valid_until=fields["last_moment"],
        )


class MomentsForm(forms.Form):
    known_at = forms.DateTimeField(
        required=False, label="What we knew at", help_text="UTC, such as 2026-03-01 14:03; empty: now."
    )
    as_of = forms.DateTimeField(
        required=False, label="About the moment", help_text="UTC; empty: the same moment."
    )


def _entered(latest: RoundCard) -> dict[str, Any]:
    """The terms on the table, as they would be typed into the form."""
    initial: dict[str, Any] = {"withdrawal_notice_days": latest.withdrawal_notice_days}
    for term in TERMS:
        value = term_value(latest.terms, term.path)
        if term.path not in SAID_BY_THE_SIGNATURE and value is not None:
            initial[field_name(term.path)] = _typed(term.kind, value, is_list_of_words=term.words is not None)
    return initial


def _typed(kind: Kind, value: Canonical, *, is_list_of_words: bool) -> object:
    match kind, value:
        case Kind.LIST, list() | tuple():
            listed = [str(one) for one in value] or ["none"]
            return listed if is_list_of_words else ", ".join(listed)
        case Kind.BOOLEAN, _:
            return "yes" if value else "no"
        case Kind.DAY_OR_NEVER, False:
            return "never"
        case _, False:
            return "no"
        case _:
            return str(value)
