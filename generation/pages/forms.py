from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from core.ids import new_id
from generation.iterating.binding import joined_cast
from generation.iterating.options import ModelOptions
from generation.iterating.values import LineageKind
from generation.model_queries import ModelCard
from generation.pages.adapter_fields import adapter_fields, adapters_in
from generation.pages.camera_fields import camera_fields, camera_move_in
from generation.pages.iterating_forms import (
    MadeFromPage,
    chosen_size,
    origin_fields,
    origin_in,
    size_fields,
)
from generation.pages.picture_fields import picture_fields
from generation.pages.stated_fields import NOTHING_EDITED, questions_for, stated_in, yes_or_no
from generation.serving.values import Priority
from generation.values import LARGEST_SEED, TakeOrder
from licensing.custody.cards import AssetCard
from licensing.performer_cards import PerformerCard
from licensing.values import (
    CastMember,
    Medium,
    OutputStatus,
    Purpose,
    ReplicaType,
    Sensitive,
    SyntheticRole,
    Use,
)
from productions.queries import ProductionFacts
from provenance.references.queries import ReferenceCard
from web.templatetags.words import capital, words


def choices_of(members: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, capital(words(member.value))) for member in members]


def to_choose_of(members: type[StrEnum]) -> list[tuple[str, str]]:
    """As `choices_of`, with nothing chosen beforehand."""
    return [("", "Choose"), *choices_of(members)]


