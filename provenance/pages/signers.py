from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from provenance.doors import READS_SIGNERS
from provenance.signer_cards import signers_page


@require_safe
@member_page(*READS_SIGNERS)
def signers(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "provenance/signers.html", {"page": signers_page(actor.organisation_id)})
