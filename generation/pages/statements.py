from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django import forms
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.pages.access import member_page
from accounts.values import Actor
from audit.errors import NonUseNotProvable, UseFound
from generation.doors import MAY_STATE_NON_USE
from generation.evidence_response import non_use_response
from generation.operations.non_use import NonUseOrder
from licensing.doors import SEES_EVERYBODY
from licensing.queries import performer_card
from productions.queries import ProductionCard, production_list


class NonUseForm(forms.Form):
    """A performer is given by the page; `productions` are what there is to choose from."""

    production = forms.TypedChoiceField()
    since = forms.DateField(label="From", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    until = forms.DateField(
        label="To",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="That day included. It must be over, by UTC: a statement cannot reach into the future.",
    )

    def __init__(self, answers: QueryDict | None, productions: Sequence[ProductionCard]) -> None:
        super().__init__(answers)
        self.fields["production"] = forms.TypedChoiceField(
            coerce=UUID, choices=[("", "Choose"), *((one.id, one.title) for one in productions)]
        )

    def order(self, performer_id: UUID) -> NonUseOrder:
        asked = self.cleaned_data
        return NonUseOrder(
            performer_id=performer_id,
            production_id=asked["production"],
            since=datetime.combine(asked["since"], time.min, UTC),
            until=datetime.combine(asked["until"], time.min, UTC) + timedelta(days=1),
        )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_STATE_NON_USE)
def non_use(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponseBase:
    everybody = actor.is_one_of(*SEES_EVERYBODY)
    performer = performer_card(actor.organisation_id, performer_id, everybody=everybody)
    productions = production_list(actor.organisation_id)
    form = NonUseForm(request.POST if request.method == "POST" else None, productions)
    if form.is_valid():
        try:
            return non_use_response(actor, form.order(performer_id))
        except (UseFound, NonUseNotProvable) as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "generation/non_use.html",
        {"performer": performer, "form": form},
        status=409 if form.is_bound else 200,
    )
