"""What the form of a take asks where it is made from another take, and sizes and lengths to choose from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms

from generation.iterating.options import ModelOptions
from generation.iterating.values import (
    FROM_PICTURES,
    LEAST_STRENGTH,
    MOST_STRENGTH,
    MOST_VARIATIONS,
    USUAL_STRENGTH,
    LineageKind,
    Origin,
    Parent,
)
from generation.queries import TakeCard
from licensing.values import CastMember

_OVERLAPPING = (LineageKind.EXTEND_AFTER, LineageKind.EXTEND_BEFORE, LineageKind.LOOP, LineageKind.BLEND)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFromPage:
    """What the page knows of the take that another is to be made from.

    `cast` comes along whatever is said; `names` are of those in it whom the reader may know, `unnamed` how many more
    there are. `others`: signed takes that it can lead to.
    """

    kind: LineageKind
    parent: TakeCard
    request: Mapping[str, Any]
    cast: tuple[CastMember, ...]
    names: tuple[str, ...]
    unnamed: int
    others: tuple[TakeCard, ...]

    @property
    def takes_pictures(self) -> bool:
        return self.kind in FROM_PICTURES

    @property
    def says_size(self) -> bool:
        """Whether the new take is as large as the pictures it is made from."""
        return self.takes_pictures and self.kind is not LineageKind.REFERENCE_FRAMES

    @property
    def heading(self) -> str:
        return _HEADINGS[self.kind]

    @property
    def about(self) -> str:
        return _ABOUT[self.kind]


_HEADINGS = {
    LineageKind.VARIATION: "Variations",
    LineageKind.REVISION: "Change and make again",
    LineageKind.REMIX: "Remix",
    LineageKind.EXTEND_AFTER: "Go on after the end",
    LineageKind.EXTEND_BEFORE: "Lead up to the beginning",
    LineageKind.LOOP: "Close to a loop",
    LineageKind.BLEND: "Lead to another take",
    LineageKind.IMAGE_TO_VIDEO: "Begin or end with a frame",
    LineageKind.REFERENCE_FRAMES: "Show what a frame shows",
}
_ABOUT = {
    LineageKind.VARIATION: "The same words and settings, with other seeds.",
    LineageKind.REVISION: "Other words or settings; none of its pictures are used.",
    LineageKind.REMIX: "The model begins from its pictures, and the strength says how far it may go from them.",
    LineageKind.EXTEND_AFTER: "The new take begins with its last frames.",
    LineageKind.EXTEND_BEFORE: "The new take ends with its first frames.",
    LineageKind.LOOP: "The new take begins with its last frames and ends with its first ones: put behind it, both go "
    "round.",
    LineageKind.BLEND: "The new take begins with its last frames and ends with the first ones of another take.",
    LineageKind.IMAGE_TO_VIDEO: "The new take begins with one of its frames, ends with one, or both.",
    LineageKind.REFERENCE_FRAMES: "The model is given one of its frames as a reference: what is in it is to be in "
    "the new take, anywhere.",
}


def makes_of(options: Sequence[ModelOptions]) -> list[tuple[str, str]]:
    """What can be made from a take with any of the models: kind and heading."""
    able = {kind for one in options for kind in one.made_from}
    return [
        (kind.value, heading)
        for kind, heading in _HEADINGS.items()
        if kind not in FROM_PICTURES or kind.value in able
    ]


def size_fields(options: Sequence[ModelOptions], *, fixed: bool) -> dict[str, forms.Field]:
    """Sizes and lengths of each model, and how many takes; `fixed`: pictures say the size."""
    found: dict[str, forms.Field] = {}
    if not fixed:
        found["size"] = forms.ChoiceField(
            required=False,
            choices=_by_model(options, "sizes", lambda one: f"{one.width}x{one.height}"),
            help_text="What the model makes, and what the file shows. Nothing is cropped or rounded.",
        )
    found["length"] = forms.ChoiceField(
        required=False, choices=_by_model(options, "lengths", lambda one: str(one.num_frames))
    )
    found["variations"] = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_VARIATIONS,
        help_text=f"Up to {MOST_VARIATIONS} takes with seeds of their own. Each is decided for itself.",
    )
    return found


def origin_fields(made_from: MadeFromPage, options: Sequence[ModelOptions]) -> dict[str, forms.Field]:
    """What the kind asks beside the words."""
    kind, parent = made_from.kind, made_from.parent
    if kind is LineageKind.REMIX:
        return {
            "strength": forms.DecimalField(
                min_value=LEAST_STRENGTH,
                max_value=MOST_STRENGTH,
                decimal_places=2,
                initial=USUAL_STRENGTH,
                help_text=f"From {LEAST_STRENGTH}, which changes little, to {MOST_STRENGTH}, which keeps nothing.",
            )
        }
    if kind is LineageKind.IMAGE_TO_VIDEO:
        bounds: dict[str, Any] = {"required": False, "min_value": 1, "max_value": parent.num_frames}
        return {
            "begins_with": forms.IntegerField(
                **bounds,
                label="Begins with frame",
                initial=parent.num_frames,
                help_text=f"1 to {parent.num_frames}.",
            ),
            "ends_with": forms.IntegerField(
                **bounds, label="Ends with frame", help_text="It is held for a moment."
            ),
        }
    if kind is LineageKind.REFERENCE_FRAMES:
        return {
            "reference_frame": forms.IntegerField(
                min_value=1, max_value=parent.num_frames, help_text=f"1 to {parent.num_frames}."
            )
        }
    found: dict[str, forms.Field] = {}
    if kind is LineageKind.BLEND:
        found["leads_to"] = forms.TypedChoiceField(
            coerce=UUID,
            choices=[
                ("", "Choose"),
                *((one.id, f"Take {one.number}: {one.prompt[:60]}") for one in made_from.others),
            ],
        )
    if kind in _OVERLAPPING:
        steps = sorted({one.frame_step for one in options}) or [4]
        counts = [step * k + 1 for step in steps for k in range(1, 6) if step * k + 1 < parent.num_frames]
        found["overlap"] = forms.TypedChoiceField(
            required=False,
            coerce=int,
            empty_value=None,
            label="Shared frames",
            choices=[("", "As many as fit well"), *((count, str(count)) for count in sorted(set(counts)))],
        )
    return found


def origin_in(said: Mapping[str, Any], made_from: MadeFromPage) -> Origin:
    """What was asked for.

    Raises:
        ValidationError: no frame was named.
    """
    kind, parent = made_from.kind, made_from.parent
    parents: tuple[Parent, ...] = (Parent(take_id=parent.id),)
    if kind is LineageKind.BLEND:
        parents = (*parents, Parent(take_id=said["leads_to"]))
    if kind is LineageKind.REFERENCE_FRAMES:
        parents = (Parent(take_id=parent.id, frame=said["reference_frame"] - 1),)
    if kind is LineageKind.IMAGE_TO_VIDEO:
        parents = tuple(
            Parent(take_id=parent.id, frame=said[field] - 1, at_frame=at)
            for field, at in (("begins_with", 0), ("ends_with", -1))
            if said.get(field)
        )
        if not parents:
            raise forms.ValidationError("Name the frame it begins with, or the one it ends with.")
    strength: Decimal | None = said.get("strength")
    return Origin(kind=kind, parents=parents, overlap=said.get("overlap"), strength=strength)


def chosen_size(said: Mapping[str, Any], model_id: UUID | None, newest: UUID | None) -> dict[str, int]:
    """Width, height and frames that were chosen; what was left open is left to the model.

    Raises:
        ValidationError: they are of another model than the one that was chosen.
    """
    found: dict[str, int] = {}
    for field in ("size", "length"):
        owner, _, value = (said.get(field) or "").partition(" ")
        if not owner:
            continue
        if UUID(owner) != (model_id or newest):
            raise forms.ValidationError(f"This {field} is another model's. Choose one of the same model.")
        if field == "size":
            width, _, height = value.partition("x")
            found |= {"width": int(width), "height": int(height)}
        else:
            found["num_frames"] = int(value)
    return found


def _by_model(options: Sequence[ModelOptions], of: str, value: Any) -> list[Any]:  # noqa: ANN401 - what Django nests
    groups = [
        (one.name, [(f"{one.model_id} {value(choice)}", choice.said) for choice in getattr(one, of)])
        for one in options
    ]
    return [
        ("", "As the model was made for"),
        *(groups if len(groups) > 1 else groups[0][1] if groups else []),
    ]
