"""The sequencer as a process: killed, told to stop, cut from its database."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.conf import settings
from django.db import connections

from audit.inspection import inspect_logs
from audit.models import Entry
from core.clock import now
from core.tenancy import tenant
from tests.database import administrator
from tests.factories.audit import integrate_all, recorded, waiting

pytestmark = [pytest.mark.usefixtures("committed_db"), pytest.mark.slow]

STUDIO = UUID("018f0000-0000-7000-8000-000000000001")


@contextmanager
def sequencer() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, str(settings.PROJECT_FOLDER / "manage.py"), "audit", "sequence"]
    process = subprocess.Popen(command, env=os.environ.copy())
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def logged() -> list[UUID]:
    with tenant(STUDIO):
        return list(Entry.objects.order_by("index").values_list("uid", flat=True))


def wait_until_empty(within_s: float = 30.0) -> None:
    deadline = time.monotonic() + within_s
    while waiting():
        assert time.monotonic() < deadline, f"{waiting()} entries still wait"
        time.sleep(0.02)


@contextmanager
def checkpoints_locked() -> Iterator[Callable[[], None]]:
    """No checkpoint can be written in this block; gives a call that waits until a batch hangs there."""
    with (
        administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser,
        superuser.transaction(),
    ):
        superuser.execute("LOCK TABLE audit_checkpoint IN EXCLUSIVE MODE")

        def hanging() -> None:
            deadline = time.monotonic() + 20
            while superuser.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'audit_checkpoint'::regclass"
            ).fetchone() == (0,):
                assert time.monotonic() < deadline, "no batch came as far as its checkpoint"
                time.sleep(0.01)

        yield hanging


def test_killed_between_entries_and_checkpoint_it_leaves_nothing_half_done() -> None:
    uids = [recorded(STUDIO) for _ in range(3)]
    integrate_all()
    for _ in range(3):
        with checkpoints_locked() as wait_until_hanging, sequencer() as process:
            uids += [recorded(STUDIO) for _ in range(40)]
            wait_until_hanging()

            process.send_signal(signal.SIGKILL)
            assert process.wait(10) == -signal.SIGKILL

    integrate_all()

    assert logged() == uids
    assert inspect_logs(at=now()).problems == ()


def test_killed_at_any_moment_it_loses_and_doubles_nothing() -> None:
    uids: list[UUID] = []
    for delay_s in (0.0, 0.005, 0.01, 0.02, 0.05):
        with sequencer() as process:
            uids.append(recorded(STUDIO))
            wait_until_empty()
            # It is awake now; the next batches are what it is killed in.
            uids += [recorded(STUDIO) for _ in range(40)]
            time.sleep(delay_s)
            process.send_signal(signal.SIGKILL)
            assert process.wait(10) == -signal.SIGKILL

    integrate_all()

    assert logged() == uids
    assert inspect_logs(at=now()).problems == ()


def test_told_to_stop_it_ends_cleanly() -> None:
    with sequencer() as process:
        recorded(STUDIO)
        wait_until_empty()

        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0


def test_cut_from_its_database_it_goes_on() -> None:
    with sequencer() as process:
        recorded(STUDIO)
        wait_until_empty()
        with administrator(settings.ENVIRONMENT.database, settings.DATA_FOLDER) as superuser:
            cut = superuser.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE usename = 'countersign_log' AND datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchone()
        recorded(STUDIO)

        # The session of `waiting` itself was among those that were cut.
        connections["log"].close()
        wait_until_empty()

        assert cut is not None
        assert cut[0] >= 1
        assert process.poll() is None
