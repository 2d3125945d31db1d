"""What the broker may wake a worker for. The take's row is the truth; a message only says: look."""

from __future__ import annotations

import logging
from uuid import UUID

from celery import Task, shared_task

logger = logging.getLogger(__name__)


# Acknowledged when it arrives: a lost message is found by the sweeper, and a repeated one loses the claim.
@shared_task(bind=True, ignore_result=True, max_retries=0)
def render_take(self: Task, take_id: str, organisation_id: str) -> None:  # type: ignore[type-arg]  # generic only for the type checker
    # Imported here so that the web process never loads torch.
    from generation.serving.serve import serve

    # The message says that something waits, not what comes next: that is the scheduler's to say.
    logger.debug("Told of take %s of %s.", take_id, organisation_id)
    serve(str(self.request.hostname))


@shared_task(bind=True, ignore_result=True, max_retries=0)
def make_master(self: Task, master_id: str, organisation_id: str) -> None:  # type: ignore[type-arg]  # as above
    # Imported here so that the web process never opens an encoder.
    from generation.mastering import making

    making.make(UUID(master_id), UUID(organisation_id), worker=str(self.request.hostname))
