"""Forms of the legal desk. Nothing is ticked beforehand but what was asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms

from licensing.operations.holds import NewHold
from licensing.review.limits import Limits
from licensing.review.words import HeldKind, HoldReason, RefusalCode
from licensing.review_cards import PersonCard
from web.templatetags.words import capital, words

# What the browser's own date field takes, whatever the language.
_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def _choices(members: Iterable[str]) -> list[tuple[str, str]]:
    return [(str(one), capital(words(str(one)))) for one in members]


def _people(people: Iterable[PersonCard]) -> list[tuple[str, str]]:
    return [(str(one.id), one.name) for one in people]


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


class _DeskForm(forms.Form):
    """Several stand on one page, so each names its fields' elements after itself."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        options.setdefault("auto_id", f"{type(self).__name__.lower()}_%s")
        super().__init__(*args, **options)


class AssignForm(_DeskForm):
    assignee = forms.ChoiceField(label="Given to", required=False)
    due_on = forms.DateField(label="Decided by", widget=_DAY)

    def __init__(self, *args: Any, lawyers: Iterable[PersonCard], **options: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **options)
        _choose(self, "assignee", [("", "Nobody"), *_people(lawyers)])

    def person(self) -> UUID | None:
        chosen = self.cleaned_data["assignee"]
        return UUID(chosen) if chosen else None


class CommentForm(_DeskForm):
    text = forms.CharField(label="Comment", widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class _ActingForm(_DeskForm):
    """Asks for whom a stand-in acts, where there is somebody."""

    acting_for = forms.ChoiceField(label="You act for", required=False)

    def __init__(self, *args: Any, principals: Iterable[PersonCard], **options: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **options)
        people = _people(principals)
        if people:
            _choose(self, "acting_for", [("", "Yourself"), *people])
        else:
            del self.fields["acting_for"]

    def principal(self) -> UUID | None:
        chosen = self.cleaned_data.get("acting_for")
        return UUID(chosen) if chosen else None


class ApprovalForm(_ActingForm):
    """Limits that the gate keeps; a box left empty is no limit of that kind."""

    decision = forms.UUIDField(widget=forms.HiddenInput)
    last_day = forms.DateField(
        label="Until and with", widget=_DAY, help_text="Ends by itself; a year at most."
    )
    shown_in = forms.MultipleChoiceField(label="Media", widget=forms.CheckboxSelectMultiple)
    territories = forms.CharField(
        label="Territories", help_text="Separated by commas; within what was asked for.", max_length=2000
    )
    most_takes = forms.IntegerField(label="At most so many takes", min_value=1, required=False)
    most_seconds = forms.DecimalField(
        label="At most so many seconds", min_value=0, max_digits=9, decimal_places=3, required=False
    )
    document_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}$", label="Paper it rests on", required=False, help_text="Its SHA-256."
    )
    conditions = forms.CharField(
        label="Conditions",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line. They stand in every decision that rests on this approval.",
    )

    def __init__(self, *args: Any, asked: dict[str, Any], **options: Any) -> None:  # noqa: ANN401 - Django's
        initial = {
            "shown_in": asked["media"],
            "territories": ", ".join(asked["territories"]),
            "last_day": (datetime.now(UTC) + timedelta(days=30)).date(),
        }
        super().__init__(*args, initial=initial | options.pop("initial", {}), **options)
        _choose(self, "shown_in", _choices(asked["media"]))

    def limits(self) -> Limits:
        fields = self.cleaned_data
        ends = datetime.combine(fields["last_day"] + timedelta(days=1), time(), UTC)
        seconds = fields["most_seconds"]
        return Limits(
            valid_until=ends,
            media=tuple(fields["shown_in"]),
            territories=tuple(one for one in re.split(r"[\s,]+", fields["territories"]) if one),
            most_takes=fields["most_takes"],
            most_ms=None if seconds is None else int(seconds * 1000),
            conditions=tuple(line.strip() for line in fields["conditions"].splitlines() if line.strip()),
            document_sha256=fields["document_sha256"],
        )


class SecondKeyForm(_ActingForm):
    limits_sha256 = forms.CharField(widget=forms.HiddenInput)
    read = forms.BooleanField(label="I have read the limits and confirm them for the performer's side.")


class CaseRefusalForm(_DeskForm):
    code = forms.ChoiceField(label="Because", choices=[("", "Choose"), *_choices(RefusalCode)])
    text = forms.CharField(
        label="In words", widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=4000
    )


class CaseWithdrawalForm(_DeskForm):
    text = forms.CharField(
        label="Why it is taken back",
        widget=forms.Textarea(attrs={"rows": 2}),
        required=False,
        max_length=4000,
    )


class DelegationForm(_DeskForm):
    stand_in = forms.ChoiceField(label="Who stands in for you")
    first_day = forms.DateField(label="From", widget=_DAY)
    last_day = forms.DateField(label="Until and with", widget=_DAY)

    def __init__(self, *args: Any, members: Iterable[PersonCard], **options: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **options)
        _choose(self, "stand_in", [("", "Choose"), *_people(members)])

    def stretch(self) -> tuple[datetime, datetime]:
        first, last = self.cleaned_data["first_day"], self.cleaned_data["last_day"]
        return (
            datetime.combine(first, time(), UTC),
            datetime.combine(last + timedelta(days=1), time(), UTC),
        )


class HoldForm(_DeskForm):
    kind = forms.ChoiceField(label="What is held", choices=[("", "Choose"), *_choices(HeldKind)])
    held_id = forms.UUIDField(label="Identifier", help_text="Of the production, performer or take.")
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose"), *_choices(HoldReason)])
    matter = forms.CharField(label="Matter", max_length=120, help_text="As the house calls it; never logged.")
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )

    def new_hold(self) -> NewHold:
        fields = self.cleaned_data
        kind, reason = HeldKind(fields["kind"]), HoldReason(fields["reason"])
        return NewHold(**fields | {"kind": kind, "reason": reason})


class LiftForm(_DeskForm):
    because = forms.CharField(label="Why it is lifted", max_length=4000)
