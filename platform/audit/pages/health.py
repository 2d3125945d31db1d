from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audit.health import log_health
from audit.health_values import State
from audit.reader import reader_of
from core.clock import now

_TONES = {
    State.WELL: "good",
    State.ON_RECORD: "quiet",
    State.NOT_CONFIGURED: "quiet",
    State.UNKNOWN: "quiet",
    State.LATE: "warn",
    State.FAILING: "bad",
}


@require_safe
@login_required
def health(request: HttpRequest) -> HttpResponse:
    found = log_health(reader_of(request), at=now())
    lines = [(line, _TONES[line.state]) for line in found.lines]
    return render(
        request, "audit/health.html", {"health": found, "tone": _TONES[found.state], "lines": lines}
    )
