from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from core.ids import new_id
from generation.deliveries.cards import RecipientCard
from generation.deliveries.queries import recipients
from generation.doors import MAY_DELIVER
from generation.master_response import master_response
from generation.mastering.cameras import CameraMove, CameraOrder, CamerasNotSaid, CameraSource
from generation.mastering.errors import MasterConflict
from generation.mastering.queries import kept_frames_of, masters_of_take
from generation.mastering.values import FORMATS, RATES, MasterFormat, MasterState
from generation.operations.masters import MasterOrder, cancel_master, request_master
from generation.pages.forms import offer, renew_key
from generation.queries import take_card
from generation.screens.queries import screens_of_all
from generation.screens.values import ScreenedKind
from licensing.doors import SEES_EVERYBODY
from productions.queries import shot_card
from provenance.watermarks.provider import films_are_marked

_OF_CAMERAS = ("move", "amount", "horizontal_fov")


class MasterForm(forms.Form):
    """Which format, at which rate it is shown, and for whom alone, where films are marked here."""

    _cameras: CameraOrder | None = None

    # Made when the form is shown: sending it twice asks once.
    key = forms.CharField(max_length=200, widget=forms.HiddenInput)
    format = forms.ChoiceField(
        choices=[
            ("", "Choose"),
            *((one.value, f"{said.title}: {said.note}") for one, said in FORMATS.items()),
        ]
    )
    fps = forms.ChoiceField(
        label="Frames a second",
        required=False,
        choices=[("", "As the take has it"), *((str(rate), str(rate)) for rate in RATES)],
        help_text="Another rate shows the same frames faster or slower; none is made or left out. The file says so.",
    )

    cameras = forms.ChoiceField(
        label="Where the camera stood",
        required=False,
        choices=[
            ("", "Not asked"),
            (CameraSource.DECLARED.value, "As I declare below"),
            (CameraSource.SOLVED.value, "To be solved from the pictures"),
        ],
        help_text="The file says which. A solved camera has no scale, and needs the extra pycolmap on the worker.",
    )
    move = forms.ChoiceField(
        label="Camera move",
        required=False,
        choices=[("", "Choose"), *((one.value, one.value.capitalize()) for one in CameraMove)],
    )
    amount = forms.DecimalField(
        label="By how much",
        required=False,
        max_digits=8,
        decimal_places=3,
        help_text="From the first frame to the last. Degrees of a pan, tilt or roll; metres of a dolly, truck or "
        "pedestal. Right, up, clockwise and forward are positive.",
    )
    horizontal_fov = forms.DecimalField(
        label="Seen across, in degrees",
        required=False,
        max_digits=6,
        decimal_places=3,
        help_text="The horizontal field of view, such as 40.",
    )
    recipient = forms.TypedChoiceField(
        label="Marked for one recipient",
        coerce=UUID,
        required=False,
        empty_value=None,
        help_text="Its pictures get an invisible watermark of their own, so that a copy that turns up elsewhere "
        "tells whose it was. It can be delivered to this recipient and to nobody else.",
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - Django's
        recipients: Sequence[RecipientCard] = (),
        **options: Any,  # noqa: ANN401 - Django's
    ) -> None:
        super().__init__(*args, **options)
        if recipients and films_are_marked():
            offered: list[tuple[object, str]] = [(one.id, one.name) for one in recipients]
            offer(self.fields["recipient"], [("", "No: for anybody"), *offered])
        else:
            del self.fields["recipient"]

    def fieldsets(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields in groups, each under what it is about."""
        return [
            ("The file", [self[name] for name in ("format", "fps", "recipient") if name in self.fields]),
            ("The camera, for a hand-off for 3D alone", [self[name] for name in ("cameras", *_OF_CAMERAS)]),
        ]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("cameras"):
            try:
                self._cameras = CameraOrder.from_json(
                    {"source": said["cameras"], **{name: said.get(name) for name in _OF_CAMERAS}}
                )
            except CamerasNotSaid as fault:
                self.add_error(fault.field if fault.field in _OF_CAMERAS else "cameras", str(fault))
        return said

    def renew_key(self) -> None:
        """Show the form under a new key, so that sending it asks anew."""
        self.data = renew_key(self.data, new_id())

    def order(self, take_id: UUID) -> MasterOrder:
        """The order behind a valid form."""
        said = self.cleaned_data
        return MasterOrder(
            take_id=take_id,
            format=MasterFormat(said["format"]),
            fps=Fraction(said["fps"]) if said["fps"] else None,
            cameras=self._cameras,
            recipient_id=said.get("recipient"),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_DELIVER)
def new_master(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    card = take_card(actor.organisation_id, take_id)
    form = MasterForm(
        request.POST or None,
        recipients=recipients(actor.organisation_id),
        initial={"key": str(new_id()), "recipient": request.GET.get("recipient", "")},
    )
    if form.is_valid():
        try:
            request_master(
                form.order(take_id),
                actor=actor,
                idempotency_key=form.cleaned_data["key"],
                everybody=actor.is_one_of(*SEES_EVERYBODY),
            )
        except MasterConflict:
            # The browser's way back leads to a form that was sent already; what it says now is another request.
            form.renew_key()
            form.add_error(
                None, "This form has made another master already. Send it again to make this one too."
            )
        except StudioError as refusal:
            # Shown beside what was chosen: an error page would lose it.
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Permitted. The master waits for a worker.")
            return redirect("generation:take", take_id)
    context = {
        "form": form,
        "card": card,
        "shot": shot_card(actor.organisation_id, card.shot_id),
        "kept": kept_frames_of(actor.organisation_id, take_id),
        "films_are_marked": films_are_marked(),
    }
    return render(request, "generation/new_master.html", context, status=400 if form.errors else 200)


@require_safe
@member_page()
def masters(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    """The part of a take's page that changes while masters are made."""
    found = masters_of_take(actor.organisation_id, take_id)
    context = {
        "card": take_card(actor.organisation_id, take_id),
        "masters": found,
        "master_screens": screens_of_all(
            actor.organisation_id, ScreenedKind.MASTER, [one.id for one in found]
        ),
        "masters_open": not all(one.is_settled for one in found),
        "polled": True,
        "may_deliver": actor.is_one_of(*MAY_DELIVER),
    }
    return render(request, "generation/components/masters.html", context)


@require_POST
@member_page(*MAY_DELIVER)
def cancel(request: HttpRequest, actor: Actor, master_id: UUID) -> HttpResponse:
    card = cancel_master(master_id, actor=actor)
    messages.info(
        request, "Cancelled." if card.state is MasterState.CANCELLED else "It stops within seconds."
    )
    return redirect("generation:take", card.take_id)


@require_safe
@member_page(*MAY_DELIVER)
def file(request: HttpRequest, actor: Actor, master_id: UUID) -> HttpResponseBase:
    return master_response(request, actor, master_id)
