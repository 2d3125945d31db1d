from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.pages.forms import SearchForm
from audit.queries import EntryPage, entry_with_proof, log_summary, newest_entries
from audit.reader import reader_organisation


@require_safe
@login_required
def log(request: HttpRequest) -> HttpResponse:
    organisation_id = reader_organisation(request)
    form = SearchForm(request.GET)
    page = newest_entries(organisation_id, **form.search()) if form.is_valid() else EntryPage((), None)
    older = request.GET.copy()
    older["before"] = str(page.next_before or "")
    return render(
        request,
        "audit/log.html",
        {
            "log": log_summary(organisation_id),
            "page": page,
            "form": form,
            "searched": bool(form.data),
            "older": older.urlencode() if page.next_before else "",
        },
    )


@require_safe
@login_required
def entry(request: HttpRequest, uid: UUID) -> HttpResponse:
    proved = entry_with_proof(reader_organisation(request), uid)
    if proved is None:
        raise Http404
    said = [
        (name.replace("_", " "), ", ".join(value) if isinstance(value, list) else value)
        for name, value in proved.line.fields.items()
    ]
    return render(request, "audit/entry.html", {"proved": proved, "said": said})
