"""Telling a worker, after the commit, that a take waits."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from generation.tasks import render_take


def wake_after_commit(take_id: UUID, organisation_id: UUID) -> None:
    """Wake a worker once the present transaction is committed.

    The take is queued whether or not the broker answers: every idle worker looks by itself.
    """
    # A lambda, because what goes wrong is told with the name of what was called, and a partial has none.
    transaction.on_commit(lambda: render_take.delay(str(take_id), str(organisation_id)), robust=True)
