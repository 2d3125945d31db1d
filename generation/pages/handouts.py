from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from core.errors import StudioError
from generation.deliveries.handouts import handout
from generation.handout_response import handout_response
from generation.operations.recalls import acknowledge_by_link
from generation.pages.delivery_forms import AcknowledgementForm

_PAGE = "generation/handout.html"


@require_safe
@never_cache
def page(request: HttpRequest, token: str) -> HttpResponse:
    """What a recipient without an account sees of one delivery."""
    context = {"handout": handout(token), "token": token, "form": AcknowledgementForm()}
    return render(request, _PAGE, context)


@require_GET
@never_cache
def file(request: HttpRequest, token: str) -> HttpResponseBase:
    return handout_response(request, token)


@require_POST
@never_cache
def acknowledge(request: HttpRequest, token: str) -> HttpResponse:
    form = AcknowledgementForm(request.POST)
    if form.is_valid():
        try:
            acknowledge_by_link(token, **form.cleaned_data)
        except StudioError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Thank you. The studio has your acknowledgement on record.")
            return redirect("generation:handout", token)
    context = {"handout": handout(token), "token": token, "form": form}
    return render(request, _PAGE, context, status=400)
