"""The Celery application.

A broker only wakes workers: what is to be done stands in a row with a lease and a fence, so a message that is
lost, repeated or late changes nothing. Hence early acknowledgement, no results and no retries of Celery's own.
"""

from __future__ import annotations

import atexit
import os

from celery import Celery
from celery.signals import worker_ready
from django.conf import settings
from kombu import Exchange, Queue, pools

from embedded.ready import ready_mark
from generation.worker_steps import Attendant, ReferenceScreener, ReportMaker, Sweeper

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Rendering holds a device for minutes; nothing short shall wait behind it.
RENDERS = "renders"
SHORT = "short"


def _queue(name: str, *, replicated: bool) -> Queue:
    arguments = {"x-queue-type": "quorum"} if replicated else None
    return Queue(name, Exchange(name, type="direct"), routing_key=name, queue_arguments=arguments)


def _speaks_amqp(url: str) -> bool:
    return url.startswith(("amqp://", "amqps://", "pyamqp://"))


app = Celery("countersign")
app.config_from_object("django.conf:settings", namespace="CELERY")
_amqp = _speaks_amqp(str(settings.CELERY_BROKER_URL))
app.conf.update(
    task_queues=[_queue(name, replicated=_amqp) for name in (RENDERS, SHORT)],
    task_default_queue=SHORT,
    task_default_exchange=SHORT,
    task_default_routing_key=SHORT,
    task_create_missing_queues=False,
    task_default_queue_type="quorum" if _amqp else "classic",
    task_routes={"generation.tasks.*": {"queue": RENDERS, "routing_key": RENDERS}},
    task_serializer="json",
    result_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    # Commands to workers would need a queue per worker, left behind by each one that was killed.
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    enable_utc=True,
    timezone="UTC",
)
if _amqp:
    # Without confirmation a message to a broker that is just failing over is lost and nobody knows.
    app.conf.broker_transport_options = {"confirm_publish": True}
app.autodiscover_tasks()

# A connection to the built-in broker that is left to the garbage collector makes the interpreter wait 5 seconds
# for its threads, at the end of every command that woke a worker.
atexit.register(pools.reset)
app.steps["worker"].update({Sweeper, ReportMaker, ReferenceScreener, Attendant})


@worker_ready.connect
def say_ready(*, sender: object, **_facts: object) -> None:
    """Tell whoever started this worker that it takes tasks now."""
    mark = ready_mark(settings.DATA_FOLDER, str(getattr(sender, "hostname", "")))
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
