"""Handing an evidence bundle to a browser or a client."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.http import FileResponse

from accounts.values import Actor
from core.media_store import disk_errors
from generation.evidence import write_take_bundle
from generation.operations.non_use import NonUseOrder, state_non_use
from licensing.doors import SEES_EVERYBODY


def evidence_response(actor: Actor, take_id: UUID) -> FileResponse:
    """The bundle of a take as a download.

    Raises:
        As `write_take_bundle`; core.errors.DiskFull: there is no room for it.
    """
    everybody = actor.is_one_of(*SEES_EVERYBODY)

    def write(target: BinaryIO) -> None:
        write_take_bundle(actor.organisation_id, take_id, target, everybody=everybody)

    return _bundle_response(write, f"evidence-{take_id}.zip")


def non_use_response(actor: Actor, order: NonUseOrder) -> FileResponse:
    """A statement of non-use as a download.

    Raises:
        As `state_non_use`; core.errors.DiskFull: there is no room for it.
    """
    everybody = actor.is_one_of(*SEES_EVERYBODY)

    def write(target: BinaryIO) -> None:
        state_non_use(order, target, actor=actor, everybody=everybody)

    return _bundle_response(write, f"non-use-{order.performer_id}.zip")


def _bundle_response(write: Callable[[BinaryIO], None], name: str) -> FileResponse:
    """What `write` writes, on the media volume until it is sent, under no name there."""
    folder = settings.MEDIA_FOLDER / "tmp"
    with disk_errors():
        folder.mkdir(parents=True, exist_ok=True)
        stream = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by the response that sends it
        try:
            write(stream)
        except BaseException:
            stream.close()
            raise
    stream.seek(0)
    response = FileResponse(stream, as_attachment=True, filename=name)
    response["Content-Type"] = "application/zip"
    response["Cache-Control"] = "private, no-store"
    return response
