"""The worker on the built-in broker and, when one answers, on RabbitMQ: the same code, other variables."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import kombu
import kombu.exceptions
import pytest
from amqp.exceptions import PreconditionFailed

from embedded import services
from embedded.supervisor import supervised
from tests.embedded.wake_ups import environment_with, send_a_wake_up
from tests.embedded.watching import eventually

RABBITMQ = os.environ.get("COUNTERSIGN_TEST_BROKER_URL")
QUEUES = ("renders", "short")


def _log_of(program_output: Path | None) -> str:
    assert program_output is not None
    return program_output.read_text(encoding="utf-8", errors="replace")


@pytest.mark.slow
@pytest.mark.usefixtures("committed_db")
def test_a_wake_up_sent_before_any_worker_runs_reaches_the_first_one() -> None:
    environment = environment_with()
    said: list[str] = []
    worker = replace(services.worker(), environment=environment)
    send_a_wake_up(environment)

    with supervised([worker], say=said.append):
        received = eventually(lambda: "Task generation.tasks.render_take" in _log_of(worker.output))

    assert received
    assert said == ["Worker is ready."]


@pytest.fixture
def rabbitmq() -> Iterator[str]:
    """URL of a RabbitMQ that answers and has none of our queues; they are removed afterwards."""
    if RABBITMQ is None:
        pytest.skip("COUNTERSIGN_TEST_BROKER_URL names no RabbitMQ")
    with kombu.Connection(RABBITMQ, connect_timeout=3) as connection:
        try:
            connection.connect()
        except (OSError, kombu.exceptions.OperationalError) as error:
            pytest.skip(f"no RabbitMQ answers at {connection.as_uri()}: {error}")
        for name in QUEUES:
            kombu.Queue(name, channel=connection.default_channel).delete()
        yield RABBITMQ
        for name in QUEUES:
            kombu.Queue(name, channel=connection.default_channel).delete()


@pytest.mark.slow
@pytest.mark.service
@pytest.mark.usefixtures("committed_db")
def test_rabbitmq_carries_wake_ups_in_replicated_queues(rabbitmq: str) -> None:
    environment = environment_with(CELERY_BROKER_URL=rabbitmq)
    said: list[str] = []
    worker = replace(services.worker(), environment=environment)

    with supervised([worker], say=said.append):
        send_a_wake_up(environment)
        received = eventually(lambda: "Task generation.tasks.render_take" in _log_of(worker.output))

    assert received
    for name in QUEUES:
        # RabbitMQ refuses to declare an existing queue with another type.
        with (
            kombu.Connection(rabbitmq) as connection,
            pytest.raises(PreconditionFailed, match="x-queue-type"),
        ):
            kombu.Queue(name, channel=connection.default_channel).queue_declare()
