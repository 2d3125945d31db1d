"""Several programs kept running side by side, as if they were one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from core.errors import StudioError
from embedded.errors import ProgramFailed
from embedded.programs import Program, RunningProgram

# A program that ran this long is healthy: its next death counts from one again.
_HEALTHY_AFTER_S = 60.0
_LONGEST_PAUSE_S = 10.0


@dataclass(slots=True)
class _Kept:
    running: RunningProgram
    started_at: float = field(default_factory=time.monotonic)
    deaths: int = 0
    resume_at: float | None = None


class Supervisor:
    """Programs that are started, restarted when they die, and stopped in the opposite order.

    Args:
        say: takes one line for a person whenever something happens.
        restarts: how often in a row one program may die before that is a failure of the whole.
    """

    def __init__(self, *, say: Callable[[str], None], restarts: int = 5) -> None:
        self._say = say
        self._restarts = restarts
        self._kept: list[_Kept] = []

    def start(self, *programs: Program) -> None:
        """Start `programs` side by side and return once all are ready.

        Raises:
            StudioError: one did not come up.
        """
        started = [_Kept(RunningProgram(program)) for program in programs]
        # Listed first: what fails while starting is stopped with the rest.
        self._kept += started
        for kept in started:
            kept.running.launch()
        for kept in started:
            kept.running.await_ready()
            kept.started_at = time.monotonic()
            self._say(f"{kept.running.program.name} is ready.")

    def look_after(self) -> None:
        """Restart what has died since the last look. Call it a few times a second.

        Raises:
            ProgramFailed: one program has died too often in a row.
        """
        for kept in self._kept:
            if kept.resume_at is None:
                self._notice_death(kept)
            elif time.monotonic() >= kept.resume_at:
                self._restart(kept)

    def stop(self) -> None:
        """Stop everything, last started first; what others need only when those are gone."""
        for kept in reversed(self._kept):
            if kept.running.program.others_need_it:
                break
            kept.running.ask_to_stop()
        while self._kept:
            kept = self._kept.pop()
            kept.running.stop()

    def _notice_death(self, kept: _Kept) -> None:
        code = kept.running.exit_code
        if code is None:
            return
        if time.monotonic() - kept.started_at > _HEALTHY_AFTER_S:
            kept.deaths = 0
        self._count_death(kept, f"stopped (exit code {code})")

    def _restart(self, kept: _Kept) -> None:
        kept.resume_at = None
        try:
            kept.running.start()
        except StudioError as error:
            self._count_death(kept, f"did not come back: {error}")
            return
        kept.started_at = time.monotonic()
        self._say(f"{kept.running.program.name} is back.")

    def _count_death(self, kept: _Kept, what: str) -> None:
        kept.deaths += 1
        name = kept.running.program.name
        words = kept.running.last_words()
        if kept.deaths > self._restarts:
            raise ProgramFailed(f"{name} {what}, {kept.deaths} times in a row.{words}")
        pause_s = min(0.5 * 2 ** (kept.deaths - 1), _LONGEST_PAUSE_S)
        kept.resume_at = time.monotonic() + pause_s
        self._say(f"{name} {what}; starting it again in {pause_s:g} s.{words}")


@contextmanager
def supervised(programs: Sequence[Program], *, say: Callable[[str], None]) -> Iterator[Supervisor]:
    """`programs`, all ready, for the length of the block.

    Whoever waits inside the block calls `look_after` meanwhile.

    Raises:
        StudioError: one did not come up; those before it are stopped again.
    """
    supervisor = Supervisor(say=say)
    try:
        supervisor.start(*programs)
        yield supervisor
    finally:
        supervisor.stop()
