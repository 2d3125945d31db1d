"""Questions about a take that only some productions have to answer. None has an answer beforehand."""

from __future__ import annotations

from typing import Any

from django import forms

from licensing.agreed import Edit
from licensing.clauses.case import COMMERCIALS, TV_THEATRICAL
from licensing.stating import Stated, stated_of
from licensing.values import Answer, Buyer, ExemptBasis, ProjectKind
from productions.queries import ProductionFacts
from web.templatetags.words import capital, words

_ADVERTS = (ProjectKind.COMMERCIAL, ProjectKind.AUDIO_AD)


def yes_or_no(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("", "Not stated"), ("yes", "Yes"), ("no", "No")],
        coerce=lambda word: word == "yes",
        empty_value=None,
        help_text=help_text,
    )


def _answer(label: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        required=False,
        choices=[("", "Not answered"), *((one.value, capital(one.value)) for one in Answer)],
        empty_value=None,
    )


_FIVE: dict[str, forms.Field] = {
    "no_recreation": _answer("It does not recreate anybody else's work"),
    "no_store_reuse_train": _answer("The tool does not store, reuse or train on what goes in and comes out"),
    "secured": _answer("It is made in a secured environment"),
    "temporary_only": _answer("It is temporary and not part of what is delivered"),
    "no_talent_work_without_consent": _answer("It replaces no talent or union work without consent"),
}
_NETFLIX = {
    **_FIVE,
    "outside_secured_tools": yes_or_no("Made with tools outside the secured ones"),
    "key_visual": yes_or_no("A key visual", "Such as a main character or a setting the story turns on."),
    "unscripted_dialogue": yes_or_no("Dialogue that is not in the script"),
    "fabricated_statement": yes_or_no("A real person says or does what they never did"),
}
NOTHING_EDITED = "nothing"
_EDITED: dict[str, forms.Field] = {
    "edits": forms.MultipleChoiceField(
        label="What of the performance is edited",
        required=False,
        choices=[(NOTHING_EDITED, "Nothing"), *((one.value, capital(words(one.value))) for one in Edit)],
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none to state nothing. A consent that limits edits does not let pass what is not stated.",
    )
}
_ARCHIVE: dict[str, forms.Field] = {"archive_like": yes_or_no("It may be taken for archive material")}
_ADVERTISED: dict[str, forms.Field] = {
    "advertiser": forms.CharField(required=False, max_length=200, help_text="As the consents name it."),
    "product_line": forms.CharField(required=False, max_length=200, help_text="As the consents name it."),
}
_CLAIM: dict[str, forms.Field] = {
    "exempt_basis": forms.MultipleChoiceField(
        label="Why no consent would be needed",
        required=False,
        choices=[(one.value, capital(words(one.value))) for one in ExemptBasis],
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick nothing to claim nothing. A claim counts only when somebody else has signed it off.",
    )
}


def questions_for(production: ProductionFacts) -> dict[str, dict[str, forms.Field]]:
    """The questions this production makes matter, under what they are about. What it is, may be unknown."""
    groups: dict[str, dict[str, forms.Field]] = {"What is edited": _EDITED}
    if production.buyer == Buyer.NETFLIX:
        groups["What Netflix asks"] = _NETFLIX
    if production.kind == ProjectKind.DOCUMENTARY:
        groups["In a documentary"] = _ARCHIVE
    if production.kind in _ADVERTS:
        groups["What is advertised"] = _ADVERTISED
    if production.agreement in TV_THEATRICAL | COMMERCIALS:
        groups["If no consent is needed"] = _CLAIM
    return groups


def stated_in(said: dict[str, Any]) -> Stated | None:
    """What a valid form states beside the use."""
    told = {
        name: said.get(name)
        for name in ("exempt_basis", *_NETFLIX, *_ARCHIVE, *_ADVERTISED)
        if name not in _OF_THE_BUYER
    }
    edited = set(said.get("edits") or ())
    told["edits"] = sorted(edited - {NOTHING_EDITED}) if edited else None
    return stated_of(told | {"buyer_answers": {name: said.get(name) for name in _OF_THE_BUYER}})


_OF_THE_BUYER = (*_FIVE, "outside_secured_tools")
