"""The log as a file, as it was searched for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from audit.exporting import csv_of, json_lines_of
from audit.pages.forms import SearchForm
from audit.reader import Reader, reader_of
from audit.responses import as_csv, as_json_lines
from audit.searching import Search

Export = Callable[[Reader, Search], Iterator[bytes]]


@require_safe
@login_required
def entries_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return _file(request, csv_of, as_csv)


@require_safe
@login_required
def entries_json_lines(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    return _file(request, json_lines_of, as_json_lines)


def _file(
    request: HttpRequest, export: Export, answer: Callable[[Iterator[bytes]], StreamingHttpResponse]
) -> HttpResponse | StreamingHttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        # The page of the log says what is wrong with the search.
        return redirect(f"{reverse('audit:log')}?{request.GET.urlencode()}")
    return answer(export(reader_of(request), form.search()))
