"""Forms that files of entries may be asked for in. The answer is a stream; only refusals are rendered here."""

from __future__ import annotations

from rest_framework.renderers import JSONRenderer


class CsvRenderer(JSONRenderer):
    """Lets `Accept: text/csv` pass; a refusal is a problem document in JSON, whatever was asked for."""

    media_type = "text/csv"
    format = "csv"


class JsonLinesRenderer(JSONRenderer):
    """As `CsvRenderer`, for `Accept: application/jsonl`."""

    media_type = "application/jsonl"
    format = "jsonl"
