from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from generation.deliveries.disputing import disputes_of_take, take_of_dispute
from generation.deliveries.values import DisputeGround, DisputeOutcome
from generation.doors import MAY_END_DISPUTES
from generation.operations.disputes import end_dispute, open_dispute
from generation.queries import take_card
from web.templatetags.words import words


def _choices(every: type[StrEnum]) -> list[tuple[str, str]]:
    return [("", "choose"), *((one.value, words(one.value)) for one in every)]


class DisputeForm(forms.Form):
    ground = forms.ChoiceField(choices=_choices(DisputeGround))
    words = forms.CharField(
        label="What is said",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Read by legal, the union and auditors. The public is told only that the file is disputed.",
    )


class DisputeEndForm(forms.Form):
    outcome = forms.ChoiceField(choices=_choices(DisputeOutcome))
    words = forms.CharField(label="Why", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def of_take(request: HttpRequest, actor: Actor, take_id: UUID) -> HttpResponse:
    form = DisputeForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        try:
            open_dispute(take_id, ground=DisputeGround(said["ground"]), words=said["words"], actor=actor)
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "On record. Whoever verifies the file is told that it is disputed.")
            return redirect("generation:disputes", take_id)
    return _shown(request, actor, take_id, form=form)


@require_POST
@member_page()
def end(request: HttpRequest, actor: Actor, dispute_id: UUID) -> HttpResponse:
    form = DisputeEndForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        card = end_dispute(
            dispute_id, outcome=DisputeOutcome(said["outcome"]), words=said["words"], actor=actor
        )
        messages.success(request, "The dispute has ended.")
        return redirect("generation:disputes", card.take_id)
    messages.error(request, "Say how it ended, and why.")
    return redirect("generation:disputes", take_of_dispute(dispute_id, actor=actor))


def _shown(request: HttpRequest, actor: Actor, take_id: UUID, *, form: DisputeForm) -> HttpResponse:
    page = disputes_of_take(take_id, actor=actor)
    lines = [(one, DisputeEndForm(auto_id=f"id_{one.id}_%s")) for one in page.disputes]
    context = {
        "card": take_card(actor.organisation_id, take_id),
        "lines": lines,
        "may_open": page.may_open,
        "may_end": actor.is_one_of(*MAY_END_DISPUTES),
        "mine": actor.user_id,
        "form": form,
    }
    return render(request, "generation/disputes.html", context, status=400 if form.errors else 200)
