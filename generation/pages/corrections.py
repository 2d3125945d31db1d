from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.pages.access import member_page
from accounts.values import Actor
from generation.corrections import DecidedUnder, decided_before
from generation.pages.correction_forms import CorrectionForm
from productions.corrections import correct_production
from productions.doors import MAY_CORRECT
from productions.errors import CorrectionUnfit, NothingToCorrect
from productions.queries import production_card, production_facts


@require_http_methods(["GET", "HEAD", "POST"])
@member_page(*MAY_CORRECT)
def correct(request: HttpRequest, actor: Actor, production_id: UUID) -> HttpResponse:
    card = production_card(actor.organisation_id, production_id)
    form = CorrectionForm(request.POST or None, production_facts(actor.organisation_id, production_id))
    before: DecidedUnder | None = None
    if form.is_valid():
        new = form.correction()
        before = decided_before(production_id, new, actor=actor)
        if before.total and form.cleaned_data["confirmed"] != before.total:
            form.tell(before.total)
        else:
            try:
                correct_production(production_id, new, actor=actor)
            except (CorrectionUnfit, NothingToCorrect) as refused:
                field = str(refused.extensions().get("field", ""))
                form.add_error(field if field in form.fields else None, str(refused))
            else:
                messages.success(
                    request, "Corrected. Earlier decisions keep their facts; the next one reads this."
                )
                return redirect("generation:production", production_id)
    context = {"form": form, "production": card, "before": before}
    return render(request, "generation/correct.html", context, status=400 if form.errors else 200)
