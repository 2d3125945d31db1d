from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django import forms
from django.http import QueryDict

from generation.authorship.arranging import moved, placed, removed, trimmed
from generation.authorship.cards import CutCard
from generation.authorship.page_queries import PlaceableElement, PlaceableTake
from generation.authorship.timecode import frame_of
from generation.authorship.values import (
    LONGEST_NOTE,
    LONGEST_REEL,
    LONGEST_TITLE,
    MOST_FPS,
    MOST_FRAMES,
    STATED_BY_HAND,
    ContributionKind,
    Cut,
    CutItem,
    RejectionReason,
    StatedContribution,
    Verdict,
)
from productions.queries import ShotCard
from web.templatetags.words import capital, words

REJECTION_REASONS = [
    ("", "Choose a reason"),
    *((one.value, capital(words(one.value))) for one in RejectionReason),
]


class VerdictForm(forms.Form):
    """Two buttons give `verdict`; a rejection says why."""

    verdict = forms.ChoiceField(choices=[("selected", "Select"), ("rejected", "Reject")])
    reason = forms.ChoiceField(
        required=False,
        choices=REJECTION_REASONS,
    )
    note = forms.CharField(required=False, max_length=LONGEST_NOTE)

    def stated(self) -> Verdict:
        said = self.cleaned_data
        selected = said["verdict"] == "selected"
        reason = None if selected or not said["reason"] else RejectionReason(said["reason"])
        return Verdict(selected=selected, reason=reason, note=said["note"])


class ContributionForm(forms.Form):
    """What a person did by hand, in a production whose `shots` there are."""

    kind = forms.ChoiceField(
        label="What it is",
        choices=[("", "Choose"), *((one.value, capital(words(one.value))) for one in STATED_BY_HAND)],
    )
    title = forms.CharField(max_length=LONGEST_TITLE, label="In a few words")
    shot = forms.TypedChoiceField(required=False, empty_value=None, coerce=UUID, label="Shot")
    note = forms.CharField(required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2}))
    file_sha256 = forms.RegexField(
        r"^[0-9a-f]{64}\Z",
        required=False,
        label="SHA-256 of its file",
        help_text="So that the record names the file to the last bit.",
    )
    num_frames = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_FRAMES,
        label="Length in frames",
        help_text="Of an element made by hand that can be placed in a cut.",
    )
    fps = forms.IntegerField(required=False, min_value=1, max_value=MOST_FPS, label="Frames a second")
    without_ai = forms.TypedChoiceField(
        required=False,
        empty_value=None,
        label="Made without AI",
        choices=[("", "Not stated"), ("yes", "Yes, I declare it"), ("no", "No")],
        coerce=lambda word: word == "yes",
        help_text="Of an element made by hand. Not stated counts as unknown.",
    )

    def __init__(self, answers: QueryDict | None, *, shots: Sequence[ShotCard]) -> None:
        super().__init__(answers)
        field = self.fields["shot"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101 - declared above
        field.choices = [("", "The whole production"), *((one.id, one.code) for one in shots)]

    def stated(self, production_id: UUID) -> StatedContribution:
        said = self.cleaned_data
        return StatedContribution(
            kind=ContributionKind(said["kind"]),
            production_id=production_id,
            shot_id=said["shot"],
            title=said["title"],
            note=said["note"],
            file_sha256=said["file_sha256"],
            num_frames=said["num_frames"],
            fps=said["fps"],
            without_ai=said["without_ai"],
        )


class RestoreForm(forms.Form):
    number = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    based_on = forms.IntegerField(min_value=0, max_value=2**31 - 1)


class CutStepForm(forms.Form):
    """One step in a cut; which fields count is said by `step`. Frames are counted from 1 and both ends are inside."""

    step = forms.ChoiceField(
        choices=[(word, word) for word in ("place", "up", "down", "trim", "remove", "reel")]
    )
    based_on = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    source = forms.CharField(required=False)
    position = forms.IntegerField(required=False, min_value=1)
    first = forms.IntegerField(required=False, min_value=1, max_value=MOST_FRAMES)
    last = forms.IntegerField(required=False, min_value=1, max_value=MOST_FRAMES)
    reel = forms.CharField(required=False, max_length=LONGEST_REEL)
    starts_at = forms.CharField(required=False, max_length=16)

    def __init__(
        self,
        answers: QueryDict,
        *,
        cut: CutCard,
        takes: Sequence[PlaceableTake],
        elements: Sequence[PlaceableElement],
    ) -> None:
        super().__init__(answers)
        self._cut = cut
        self._sources: dict[str, PlaceableTake | PlaceableElement] = {str(one.id): one for one in takes}
        self._sources |= {str(one.id): one for one in elements}

    def clean(self) -> None:
        said = self.cleaned_data
        if self.errors:
            return
        step, position = said["step"], said.get("position") or 0
        if step == "place" and said["source"] not in self._sources:
            raise forms.ValidationError("Choose what to place.")
        if step in ("up", "down", "trim", "remove") and not 1 <= position <= len(self._cut.entries):
            raise forms.ValidationError("There is no such place in this cut any more.")
        if step == "trim" and (said["first"] is None or said["last"] is None):
            raise forms.ValidationError("Give the first and the last frame.")
        if step == "reel":
            try:
                self._start = frame_of(said["starts_at"] or "00:00:00:00", fps=self._cut.fps or 1)
            except ValueError as malformed:
                raise forms.ValidationError(str(malformed)) from malformed

    def changed(self) -> Cut:
        """The cut after the step."""
        said, cut = self.cleaned_data, self._cut.cut
        match said["step"]:
            case "place":
                return placed(cut, self._item(self._sources[said["source"]]))
            case "up":
                return moved(cut, said["position"], by=-1)
            case "down":
                return moved(cut, said["position"], by=1)
            case "trim":
                return trimmed(cut, said["position"], first_frame=said["first"] - 1, end_frame=said["last"])
            case "remove":
                return removed(cut, said["position"])
            case _:
                return Cut(items=cut.items, reel=said["reel"].strip(), start_frame=self._start)

    def _item(self, source: PlaceableTake | PlaceableElement) -> CutItem:
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        is_take = isinstance(source, PlaceableTake)
        return CutItem(
            take_id=source.id if is_take else None,
            element_id=None if is_take else source.id,
            first_frame=(first or 1) - 1,
            end_frame=last or source.num_frames,
        )
