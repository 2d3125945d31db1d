"""Jobs at services that nobody waits for any more: their takes were cancelled while no worker held them."""

from __future__ import annotations

import logging
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.errors import StudioError
from core.tenancy import tenant
from generation.engines.hosted_declaration import read_declaration
from generation.hosted.client import Busy, Failing, JobGone, VideosClient
from generation.hosted.values import CallState
from generation.hosted.wire import NotAnswered, NotSent, TooMuch, Wire
from generation.hosted.working import key_for
from generation.models import HostedCall

logger = logging.getLogger(__name__)

# A service that does not answer must not keep the sweep from everything else.
_AT_ONCE = 3


def end_left_calls() -> int:
    """End at their services, and on record, requests whose takes ended without a worker; how many there were.

    What a service does not confirm is ended on record all the same: nothing that it makes is taken.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, take_id FROM generation_hosted_calls_left_v1()")
        left: list[tuple[UUID, UUID]] = cursor.fetchall()
    for organisation_id, take_id in left[:_AT_ONCE]:
        _end(organisation_id, take_id)
    return len(left[:_AT_ONCE])


def _end(organisation_id: UUID, take_id: UUID) -> None:
    with tenant(organisation_id):
        row: HostedCall | None = (
            HostedCall.objects.filter(take_id=take_id, state=CallState.OPEN)
            .select_related("take__model", "take__shot__sequence")
            .first()
        )
    if row is None:
        return
    if row.job_id:
        _delete(Path(settings.PROJECT_FOLDER, row.take.model.folder), row)
    with tenant(organisation_id, durable=True):
        mine = HostedCall.objects.filter(id=row.id, state=CallState.OPEN).update(
            state=CallState.CANCELLED, ended_at=Now()
        )
        if mine:
            trail.record(
                organisation_id=organisation_id,
                entry_type=EntryType.HOSTED_ENDED,
                actor="system",
                subject=f"take:{take_id}",
                fields={
                    "take": str(take_id),
                    "call": str(row.id),
                    "reason_code": CallState.CANCELLED.value,
                },
                at=clock.now(),
                production_id=row.take.shot.sequence.production_id,
            )


def _delete(folder: Path, row: HostedCall) -> None:
    try:
        declared = read_declaration(folder)
        if declared.host == row.host:
            key = key_for(declared)
            VideosClient(Wire(declared, key), host=declared.host, key=key).delete(row.job_id)
    except (StudioError, Busy, Failing, JobGone, NotAnswered, NotSent, TooMuch) as failure:
        logger.warning("The job of take %s at %s is not ended there: %s", row.take_id, row.host, failure)
