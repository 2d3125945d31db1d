"""Answers with a file, whole or in the part a player asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import http_date, parse_http_date_safe

# No file has more bytes than 18 digits can count; a longer number is no range we understand.
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")
_BLOCK = 256 * 1024


def media_response(request: HttpRequest, path: Path, *, content_type: str, etag: str) -> HttpResponseBase:
    """The file at `path`; 206 for one satisfiable range, 416 for one that is not.

    Several ranges in one request are answered with the whole file, as RFC 9110 section 14.2 lets a server do.
    Stored files never change, so their digest is their tag and may be kept by the browser, which must ask each
    time: who may see a take can change.
    """
    status = path.stat()
    size = status.st_size
    headers = {
        "Accept-Ranges": "bytes",
        "ETag": f'"{etag}"',
        "Last-Modified": http_date(status.st_mtime),
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": "inline",
    }
    if f'"{etag}"' in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    asked = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if asked is None or asked.groups() == ("", "") or not _same_file(request, etag, status.st_mtime):
        return _streamed(path, 0, size, HTTPStatus.OK, content_type, headers)
    first, last = _bounds(asked.group(1), asked.group(2), size)
    if first > last:
        return HttpResponse(
            status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
            headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"},
        )
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return _streamed(path, first, last - first + 1, HTTPStatus.PARTIAL_CONTENT, content_type, headers)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """The first and last byte asked for; first above last where there are none."""
    if not first:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _same_file(request: HttpRequest, etag: str, modified: float) -> bool:
    """Whether the part belongs to the file the client has the rest of (If-Range, RFC 9110 section 13.1.5)."""
    condition = request.headers.get("If-Range")
    if condition is None or condition == f'"{etag}"':
        return True
    date = parse_http_date_safe(condition)
    return date is not None and date >= int(modified)


def _streamed(
    path: Path, first: int, length: int, status: HTTPStatus, content_type: str, headers: dict[str, str]
) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        _blocks(path, first, length),
        status=status,
        content_type=content_type,
        headers={**headers, "Content-Length": str(length)},
    )


def _blocks(path: Path, first: int, length: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        stream.seek(first)
        while length > 0 and (block := stream.read(min(_BLOCK, length))):
            length -= len(block)
            yield block
