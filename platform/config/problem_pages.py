"""A page for every problem type: what it means and what to do."""

from __future__ import annotations

import inspect

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.problem_types import GENERAL, PROBLEMS


@require_safe
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    for kind, entry in PROBLEMS.items():
        if entry.slug == slug:
            meaning = inspect.getdoc(kind) or entry.title
            return render(request, "web/problem_type.html", {"problem": entry, "meaning": meaning})
    for entry, meaning in GENERAL.items():
        if entry.slug == slug:
            return render(request, "web/problem_type.html", {"problem": entry, "meaning": meaning})
    raise Http404
