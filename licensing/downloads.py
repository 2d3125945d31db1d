from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.http import FileResponse, HttpResponse

from licensing.owed.statement_csv import statement_csv


def pdf_response(pdf: bytes, name: str) -> HttpResponse:
    """`pdf` to be saved, never opened inside our own pages."""
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def statement_response(statement_id: UUID, content: bytes, form: Literal["json", "csv"]) -> HttpResponse:
    """A statement of pay to be saved: the very bytes its digest is of, or the table made of them."""
    body = content if form == "json" else statement_csv(json.loads(content)).encode()
    kind = "application/json" if form == "json" else "text/csv; charset=utf-8"
    response = HttpResponse(body, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="statement-{statement_id}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def report_response(path: Path, code: str, made_at: datetime, form: Literal["csv", "pdf"]) -> FileResponse:
    """A report's file to be saved, sent in pieces. Its name says which report and of which day, and nobody's name."""
    name = f"{code.replace('_', '-')}-{made_at:%Y-%m-%d}.{form}"
    kind = "text/csv; charset=utf-8" if form == "csv" else "application/pdf"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    return response
