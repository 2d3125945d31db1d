"""Servers of their own for tests that stop, kill or break them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.cluster import Cluster, prepare_cluster
from embedded.programs import RunningProgram
from embedded.server import postgres_program


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """An initialised data folder whose server does not run."""
    binaries = os.environ.get("COUNTERSIGN_POSTGRES_BIN")
    # Not tmp_path: its name is long, and the socket's path would move away from the data folder.
    folder = Path(tempfile.mkdtemp(prefix="countersign-embedded-"))
    folder.chmod(0o711)
    yield prepare_cluster(folder, binaries_folder=Path(binaries) if binaries else None)
    shutil.rmtree(folder)


@pytest.fixture
def running(cluster: Cluster) -> Iterator[RunningProgram]:
    """The server of `cluster`, ready."""
    program = RunningProgram(postgres_program(cluster, durable=False))
    program.start()
    yield program
    program.stop()
