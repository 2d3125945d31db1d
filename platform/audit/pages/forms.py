from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from django import forms

from audit.entry_types import EntryType


class Search(TypedDict):
    subject: str | None
    entry_type: str | None
    before: UUID | None


class SearchForm(forms.Form):
    subject = forms.CharField(
        label="About",
        max_length=120,
        required=False,
        empty_value=None,
        help_text="The whole subject as it stands in the log, for example take: and its identifier.",
    )
    type = forms.ChoiceField(
        label="Type",
        required=False,
        choices=[("", "Every type"), *((one.value, one.value) for one in EntryType)],
    )
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def search(self) -> Search:
        asked = self.cleaned_data
        return Search(subject=asked["subject"], entry_type=asked["type"] or None, before=asked["before"])
