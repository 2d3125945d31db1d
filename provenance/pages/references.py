from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import RoleMissing
from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from productions.queries import production_card
from provenance.doors import MAY_BRING_REFERENCES, MAY_SEE_REFERENCES
from provenance.receiving import LARGEST_UPLOAD_BYTES, received_file
from provenance.references.media_kinds import SUFFIXES
from provenance.references.operations import ReferenceOrder, receive_reference
from provenance.references.queries import references_of
from provenance.source_types import STATED_OF_MEDIA


class ReferenceForm(forms.Form):
    file = forms.FileField(
        help_text=f"At most {LARGEST_UPLOAD_BYTES // 2**20} MB.",
        widget=forms.FileInput(attrs={"accept": ",".join(SUFFIXES)}),
    )
    title = forms.CharField(
        max_length=200, help_text="Public in every credential of what is made from it: nobody's name."
    )
    digital_source_type = forms.ChoiceField(
        label="How it came about",
        choices=[("", "Choose what you can answer for"), *STATED_OF_MEDIA.items()],
        help_text="Asked because a file without a credential gets one of ours. A credential that is in it speaks for "
        "itself, and this is not used.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_SEE_REFERENCES)
def references(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    """What a production works from, and a form to hand in more."""
    production = production_card(actor.organisation_id, production_id)
    may_bring = actor.is_one_of(*MAY_BRING_REFERENCES)
    form = ReferenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not may_bring:
            raise RoleMissing(frozenset(MAY_BRING_REFERENCES))
        if form.is_valid():
            try:
                with received_file(request) as path:
                    card = receive_reference(
                        ReferenceOrder(
                            production_id=production_id,
                            path=path,
                            title=form.cleaned_data["title"],
                            digital_source_type=form.cleaned_data["digital_source_type"],
                        ),
                        actor=actor,
                    )
            except StudioError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"{card.title} is kept.")
                return redirect("provenance:references", production_id)
    context = {
        "production": production,
        "references": references_of(actor.organisation_id, production_id),
        "form": form,
        "may_bring": may_bring,
        "source_types": STATED_OF_MEDIA,
    }
    return render(request, "provenance/references.html", context, status=400 if form.errors else 200)