class TakeForm(forms.Form):
    """What a producer says of a take; what is left open is unknown to the rules, never cleared."""

    # Made when the form is shown: sending it twice asks once.
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)
    prompt = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), help_text="What the shot shows.")
    negative_prompt = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), help_text="What it must not show."
    )
    performer = forms.TypedChoiceField(required=False, empty_value=None, coerce=UUID, label="Performer")
    replica_type = forms.ChoiceField(choices=to_choose_of(ReplicaType), label="What is made of the performer")
    use = forms.ChoiceField(choices=to_choose_of(Use))
    purpose = forms.ChoiceField(choices=to_choose_of(Purpose))
    output_status = forms.ChoiceField(choices=to_choose_of(OutputStatus))
    # Not "media": that name is the form's own.
    shown_in = forms.MultipleChoiceField(
        choices=choices_of(Medium), required=False, label="Media", widget=forms.CheckboxSelectMultiple
    )
    territories = forms.CharField(
        required=False, max_length=400, help_text="Codes such as US, GB or WORLD, with commas between."
    )
    languages = forms.CharField(
        required=False, max_length=400, help_text="Codes such as en or fr, with commas between."
    )
    synthetic_role = forms.ChoiceField(choices=to_choose_of(SyntheticRole), label="Invented character")
    photoreal = yes_or_no("Photorealistic")
    sensitive = forms.MultipleChoiceField(
        choices=choices_of(Sensitive), required=False, widget=forms.CheckboxSelectMultiple
    )
    nothing_sensitive = forms.BooleanField(required=False, label="Nothing sensitive in it")
    replaces_in_person_work = yes_or_no("Replaces work in person")
    model = forms.TypedChoiceField(required=False, empty_value=None, coerce=UUID)
    references = forms.TypedMultipleChoiceField(
        required=False,
        coerce=UUID,
        widget=forms.CheckboxSelectMultiple,
        label="References you looked at",
        help_text="The credential will say that people looked at them. No model is given them.",
    )
    seed = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_SEED,
        help_text="Leave it empty for a new one; the same seed gives the same picture on the same machine.",
    )
    keep_for_mastering = forms.BooleanField(
        required=False,
        label="Keep the frames for masters",
        help_text="In 16 bits a channel, without loss. Masters of ten bits are made from them; it takes room.",
    )

    priority = forms.ChoiceField(
        required=False,
        label="Urgency",
        choices=[("", "Normal"), (Priority.HIGH.value, "High"), (Priority.LOW.value, "Low")],
        help_text="What is more urgent is made first.",
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        performers: Sequence[PerformerCard],
        models: Sequence[ModelCard],
        production: ProductionFacts,
        references: Sequence[ReferenceCard] = (),
        adapters: Sequence[AssetCard] = (),
        reference_pictures: Sequence[AssetCard] = (),
        options: Sequence[ModelOptions] = (),
        made_from: MadeFromPage | None = None,
        **others: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **others)
        self._made_from = made_from
        self._newest = models[0].id if models else None
        self._sizes = size_fields(options, fixed=made_from is not None and made_from.says_size)
        if made_from is not None and made_from.kind is LineageKind.REMIX:
            # As long as what it begins from.
            del self._sizes["length"]
        self._origin = {} if made_from is None else origin_fields(made_from, options)
        self._adapters, self._camera = adapter_fields(adapters), camera_fields(options)
        self._pictures = picture_fields(reference_pictures, options)
        self.fields.update(
            {**self._sizes, **self._origin, **self._adapters, **self._camera, **self._pictures}
        )
        offer(
            self.fields["performer"],
            [("", "Nobody"), *((one.id, one.professional_name) for one in performers)],
        )
        offer(self.fields["model"], [(one.id, f"{one.name} {one.version}") for one in models])
        offer(self.fields["references"], [(one.id, one.title) for one in references])
        if not references:
            del self.fields["references"]
        self._questions = questions_for(production)
        for questions in self._questions.values():
            # A field belongs to one form: what is shown on it would be seen on the next one too.
            self.fields.update(deepcopy(questions))

    def renew_key(self) -> None:
        """Show the form under a new key, so that sending it asks anew."""
        self.data = renew_key(self.data, new_id())

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        first = (
            {} if self._made_from is None or not self._origin else {self._made_from.heading: [*self._origin]}
        )
        groups = {
            **first,
            "The picture": [
                "prompt",
                "negative_prompt",
                *self._camera,
                "photoreal",
                "synthetic_role",
                "sensitive",
                "nothing_sensitive",
            ],
            "Who is in it": [
                "performer",
                "replica_type",
                *self._adapters,
                *self._pictures,
                "replaces_in_person_work",
            ],
            "What it is for": ["use", "purpose", "output_status", "territories", "languages", "shown_in"],
            **{about: list(questions) for about, questions in self._questions.items()},
            "How it is made": ["model", *self._sizes, "references", "seed", "keep_for_mastering", "priority"],
        }
        return [
            (legend, [self[name] for name in names if name in self.fields])
            for legend, names in groups.items()
        ]

    def clean_edits(self) -> list[str]:
        """Nothing, and something, would say nothing.

        Raises:
            ValidationError: both are ticked.
        """
        edits: list[str] = self.cleaned_data["edits"]
        if NOTHING_EDITED in edits and len(edits) > 1:
            raise forms.ValidationError("Tick nothing, or what is edited.")
        return edits

    def clean(self) -> dict[str, Any] | None:
        """Read together what belongs together.

        Raises:
            ValidationError: sizes of another model, or no frame where one is asked for.
        """
        said = super().clean() or self.cleaned_data
        if not self.errors:
            said["chosen"] = chosen_size(said, said["model"], self._newest)
            said["move"] = self.move_in(said.get("camera_move"), said)
            said["origin"] = None if self._made_from is None else origin_in(said, self._made_from)
        return said

    def move_in(self, chosen: str | None, said: Mapping[str, Any]) -> str:
        """The camera move that was chosen, of the model in `said`.

        Raises:
            ValidationError: see `camera_move_in`.
        """
        return camera_move_in(chosen, said["model"], self._newest)

    @property
    def variations(self) -> int:
        """How many takes a valid form asks for."""
        return self.cleaned_data["variations"] or 1

    def order(self, shot_id: UUID, *, at: datetime) -> TakeOrder:
        """The order behind a valid form."""
        said = self.cleaned_data
        cast: tuple[CastMember, ...] = (
            ()
            if said["performer"] is None
            else (CastMember(performer_id=said["performer"], replica_type=said["replica_type"]),)
        )
        if self._made_from is not None and self._made_from.takes_pictures:
            cast = joined_cast(self._made_from.cast, cast)
        stated = said["sensitive"] or said["nothing_sensitive"]
        return TakeOrder(
            shot_id=shot_id,
            prompt=said["prompt"],
            negative_prompt=said["negative_prompt"],
            cast=cast,
            use=said["use"],
            purpose=said["purpose"],
            output_status=said["output_status"],
            media=tuple(said["shown_in"]),
            territories=codes(said["territories"]),
            languages=codes(said["languages"]),
            synthetic_role=said["synthetic_role"],
            photoreal=said["photoreal"],
            sensitive=tuple(said["sensitive"]) if stated else None,
            replaces_in_person_work=said["replaces_in_person_work"],
            model_id=said["model"],
            seed=said["seed"],
            camera_move=said["move"],
            keep_for_mastering=said["keep_for_mastering"],
            priority=Priority(said["priority"] or Priority.NORMAL),
            stated=stated_in(said),
            references=tuple(said.get("references", ())),
            origin=said["origin"],
            adapters=adapters_in(said),
            reference_pictures=tuple(said.get("reference_pictures", ())),
            requested_at=at,
            **said["chosen"],
        )


def offer(field: forms.Field, choices: list[tuple[object, str]]) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = choices


def codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in (part.strip() for part in text.split(",")) if code)


def renew_key(data: Any, key: UUID) -> QueryDict:  # noqa: ANN401 - Django's
    """What was typed, under another key."""
    said = QueryDict(mutable=True)
    said.update(data)
    said["key"] = str(key)
    return said
