"""Become another program that cannot outlive whoever started it.

Run as a script, never imported by the product:

    python child.py PARENT_PID PARENT_DEATH_SIGNAL ACCOUNT PROGRAM [ARGUMENT...]

The kernel sends PARENT_DEATH_SIGNAL when the starting thread ends, also when it was killed with SIGKILL.
ACCOUNT is `same`; `namespace` (root becomes an ordinary user inside a user namespace of its own, so that
PostgreSQL, which refuses root, runs on files that stay root's); or `nobody`.

A program of its own and not `preexec_fn`: code between fork and exec may deadlock in a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_CLONE_NEWUSER = 0x10000000
_OVERFLOW_ID = 65534

CANNOT_START = 126


def enter_user_namespace() -> None:
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"unshare: {os.strerror(error)}")
    # Since Linux 3.19 a process may map its group only after it gave up setgroups(2).
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{_OVERFLOW_ID} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{_OVERFLOW_ID} {group} 1", encoding="ascii")


def become_nobody() -> None:
    account = pwd.getpwnam("nobody")
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


def die_with_parent(parent: int, signal_number: int) -> None:
    """Ask the kernel for `signal_number` at the parent's death; leave at once if that was missed."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal_number)
    if os.getppid() != parent:
        sys.exit(CANNOT_START)


def main(arguments: list[str]) -> None:
    parent, signal_number, account, *program = arguments
    try:
        if account == "namespace":
            enter_user_namespace()
        elif account == "nobody":
            become_nobody()
        # After the change of account, which would clear the request.
        die_with_parent(int(parent), int(signal_number))
        os.execv(program[0], program)  # noqa: S606 - the command comes from our own launcher
    except OSError as error:
        sys.stderr.write(f"{program[0]}: {error}\n")
        sys.exit(CANNOT_START)


if __name__ == "__main__":
    main(sys.argv[1:])
