"""Witnesses: real processes with folders of their own, as a union would run them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audit.witness.client import Witness, parse_witness
from tests.architecture.sources import ROOT

_ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "platform")}


@dataclass
class AWitness:
    """A witness that trusts one signer; `run` starts it, as often as wanted."""

    folder: Path
    vkey: str
    port: int

    @property
    def configured(self) -> Witness:
        """As the settings of a log name it."""
        return parse_witness(f"{self.vkey}@http://127.0.0.1:{self.port}/w")

    @contextmanager
    def run(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "audit.witness", "run", "--folder", str(self.folder)),
                *("--listen", f"http://127.0.0.1:{self.port}/w"),
            ],
            env=_ENVIRONMENT,
            stderr=subprocess.PIPE,
        )
        try:
            deadline = time.monotonic() + 20
            while not _answers(self.port):
                assert process.poll() is None, process.stderr and process.stderr.read()
                assert time.monotonic() < deadline
                time.sleep(0.01)
            yield process
        finally:
            process.kill()
            process.communicate(timeout=10)


def a_witness(
    folder: Path, *, name: str = "witness.example/w1", signer: bytes | None = None, logs: tuple[str, ...] = ()
) -> AWitness:
    """A witness made with the command; `signer` is the public key whose logs it trusts, all of them."""
    trusted = [option for log in logs for option in ("--log", log)]
    if signer:
        trusted += ["--signer", signer.hex()]
    done = subprocess.run(
        [sys.executable, "-m", "audit.witness", "init", "--folder", str(folder), "--name", name, *trusted],
        env=_ENVIRONMENT,
        check=True,
        capture_output=True,
        text=True,
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return AWitness(folder, done.stdout.strip(), port)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
