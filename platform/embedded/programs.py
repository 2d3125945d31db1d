"""Programs that run beside the product and end with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from core.errors import StudioError
from embedded.errors import ProgramFailed

_FOLDER = Path(__file__).resolve().parent
_POLL_S = 0.05


def _nothing() -> None:
    """Prepare nothing."""


@dataclass(frozen=True, slots=True)
class Program:
    """A program, how to start it and how to know that it works.

    Attributes:
        command: absolute program and arguments.
        is_ready: True once the program does its work; False while it is starting.
        environment: all variables it gets.
        output: file that takes standard output and error; None shares the terminal.
        guarded: whether it may start processes of its own, which then end with it.
        starts: how often a start may fail before it counts as broken.
        others_need_it: whether it is stopped only when everything started after it is gone.
    """

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    output: Path | None = None
    guarded: bool = True
    account: str = "same"
    prepare: Callable[[], None] = _nothing
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 10.0
    start_timeout_s: float = 120.0
    starts: int = 1
    others_need_it: bool = False
    failure: type[StudioError] = ProgramFailed

    def full_command(self) -> list[str]:
        """The command with the wrapper that ties it to this process."""
        python = [sys.executable, "-I", "-S"]
        parent = str(os.getpid())
        if self.guarded:
            return [*python, str(_FOLDER / "guard.py"), parent, *self.command]
        died = str(int(self.stop_signal))
        return [*python, str(_FOLDER / "child.py"), parent, died, self.account, *self.command]


class RunningProgram:
    """One started `Program`. Must be started by a thread that lives as long as the program shall."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._output_from = 0
        self._deadline = 0.0
        self._asked = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        """Start and return once it is ready; see `launch` and `await_ready`."""
        self.launch()
        self.await_ready()

    def launch(self) -> None:
        """Start and return at once.

        Raises:
            StudioError: what `program.prepare` raises.
        """
        self._deadline = time.monotonic() + self.program.start_timeout_s
        self.program.prepare()
        self._spawn()

    def await_ready(self) -> None:
        """Return once it is ready, launching it anew as often as `program.starts` allows.

        Raises:
            StudioError: `program.failure`, with the last lines it wrote, after the last attempt or the time limit.
        """
        for attempt in range(1, self.program.starts + 1):
            if self._becomes_ready():
                return
            if attempt == self.program.starts or time.monotonic() > self._deadline:
                break
            time.sleep(min(0.25 * attempt, 1.0))
            self.program.prepare()
            self._spawn()
        self.stop()
        raise self.program.failure(f"{self.program.name} did not start.{self.last_words()}")

    def ask_to_stop(self) -> None:
        """Send its stop signal and return at once."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(self.program.stop_signal)
            self._asked = True

    def stop(self) -> None:
        """Stop it, politely first; returns when it is gone."""
        process = self._process
        if process is None:
            return
        if process.poll() is None:
            # Asked twice, Celery and granian drop what they are doing.
            if not self._asked:
                self.ask_to_stop()
            try:
                process.wait(self.program.stop_timeout_s)
            except subprocess.TimeoutExpired:
                _kill(process, guarded=self.program.guarded)
        process.wait()

    def last_words(self, lines: int = 8) -> str:
        """The last lines it wrote since its start, or nothing when it shares the terminal."""
        if self.program.output is None or not self.program.output.exists():
            return ""
        with self.program.output.open("rb") as stream:
            stream.seek(self._output_from)
            text = stream.read().decode(errors="replace")
        kept = [line for line in text.splitlines() if line.strip()][-lines:]
        return "\n  " + "\n  ".join(kept) if kept else ""

    def _spawn(self) -> None:
        with _output(self.program.output) as output:
            self._output_from = output.tell() if output else 0
            self._asked = False
            self._process = subprocess.Popen(  # noqa: S603 - commands are built by the product
                self.program.full_command(),
                env=dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if output else None,
                # Ctrl-C in the terminal reaches the supervisor alone, which stops all in order.
                start_new_session=True,
            )

    def _becomes_ready(self) -> bool:
        while self.exit_code is None and time.monotonic() < self._deadline:
            if self.program.is_ready():
                return True
            time.sleep(_POLL_S)
        return False


@contextmanager
def _output(path: Path | None) -> Iterator[IO[bytes] | None]:
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as stream:
        stream.seek(0, os.SEEK_END)
        yield stream


def _kill(process: subprocess.Popen[bytes], *, guarded: bool) -> None:
    if guarded:
        # To a guard this means: end the whole group now.
        process.send_signal(signal.SIGUSR1)
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
        return
    process.kill()
