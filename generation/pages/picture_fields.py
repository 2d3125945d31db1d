"""What the form of a take asks about reference pictures in custody."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms

from generation.iterating.options import ModelOptions
from licensing.custody.cards import AssetCard


def picture_fields(pictures: Sequence[AssetCard], options: Sequence[ModelOptions]) -> dict[str, forms.Field]:
    """No field where whoever asks may use no picture, or where no model is given any."""
    able = [one for one in options if one.most_references]
    if not pictures or not able:
        return {}
    return {
        "reference_pictures": forms.TypedMultipleChoiceField(
            required=False,
            coerce=UUID,
            choices=[(one.id, f"{one.label} ({one.performer_name})") for one in pictures],
            widget=forms.CheckboxSelectMultiple,
            help_text=f"Likenesses in custody that the model is shown: {_able(able, all_of=options)}. Each is "
            "released to this one render, and only while the consent lasts.",
        )
    }


def _able(able: Sequence[ModelOptions], *, all_of: Sequence[ModelOptions]) -> str:
    if len(able) == len(all_of) and len({one.most_references for one in able}) == 1:
        return f"at most {able[0].most_references}"
    return ", ".join(f"at most {one.most_references} to {one.name}" for one in able)
