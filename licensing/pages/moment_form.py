"""The form that asks what would have been decided at another moment."""

from __future__ import annotations

from django import forms

from licensing.moments import Moment, moment


class MomentForm(forms.Form):
    as_of = forms.DateTimeField(
        label="If it were asked at",
        help_text="UTC, such as 2026-03-01 14:03; past or to come. What is to come is asked by today's records.",
    )
    known_at = forms.DateTimeField(
        required=False,
        label="By what was on record at",
        help_text="UTC; empty: by what is on record now.",
    )

    def moment(self) -> Moment:
        """The moment behind a valid form.

        Raises:
            UnknownMoment: knowledge of the future.
        """
        return moment(self.cleaned_data["as_of"], self.cleaned_data["known_at"])
