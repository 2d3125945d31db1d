from __future__ import annotations

import re
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.pages.access import member_page
from accounts.values import Actor
from provenance.beside.queries import sidecar, sidecars
from provenance.doors import MAY_SEE_REFERENCES
from provenance.sidecar_response import sidecar_response

_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


@require_safe
@member_page(*MAY_SEE_REFERENCES)
def every(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Credentials beside files, the latest first; with a digest those of the file that has it."""
    asked = request.GET.get("sha256", "").strip().lower()
    is_digest = bool(_SHA256_HEX.fullmatch(asked))
    context = {
        "sidecars": sidecars(actor.organisation_id, sha256_hex=asked if is_digest else None),
        "asked": asked,
        "wrong": bool(asked) and not is_digest,
    }
    return render(request, "provenance/sidecars.html", context, status=400 if context["wrong"] else 200)


@require_safe
@member_page(*MAY_SEE_REFERENCES)
def one(request: HttpRequest, actor: Actor, sidecar_id: UUID) -> HttpResponse:
    return render(request, "provenance/sidecar.html", {"card": sidecar(actor.organisation_id, sidecar_id)})


@require_safe
@member_page(*MAY_SEE_REFERENCES)
def credential(request: HttpRequest, actor: Actor, sidecar_id: UUID) -> HttpResponse:
    return sidecar_response(actor.organisation_id, sidecar_id)
