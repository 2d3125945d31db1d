from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from core.errors import StudioError
from core.ids import new_id
from generation.likeness_training.values import (
    LARGEST_SEED,
    LEARNING_RATES,
    LONGEST_NAME,
    RANKS,
    STEPS,
    TrainingOrder,
)
from generation.model_queries import ModelCard
from generation.pages.forms import offer, renew_key, to_choose_of
from licensing.custody.cards import AssetCard
from licensing.values import Purpose


class TrainingForm(forms.Form):
    """What a producer says of a training. Sources are of one performer, kept for this production."""

    # Made when the form is shown: sending it twice asks once.
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)
    sources = forms.TypedMultipleChoiceField(
        coerce=UUID,
        label="Trained on",
        widget=forms.CheckboxSelectMultiple,
        help_text="Images and clips in custody that you may have used, of one performer.",
    )
    name = forms.CharField(
        max_length=LONGEST_NAME, label="Name of the adapter", help_text="As it is called in custody."
    )
    trigger = forms.CharField(
        max_length=40,
        label="Trigger word",
        help_text="One word that prompts use for the likeness. It is screened as a prompt is.",
    )
    purpose = forms.ChoiceField(choices=to_choose_of(Purpose))
    model = forms.TypedChoiceField(
        coerce=UUID,
        required=False,
        empty_value=None,
        help_text="The adapter fits this model alone.",
    )
    rank = forms.IntegerField(
        min_value=RANKS[0], max_value=RANKS[1], initial=16, help_text="Of its matrices: 8 to 32 is usual."
    )
    steps = forms.IntegerField(min_value=STEPS[0], max_value=STEPS[1], initial=1000)
    learning_rate = forms.DecimalField(
        min_value=LEARNING_RATES[0], max_value=LEARNING_RATES[1], decimal_places=6, initial=Decimal("0.0002")
    )
    frames = forms.IntegerField(
        required=False,
        min_value=1,
        label="Frames of a clip",
        help_text="As long as clips are made with it later; fewer need less time. Empty: as the model makes them.",
    )
    seed = forms.IntegerField(min_value=0, max_value=LARGEST_SEED, initial=0)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        sources: Sequence[AssetCard],
        models: Sequence[ModelCard],
        **options: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **options)
        offer(
            self.fields["sources"],
            [
                (
                    one.id,
                    f"{one.label} ({one.performer_name}, {one.kind.replace('_', ' ')}, {one.production_title})",
                )
                for one in sources
            ],
        )
        named: list[tuple[object, str]] = [(one.id, f"{one.name} {one.version}") for one in models]
        offer(self.fields["model"], [("", "The one that was approved last"), *named])

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        return [
            ("The likeness", [self["sources"]]),
            ("The adapter", [self[name] for name in ("name", "trigger", "purpose", "model")]),
            (
                "How it is trained",
                [self[name] for name in ("rank", "steps", "learning_rate", "frames", "seed")],
            ),
        ]

    def add_refusal(self, refusal: StudioError) -> None:
        """Show a refusal beside the field it names, where it names one of these."""
        field = getattr(refusal, "field", None)
        named = {"num_frames": "frames"}.get(str(field), field)
        self.add_error(named if named in self.fields else None, str(refusal))

    def renew_key(self) -> None:
        """Show the form under a new key, so that sending it asks anew."""
        self.data = renew_key(self.data, new_id())

    def order(self, production_id: UUID, *, at: datetime) -> TrainingOrder:
        """The order behind a valid form."""
        return TrainingOrder.said(self.cleaned_data, production_id=production_id, at=at)
