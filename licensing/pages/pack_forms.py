from __future__ import annotations

from django import forms


class PackForm(forms.Form):
    """A signed pack, pasted as it was written."""

    note = forms.CharField(
        label="Signed pack",
        max_length=262_144,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text="The whole note with its signature line, as `manage.py rulebook sign` wrote it.",
    )

    def clean_note(self) -> str:
        """Browsers send line ends of their own; the signature is over the note's."""
        return str(self.cleaned_data["note"]).replace("\r\n", "\n")
