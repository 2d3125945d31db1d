"""`manage.py up` as a person meets it: real processes, killed for real."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings

from tests.embedded.wake_ups import environment_with, send_a_wake_up
from tests.embedded.watching import commands_mentioning, eventually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

MANAGE = [sys.executable, str(settings.PROJECT_FOLDER / "manage.py")]


@dataclass
class Installation:
    """A data folder and a port of its own, on which `manage.py up` runs."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    def environment(self, **more: str) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return own | {"COUNTERSIGN_DATA": str(self.folder), "COUNTERSIGN_PORT": str(self.port)} | more

    @property
    def output(self) -> Path:
        return self.folder.with_suffix(".out")

    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")

    def log(self, name: str) -> str:
        return (self.folder / "logs" / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def up(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*MANAGE, "up", "--no-demo-data"],
                env=self.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        assert eventually(self._is_up, within_s=120), self.said()

    def end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(90)

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    def left_over(self) -> list[str]:
        return commands_mentioning(str(self.folder))

    def _is_up(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            pytest.fail(self.said())
        return "Open http://" in self.said()


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="countersign-up-"))
    folder.chmod(0o711)
    made = Installation(folder=folder, port=_free_port())
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)
    eventually(lambda: not made.left_over())
    shutil.rmtree(folder)
    made.output.unlink(missing_ok=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _refusal(arguments: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MANAGE, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_is_clean(
    installation: Installation,
) -> None:
    installation.up()
    ran = installation.left_over()

    installation.end(signal.SIGKILL)

    # Database, sequencer, worker and web, each with its guard or processes of its own.
    assert len(ran) >= 8
    assert eventually(lambda: not installation.left_over()), installation.left_over()
    installation.up()
    assert installation.answers()
    assert installation.end(signal.SIGTERM) == 0
    assert eventually(lambda: not installation.left_over()), installation.left_over()


@pytest.fixture
def upright(installation: Installation) -> Installation:
    """The installation, running; it stays up from one test to the next."""
    if installation.process is None or installation.process.poll() is not None:
        installation.up()
    return installation


def test_a_program_that_dies_is_started_again_and_said(upright: Installation) -> None:
    programs = [line for line in upright.left_over() if "granian" in line and "guard.py" not in line]

    for line in programs:
        os.kill(int(line.split()[0]), signal.SIGKILL)

    assert eventually(lambda: "Web server is back." in upright.said()), upright.said()
    assert "Web server stopped" in upright.said()
    assert upright.answers()


def test_a_database_that_dies_comes_back_under_its_users(upright: Installation) -> None:
    server = next(line for line in upright.left_over() if "bin/postgres -D" in line)

    os.kill(int(server.split()[0]), signal.SIGKILL)

    assert eventually(lambda: "PostgreSQL is back." in upright.said(), within_s=60), upright.said()
    assert eventually(upright.answers)
    send_a_wake_up(upright.environment(PYTHONPATH=environment_with()["PYTHONPATH"]))
    assert eventually(lambda: "Task generation.tasks.render_take" in upright.log("worker"), within_s=60)


def test_a_second_one_on_the_same_data_is_refused(upright: Installation) -> None:
    refused = _refusal(["up"], upright.environment(COUNTERSIGN_PORT=str(_free_port())))

    assert refused.returncode == 1
    assert "Another command already runs the database" in refused.stderr
    assert upright.answers()


def test_an_interrupt_stops_everything_in_order(upright: Installation) -> None:
    assert upright.end(signal.SIGINT) == 0

    assert upright.said().splitlines()[-1] == "Stopped."
    assert not upright.left_over()


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        made = Installation(folder=tmp_path / "data", port=taken.getsockname()[1])

        refused = _refusal(["up"], made.environment())

    assert refused.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{made.port}" in refused.stderr
    assert "COUNTERSIGN_PORT" in refused.stderr
    assert not (made.folder / "postgres").exists()


@pytest.mark.parametrize("command", [["up"], ["provision"]])
def test_an_outside_database_that_is_down_is_said(command: list[str], tmp_path: Path) -> None:
    made = Installation(folder=tmp_path / "data", port=_free_port())

    refused = _refusal(command, made.environment(DATABASE_URL="postgresql://root@127.0.0.1:1/films"))

    assert refused.returncode == 1
    assert "127.0.0.1:1, database films" in refused.stderr
    assert "Check DATABASE_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_setting_refuses_to_start(tmp_path: Path) -> None:
    made = Installation(folder=tmp_path / "data", port=_free_port())

    refused = _refusal(["up"], made.environment(COUNTERSIGN_PROT="8001"))

    assert refused.returncode == 1
    assert "Unknown setting COUNTERSIGN_PROT" in refused.stderr
    assert "Traceback" not in refused.stderr
