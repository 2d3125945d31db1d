"""Handing the file of a delivery to whoever holds its link."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase

from generation.mastering.values import FORMATS
from generation.media_response import media_response
from generation.operations.delivery_links import fetch_file

_TYPES = {one.suffix: one.media_type for one in FORMATS.values()}


def handout_response(request: HttpRequest, token: str) -> HttpResponseBase:
    """The file as a download, under a name that names no production and nobody.

    Raises:
        As `fetch_file`.
    """
    handed = fetch_file(token)
    response = media_response(
        request, handed.path, content_type=_TYPES[handed.path.suffix], etag=handed.path.stem
    )
    response["Content-Disposition"] = (
        f'attachment; filename="delivery-{handed.delivery.id}{handed.path.suffix}"'
    )
    return response
