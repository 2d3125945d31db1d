from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django import forms

from audit.entry_types import EntryType
from audit.entry_words import TYPE_WORDS
from audit.searching import Search

# The first word of a type names the part of the product that records it.
_GROUPS = {
    "productions": "Productions",
    "licensing": "Consents and decisions",
    "generation": "Takes and models",
    "provenance": "Files",
    "accounts": "People and tokens",
    "audit": "The log itself",
}


def _type_choices() -> list[tuple[str, str | list[tuple[str, str]]]]:
    choices: list[tuple[str, str | list[tuple[str, str]]]] = [("", "Everything")]
    for app, heading in _GROUPS.items():
        members = [(one.value, TYPE_WORDS[one].title) for one in EntryType if one.value.startswith(f"{app}.")]
        choices.append((heading, members))
    return choices


class SearchForm(forms.Form):
    subject = forms.CharField(
        label="About",
        max_length=200,
        required=False,
        empty_value=None,
        help_text="The identifier of a take, consent, decision, person …, as it stands in its page's address.",
    )
    type = forms.ChoiceField(label="What happened", required=False, choices=_type_choices)
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label="To",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="That day included.",
    )
    actor = forms.CharField(
        label="By",
        max_length=200,
        required=False,
        empty_value=None,
        help_text="A person's identifier, worker: and its name, or system.",
    )
    production = forms.UUIDField(
        label="In production", required=False, help_text="Its identifier, as it stands in its page's address."
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @property
    def first_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("subject", "type", "since", "until")]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("actor", "production")]

    @property
    def further_used(self) -> bool:
        return any(self.data.get(name) for name in ("actor", "production"))

    def clean(self) -> dict[str, object]:
        asked = self.cleaned_data
        since, until = asked.get("since"), asked.get("until")
        if since and until and until < since:
            raise forms.ValidationError("The last day lies before the first.")
        return asked

    def search(self) -> Search:
        """What is asked for. Days are days of UTC."""
        asked = self.cleaned_data
        return Search(
            subject=asked["subject"],
            actor=asked["actor"],
            entry_type=EntryType(asked["type"]) if asked["type"] else None,
            production_id=asked["production"],
            since=_midnight(asked["since"]),
            until=_midnight(asked["until"], days_later=1),
        )

    def before_entry(self) -> UUID | None:
        found: UUID | None = self.cleaned_data["before"]
        return found


def _midnight(day: date | None, *, days_later: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days_later), time.min, UTC) if day else None
