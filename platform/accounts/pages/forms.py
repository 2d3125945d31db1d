from __future__ import annotations

from uuid import UUID

from django import forms


class SignInForm(forms.Form):
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label="Password",
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class SwitchForm(forms.Form):
    organisation = forms.UUIDField()

    def organisation_id(self) -> UUID | None:
        """The organisation asked for, or None when the form does not name one."""
        found: UUID | None = self.cleaned_data["organisation"] if self.is_valid() else None
        return found


class TokenForm(forms.Form):
    label = forms.CharField(
        label="What is it for?",
        max_length=80,
        help_text="A name you will know it by, such as the machine or script that holds it.",
    )
