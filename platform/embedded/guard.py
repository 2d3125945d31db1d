"""Run a program and take its whole process group along, whatever ends first.

Run as a script, never imported by the product:

    python guard.py PARENT_PID PROGRAM [ARGUMENT...]

Servers start processes of their own, which the kernel's parent-death signal does not reach. So the program gets
a process group, and this guard ends the group with SIGKILL when the starter dies or the program ends. SIGTERM
and SIGINT are passed on to the program, which then has its own way of stopping.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from embedded.child import CANNOT_START, die_with_parent

STARTER_DIED = signal.SIGUSR1


def main(arguments: list[str]) -> None:
    starter, *program = arguments
    guard = os.getpid()
    pending: list[int] = []
    # Until the program runs, a signal is only remembered.
    for number in (signal.SIGTERM, signal.SIGINT, STARTER_DIED):
        signal.signal(number, lambda received, _frame: pending.append(received))
    die_with_parent(int(starter), STARTER_DIED)

    program_id = os.fork()
    if program_id == 0:
        _become(program, guard)

    # Both sides set the group: whichever runs first, it exists before the first killpg.
    with contextlib.suppress(PermissionError, ProcessLookupError):
        os.setpgid(program_id, program_id)

    def pass_on(received: int, _frame: FrameType | None) -> None:
        if received == STARTER_DIED:
            _end_group(program_id)
            os._exit(128 + signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(program_id, received)

    for number in (signal.SIGTERM, signal.SIGINT, STARTER_DIED):
        signal.signal(number, pass_on)
    for missed in pending:
        pass_on(missed, None)

    _, status = os.waitpid(program_id, 0)
    _end_group(program_id)
    code = os.waitstatus_to_exitcode(status)
    sys.exit(code if code >= 0 else 128 - code)


def _become(program: list[str], guard: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT, STARTER_DIED):
        signal.signal(number, signal.SIG_DFL)
    os.setpgid(0, 0)
    die_with_parent(guard, signal.SIGKILL)
    try:
        os.execvp(program[0], program)  # noqa: S606 - the command comes from our own supervisor
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error}\n")
        os._exit(CANNOT_START)


def _end_group(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
