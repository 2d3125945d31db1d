from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from licensing.disclosures.queries import approval_card, disclosure_page
from licensing.doors import MAY_APPROVE_DISCLOSURES, MAY_PLACE_DISCLOSURES
from licensing.operations.disclosures import (
    LONGEST_PLACE,
    LONGEST_TEXT,
    NewApproval,
    approve_disclosure,
    place_disclosure,
    withdraw_disclosure,
)
from licensing.places import is_territory


class TerritoriesForm(forms.Form):
    territories = forms.CharField(
        required=False,
        label="Seen in",
        help_text="Codes with commas between them, such as EU, US-NY. Empty: anywhere.",
    )

    def clean_territories(self) -> tuple[str, ...]:
        said = self.cleaned_data["territories"].split(",")
        codes = tuple(dict.fromkeys(code.strip().upper() for code in said if code.strip()))
        unknown = [code for code in codes if not is_territory(code)]
        if unknown:
            raise forms.ValidationError(f"No such territory: {', '.join(unknown)}.")
        return codes


class ApprovalForm(forms.Form):
    wording = forms.CharField(max_length=60)
    language = forms.CharField(required=False, max_length=12)
    text = forms.CharField(required=False, max_length=LONGEST_TEXT)


class PlacingForm(forms.Form):
    place = forms.CharField(max_length=LONGEST_PLACE)
    document_sha256 = forms.CharField(max_length=64)
    placed_on = forms.DateField(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def disclosures(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    """What has to be told of a production, and counsel's word on how."""
    narrowed = TerritoriesForm(request.GET if "territories" in request.GET else None)
    territories = narrowed.cleaned_data["territories"] if narrowed.is_valid() else ()
    refused = ""
    if request.method == "POST":
        if not actor.is_one_of(*MAY_APPROVE_DISCLOSURES):
            raise RoleMissing(frozenset(MAY_APPROVE_DISCLOSURES))
        form = ApprovalForm(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            new = NewApproval(
                production_id=production_id,
                wording_id=said["wording"],
                language=said["language"],
                text=said["text"],
            )
            try:
                approve_disclosure(new, actor=actor)
            except StudioError as refusal:
                refused = str(refusal)
            else:
                messages.success(request, "Approved. It counts for a delivery once it is placed.")
                return redirect("licensing:disclosures", production_id)
        else:
            refused = _first_error(form)
    context = {
        "page": disclosure_page(actor.organisation_id, production_id, territories=territories),
        "form": narrowed,
        "refused": refused,
        "may_approve": actor.is_one_of(*MAY_APPROVE_DISCLOSURES),
        "may_place": actor.is_one_of(*MAY_PLACE_DISCLOSURES),
    }
    return render(
        request, "licensing/disclosures.html", context, status=400 if refused or narrowed.errors else 200
    )


@require_POST
@member_page(*MAY_PLACE_DISCLOSURES)
def place(request: HttpRequest, actor: Actor, disclosure_id: UUID) -> HttpResponse:
    approval = approval_card(actor.organisation_id, disclosure_id)
    form = PlacingForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
    else:
        try:
            place_disclosure(disclosure_id, actor=actor, **form.cleaned_data)
        except StudioError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Placed. It counts for a delivery from now on.")
    return redirect("licensing:disclosures", approval.production_id)


@require_POST
@member_page(*MAY_APPROVE_DISCLOSURES)
def withdraw(request: HttpRequest, actor: Actor, disclosure_id: UUID) -> HttpResponse:
    card = withdraw_disclosure(disclosure_id, actor=actor)
    messages.success(request, "Taken back. What rested on it counts for nothing from now on.")
    return redirect("licensing:disclosures", card.production_id)


def _first_error(form: forms.Form) -> str:
    return next(
        f"{name.replace('_', ' ').capitalize()}: {error}"
        for name, errors in form.errors.items()
        for error in errors
    )
