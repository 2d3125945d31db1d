from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from licensing.doors import MAY_CALL_A_STRIKE
from licensing.errors import NoSuchStrike, StrikeOnRecord
from licensing.operations.strikes import set_strike
from licensing.pages.custody_forms import StrikeForm
from licensing.strike_queries import strike_cards
from licensing.values import Agreement


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def strikes(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = StrikeForm(request.POST or None)
    if form.is_valid():
        if not actor.is_one_of(*MAY_CALL_A_STRIKE):
            raise RoleMissing(frozenset(MAY_CALL_A_STRIKE))
        active = form.cleaned_data["active"] == "yes"
        try:
            set_strike(Agreement(form.cleaned_data["agreement"]), active=active, actor=actor)
        except (NoSuchStrike, StrikeOnRecord) as refused:
            form.add_error("agreement", str(refused))
        else:
            done = (
                "All consent under it is suspended."
                if active
                else "What was suspended holds again, as it was."
            )
            messages.success(request, done)
            return redirect("licensing:strikes")
    context = {
        "strikes": strike_cards(actor.organisation_id),
        "form": form,
        "may_call": actor.is_one_of(*MAY_CALL_A_STRIKE),
    }
    return render(request, "licensing/strikes.html", context, status=400 if form.errors else 200)
