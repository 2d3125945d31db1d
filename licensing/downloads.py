from __future__ import annotations

from django.http import HttpResponse


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """`pdf` to be saved, never opened inside our own pages."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
