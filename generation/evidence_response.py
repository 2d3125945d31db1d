"""Handing an evidence bundle to a browser or a client."""

from __future__ import annotations

import tempfile
from uuid import UUID

from django.conf import settings
from django.http import FileResponse

from accounts.values import Actor
from core.media_store import disk_errors
from generation.evidence import write_take_bundle
from licensing.doors import SEES_EVERYBODY


def evidence_response(actor: Actor, take_id: UUID) -> FileResponse:
    """The bundle of a take as a download. It lies on the media volume until it is sent, under no name.

    Raises:
        As `write_take_bundle`; core.errors.DiskFull: there is no room for it.
    """
    folder = settings.MEDIA_FOLDER / "tmp"
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        stream = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by the response that sends it
        try:
            everybody = actor.is_one_of(*SEES_EVERYBODY)
            write_take_bundle(actor.organisation_id, take_id, stream, everybody=everybody)
        except BaseException:
            stream.close()
            raise
    stream.seek(0)
    response = FileResponse(stream, as_attachment=True, filename=f"evidence-{take_id}.zip")
    response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "private, no-store"
    return response
