"""The log's signer: one real process for each worker of the tests, started when the first test needs it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

from audit.listening import Address, parse_address
from audit.publishing import Publisher
from audit.sequencing import run_sequencer
from audit.signer.client import SignerClient, SignerUnreachable
from audit.signer.place import TOKEN, own_address
from embedded import services
from embedded.programs import RunningProgram
from tests.architecture.sources import ROOT


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


@contextmanager
def running(
    folder: Path, *more: str, listen: str | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], Address]]:
    """A signer without Django, database or settings in its environment."""
    address = parse_address(listen) if listen else own_address(folder)
    command = [sys.executable, "-m", "audit.signer", "run", "--folder", str(folder), *more]
    if listen:
        command += ["--listen", listen]
    process = subprocess.Popen(
        command,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "platform")},
        stderr=subprocess.PIPE,
    )
    try:
        yield process, address
    finally:
        process.kill()
        process.communicate(timeout=10)


def client_of(folder: Path, address: Address) -> SignerClient:
    """A client, once the signer answers."""
    client = SignerClient(address, token_files=[folder / TOKEN])
    deadline = time.monotonic() + 20
    while True:
        try:
            client.keys()
        except SignerUnreachable:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        else:
            return client


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


@contextmanager
def the_sequencer() -> Iterator[None]:
    """The product's own, for the length of the block; what it began is finished at the end."""
    stop = threading.Event()
    thread = threading.Thread(target=run_sequencer, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def until(condition: Callable[[], bool], within_s: float = 20.0) -> None:
    """Return when `condition` holds."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
