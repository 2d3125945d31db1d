"""A Celery worker as the product runs it, whose jobs hold no device: a claim, a heartbeat, a pause, an end.

    celery --app bench.queueing.working worker ...

Everything of the queue is the product's own: broker, scheduler, claim, fence, heartbeat, closing. What is left out is
the picture, which would take longer than all of it. `echo` is the bare broker's task, with the same pause.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from celery import shared_task

from config.celery import RENDERS, app

__all__ = ["app"]

PAUSE_S = 0.02
app.conf.task_routes = {"bench.echo": {"queue": RENDERS, "routing_key": RENDERS}, **app.conf.task_routes}


@shared_task(name="bench.echo", ignore_result=True)
def echo(sent_at: float) -> None:
    """Write down how long the message took."""
    waited = time.time() - sent_at
    with Path(os.environ["BENCH_ECHOES"]).open("a", encoding="ascii") as stream:
        stream.write(f"{waited}\n")
    time.sleep(PAUSE_S)


def _small_job(claimed: object, _watch: object) -> None:
    from generation import claims
    from generation.claimed_take import Claim
    from generation.heartbeat import Heartbeat
    from generation.values import FailureCode

    if not isinstance(claimed, Claim):
        raise TypeError
    # Whoever lost the claim writes nothing more, as in the product.
    with suppress(claims.ClaimLost):
        with Heartbeat(claimed) as heart:
            time.sleep(PAUSE_S)
            heart.check()
        claims.failed(claimed, FailureCode.INTERNAL_ERROR, "A measurement: nothing was to be rendered.")


def _no_model(worker: str, *, meanwhile: Callable[[], None]) -> None:
    from generation.serving import presence
    from generation.serving.values import WorkerState

    meanwhile()
    presence.say(worker, WorkerState.IDLE)


if "celery" in Path(sys.argv[0]).name or "celery" in Path(sys.argv[0]).parent.name:
    import django

    django.setup()
    from generation import rendering
    from generation.serving import serve

    rendering.work_on = _small_job  # type: ignore[assignment]  # the picture is left out
    serve.warm_up = _no_model
