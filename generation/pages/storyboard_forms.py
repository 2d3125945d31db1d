"""The form that asks for a take of every shot of a sequence at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from generation.iterating.binding import joined_cast
from generation.iterating.values import LineageKind, Origin, Parent
from generation.pages.forms import TakeForm
from generation.queries import TakeCard
from generation.storyboards import Panel
from generation.values import TakeOrder
from licensing.values import CastMember
from productions.queries import ShotCard

_OF_ONE_TAKE = ("prompt", "performer", "variations")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyframe:
    """A signed take whose last picture a shot can begin with, and who is in it."""

    take: TakeCard
    shot_code: str
    cast: tuple[CastMember, ...]


class StoryboardForm(TakeForm):
    """As the form of one take; words, performer and first picture are asked for each shot."""

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        panels: Sequence[Panel],
        keyframes: Sequence[Keyframe] = (),
        **others: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **others)
        self._shots = [panel.shot for panel in panels]
        self._keyframes = {one.take.id: one for one in keyframes}
        self._shown = {one.id: one.performer_id for one in others.get("reference_pictures", ())}
        if "reference_pictures" in self.fields:
            self.fields[
                "reference_pictures"
            ].help_text = "Each is given to the shots that name whom it shows."
        performer = self.fields["performer"]
        for name in _OF_ONE_TAKE:
            del self.fields[name]
        del self._sizes["variations"]
        camera = self.fields.pop("camera_move", None)
        self._camera.clear()
        self.fields["replica_type"].required = False
        self.fields["replica_type"].help_text = "The same in every shot that names a performer."
        for panel in panels:
            self.fields.update(_fields_of(panel, performer, keyframes, camera))

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """First the shots in order, then what is the same for all of them."""
        shots = [
            (
                f"Shot {shot.code}",
                [self[name] for name in map(_named(shot), _OF_EACH_SHOT) if name in self.fields],
            )
            for shot in self._shots
        ]
        return [*shots, *super().fieldsets()]

    def clean(self) -> dict[str, Any] | None:
        """Read together what belongs together.

        Raises:
            ValidationError: as of one take; or no shot has words.
        """
        said = super().clean() or self.cleaned_data
        for shot in self._shots:
            name = _named(shot)
            if said.get(name("words")) and said.get(name("performer")) and not said.get("replica_type"):
                self.add_error("replica_type", "Say what is made of the performers that the shots name.")
                break
        if not any(said.get(_named(shot)("words")) for shot in self._shots):
            raise forms.ValidationError("Write what at least one shot shows.")
        if not self.errors:
            moves = {shot.id: said.get(_named(shot)("camera")) for shot in self._shots}
            said["moves"] = {shot_id: self.move_in(chosen, said) for shot_id, chosen in moves.items()}
        return said

    def orders(self, *, at: datetime) -> list[TakeOrder]:
        """The orders behind a valid form, one for each shot that has words."""
        said = self.cleaned_data
        found = []
        for shot in self._shots:
            name = _named(shot)
            if not said[name("words")]:
                continue
            said |= {
                "prompt": said[name("words")],
                "performer": said[name("performer")],
                "move": said["moves"][shot.id],
            }
            found.append(
                self._showing(self._beginning_with(said.get(name("begins")), self.order(shot.id, at=at)))
            )
        return found

    def left_with(self, failures: Mapping[UUID, str], key: UUID) -> None:
        """Show the form again for the shots in `failures` alone, under a new key; the others have been asked for."""
        left = QueryDict(mutable=True)
        left.update(self.data)
        left["key"] = str(key)
        for shot in self._shots:
            name = _named(shot)("words")
            if shot.id in failures:
                self.add_error(name, failures[shot.id])
            else:
                left[name] = ""
        self.data = left

    def _showing(self, order: TakeOrder) -> TakeOrder:
        """The order with the reference pictures of those who are in it."""
        named = {member.performer_id for member in order.cast}
        pictures = tuple(one for one in order.reference_pictures if self._shown[one] in named)
        return replace(order, reference_pictures=pictures)

    def _beginning_with(self, take_id: UUID | None, order: TakeOrder) -> TakeOrder:
        if take_id is None:
            return order
        keyframe = self._keyframes[take_id]
        last = Parent(take_id=take_id, frame=keyframe.take.num_frames - 1, at_frame=0)
        return replace(
            order,
            origin=Origin(kind=LineageKind.IMAGE_TO_VIDEO, parents=(last,)),
            # Whoever is in the picture is in the take that begins with it.
            cast=joined_cast(keyframe.cast, order.cast),
            # The picture says how large the take is.
            width=None,
            height=None,
        )


_OF_EACH_SHOT = ("words", "camera", "performer", "begins")


def _named(shot: ShotCard) -> Any:  # noqa: ANN401 - a function of a name
    return lambda field: f"{field}-{shot.id}"


def _fields_of(
    panel: Panel, performer: forms.Field, keyframes: Sequence[Keyframe], camera: forms.Field | None
) -> dict[str, forms.Field]:
    name = _named(panel.shot)
    found: dict[str, forms.Field] = {
        name("words"): forms.CharField(
            required=False,
            label="What the shot shows",
            # A shot that has a take already gets another one only where somebody writes so.
            initial="" if panel.take else panel.shot.description,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text="Left empty, no take is made of it.",
        ),
        name("performer"): forms.TypedChoiceField(
            required=False,
            empty_value=None,
            coerce=UUID,
            label="Performer",
            choices=performer.choices if isinstance(performer, forms.ChoiceField) else (),
        ),
    }
    if camera is not None:
        found[name("camera")] = deepcopy(camera)
    if keyframes:
        found[name("begins")] = forms.TypedChoiceField(
            required=False,
            empty_value=None,
            coerce=UUID,
            label="Begins with the last picture of",
            choices=[
                ("", "No picture"),
                *((one.take.id, f"{one.shot_code}, take {one.take.number}") for one in keyframes),
            ],
            help_text="Whoever is in that take is in this one too.",
        )
    return found
