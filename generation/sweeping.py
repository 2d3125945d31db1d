"""Finds takes that nobody works on and wakes a worker for them.

A message that was lost, a broker that was down at the commit and a worker that was killed all look the same here: a
row that waits. This runs inside every worker; of several, one wakes each take.
"""

from __future__ import annotations

import logging
import shutil
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from core.errors import StudioError
from core.media_store import MediaStore
from core.tenancy import tenant
from generation.models import Master, Take
from generation.operations.recalls import record_recalls
from generation.operations.status_lists import publish_status_lists
from generation.tasks import make_master, render_take
from licensing.operations.quotas import expire_quotas
from provenance.unrecorded import remove_unrecorded

logger = logging.getLogger(__name__)

# Longer than any render: what is older was left by a worker that was killed.
_LEFT_OVER_AFTER_S = 24 * 3600

# Must be shorter than the quiet times in generation_takes_awaiting_v1.
_JUST_WOKEN = timedelta(seconds=4)


def sweep() -> int:
    """Wake a worker for every take and master that waits unattended; how many there were.

    What is held of consents beyond its time is given back on the way.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, take_id FROM generation_takes_awaiting_v1()")
        waiting: list[tuple[UUID, UUID]] = cursor.fetchall()
    expire_quotas()
    woken = sum(_wake(take_id, organisation_id) for organisation_id, take_id in waiting)
    return woken + _wake_masters()


def _wake_masters() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, master_id FROM generation_masters_awaiting_v1()")
        waiting: list[tuple[UUID, UUID]] = cursor.fetchall()
    woken = 0
    for organisation_id, master_id in waiting:
        with tenant(organisation_id):
            mine = (
                Master.objects.filter(id=master_id)
                .filter(Q(woken_at__isnull=True) | Q(woken_at__lt=Now() - _JUST_WOKEN))
                .update(woken_at=Now())
            )
        if mine:
            make_master.delay(str(master_id), str(organisation_id))
        woken += mine
    return woken


def _wake(take_id: UUID, organisation_id: UUID) -> int:
    with tenant(organisation_id):
        mine = (
            Take.objects.filter(id=take_id)
            .filter(Q(woken_at__isnull=True) | Q(woken_at__lt=Now() - _JUST_WOKEN))
            .update(woken_at=Now())
        )
    if mine:
        logger.info("Take %s waits; waking a worker.", take_id)
        render_take.delay(str(take_id), str(organisation_id))
    return mine


def write_down_recalls() -> int:
    """Write down what withdrawals recalled, of every organisation; how many there were.

    Nothing waits for it: what a delivery is worth is computed from the withdrawal itself.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id FROM generation_organisations_delivering_v1()")
        organisations: list[UUID] = [organisation_id for (organisation_id,) in cursor.fetchall()]
    return sum(record_recalls(organisation_id) for organisation_id in organisations)


def publish_what_stands() -> int:
    """Publish the lists of what stands today where they changed or grew old; how many were.

    Without a key for lists none is, and what is published ends by itself.
    """
    try:
        return publish_status_lists()
    except (StudioError, OSError, ValueError) as failure:
        logger.warning("The lists of what stands today are not published: %s", failure)
        return 0


def remove_leftovers() -> int:
    """Remove files that killed workers left in the media store, unfinished or unrecorded; how many there were."""
    folder: Path = settings.MEDIA_FOLDER / "tmp"
    removed = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if time.time() - path.stat().st_mtime > _LEFT_OVER_AFTER_S:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # its owner, or another worker, was faster
    return removed + remove_unrecorded(MediaStore(settings.MEDIA_FOLDER))
