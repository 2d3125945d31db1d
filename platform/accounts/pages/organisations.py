from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.acting import SESSION_KEY, person_id
from accounts.errors import NotAMember
from accounts.pages.forms import SwitchForm
from accounts.queries import actor_of


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponse:
    """Choose the organisation to act for; the context of every page lists what there is to choose from."""
    if request.method != "POST":
        return render(request, "accounts/switch.html")
    organisation_id = SwitchForm(request.POST).organisation_id()
    if organisation_id is None or not actor_of(user_id=person_id(request), organisation_id=organisation_id):
        raise NotAMember("You are not a member of that organisation.")
    request.session[SESSION_KEY] = str(organisation_id)
    return redirect(settings.LOGIN_REDIRECT_URL)
