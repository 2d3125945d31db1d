"""The log's signer: one real process for each worker of the tests, started when the first test needs it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from audit.publishing import Publisher
from audit.signer.place import own_address
from embedded import services
from embedded.programs import RunningProgram


@contextmanager
def running_signer() -> Iterator[RunningProgram]:
    """The signer of the settings, as the product starts it. From a thread that outlives it."""
    running = RunningProgram(services.signer())
    running.start()
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def a_signer_of_its_own() -> Iterator[RunningProgram]:
    """Another signer than that of all other tests, with its own keys and memory, for a test that breaks things."""
    folder = Path(tempfile.mkdtemp(prefix="countersign-signer-"))
    patch = pytest.MonkeyPatch()
    patch.setattr(settings, "SIGNER_FOLDER", folder / "signer")
    patch.setattr(settings, "LOG_SIGNER", own_address(folder / "signer"))
    patch.setattr(settings, "KEYS_FOLDER", folder / "keys")
    try:
        with running_signer() as running:
            yield running
    finally:
        patch.undo()
        shutil.rmtree(folder)


def publish_all() -> None:
    """Have everything signed that is integrated.

    Raises:
        LogDamaged: see `Publisher.publish`.
        SignerUnreachable: see there.
    """
    publisher = Publisher()
    try:
        publisher.publish()
    finally:
        publisher.close()
