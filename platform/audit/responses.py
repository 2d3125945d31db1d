"""Files of entries as answers that begin before the last entry is read."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
JSON_LINES = "application/jsonl; charset=utf-8"


def as_csv(content: Iterator[bytes]) -> StreamingHttpResponse:
    return _attached(content, "log.csv", CSV)


def as_json_lines(content: Iterator[bytes]) -> StreamingHttpResponse:
    return _attached(content, "log.jsonl", JSON_LINES)


def _attached(content: Iterator[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        content,
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
