from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.anchors import anchors_of
from audit.pages.forms import SearchForm
from audit.pages.rows import meaning, row_of, said_by
from audit.proving import proof_of
from audit.queries import EntryPage, log_summary
from audit.reader import reader_of
from audit.searching import entry_for, find_entries
from audit.subjects import stands_for


@require_safe
@login_required
def log(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    form = SearchForm(request.GET)
    page = EntryPage((), None)
    if form.is_valid():
        page = find_entries(reader, form.search(), before=form.before_entry())
    asked = request.GET.copy()
    asked.pop("before", None)
    return render(
        request,
        "audit/log.html",
        {
            "reader": reader,
            "log": log_summary(reader.organisation_id),
            "rows": [row_of(line) for line in page.entries],
            "form": form,
            "searched": any(asked.values()),
            "asked": asked.urlencode(),
            "older": f"{asked.urlencode()}&before={page.next_before}" if page.next_before else "",
            "is_first_page": not form.data.get("before"),
        },
    )


@require_safe
@login_required
def entry(request: HttpRequest, uid: UUID) -> HttpResponse:
    reader = reader_of(request)
    found = entry_for(reader, uid)
    if found is None:
        raise Http404
    return render(
        request,
        "audit/entry.html",
        {
            "row": row_of(found.line),
            "body": found.body.decode(errors="replace"),
            "damage": found.damage,
            "meaning": meaning(found.line),
            "said": said_by(found.line),
            "stands_for": stands_for(reader.organisation_id, found.line.subject, found.line.fields),
            "proved": found.proved,
            "proof": proof_of(found.proved) if found.proved else None,
            "anchors": anchors_of(reader.organisation_id, origin=found.line.origin, index=found.line.index),
        },
    )
