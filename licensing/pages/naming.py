from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.pages.access import member_page
from accounts.values import Actor
from core.errors import StudioError
from licensing.naming import NamingPage, naming_page
from licensing.operations.naming import choose_naming
from licensing.queries import performer_card


class NamingForm(forms.Form):
    production = forms.UUIDField(widget=forms.HiddenInput)
    named_as = forms.CharField(
        max_length=120, required=False, help_text="As it is to be read. Leave it empty to be named no longer."
    )
    document_sha256 = forms.CharField(
        label="SHA-256 of the paper",
        max_length=64,
        required=False,
        help_text="In which the performer said so.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@member_page()
def naming(request: HttpRequest, actor: Actor, performer_id: UUID) -> HttpResponse:
    """One form for each production; who is named is a choice that can be taken back at any time."""
    page = naming_page(performer_id, actor=actor)
    sent = NamingForm(request.POST) if request.method == "POST" else None
    if sent is not None and sent.is_valid():
        said = sent.cleaned_data
        try:
            card = choose_naming(
                performer_id,
                said["production"],
                named_as=said["named_as"],
                document_sha256=said["document_sha256"] if page.by_paper else "",
                actor=actor,
            )
        except StudioError as refusal:
            sent.add_error(None, str(refusal))
        else:
            told = f"Named as {card.named_as}" if card.named_as else "Not named"
            messages.success(request, f"{told} to whoever verifies a file of {card.production_title}.")
            return redirect("licensing:naming", performer_id)
    context = {
        "performer": performer_card(actor.organisation_id, performer_id, everybody=True),
        "lines": [(one, _form(one.production_id, one.named_as, page, sent)) for one in page.cards],
    }
    return render(request, "licensing/naming.html", context, status=400 if sent else 200)


def _form(production_id: UUID, named_as: str, page: NamingPage, sent: NamingForm | None) -> NamingForm:
    if sent is not None and sent.data.get("production") == str(production_id):
        form = sent
    else:
        form = NamingForm(
            initial={"production": production_id, "named_as": named_as}, auto_id=f"id_{production_id}_%s"
        )
    if not page.by_paper:
        del form.fields["document_sha256"]
    return form
