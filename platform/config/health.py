"""Two answers for whoever watches the process: it lives, and it can work."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers. Touches nothing."""
    return JsonResponse({"status": "ok"})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """The process can serve: the database answers as the role that owns nothing."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user",
            )
            row = cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "reason": "The database does not answer."}, status=503)
    if not row or not row[0]:
        reason = "Connected as a role that walks past row-level security."
        return JsonResponse({"status": "unsafe", "reason": reason}, status=503)
    return JsonResponse({"status": "ok"})
