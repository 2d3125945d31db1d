"""Takes and bare messages sent at a steady rate to four workers, and what became of them."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection

from accounts.values import Actor
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from embedded.ready import ready_mark
from generation.models import Take, TakeEvent
from generation.tasks import render_take
from generation.values import FINAL, FailureCode, TakeState
from tests.factories.accounts import a_member
from tests.factories.productions import a_production, a_sequence, a_shot
from tests.factories.takes import a_decision, a_model_release

WORKERS, BATCHES = 4, 10
_PATIENCE_S = 300.0


@dataclass(slots=True)
class Outcome:
    claimed_s: list[float] = field(default_factory=list)
    echoed_s: list[float] = field(default_factory=list)
    kills: int = 0
    under_fire: int = 0
    lost: int = 0
    doubled: int = 0
    repeated: int = 0


class _Worker:
    """One worker process, started anew as often as it is killed."""

    def __init__(self, number: int) -> None:
        self._number, self._starts = number, 0
        self.start()

    def start(self) -> None:
        self._starts += 1
        name = f"bench-{self._number}-{self._starts}@{socket.gethostname()}"
        self._mark = ready_mark(settings.DATA_FOLDER, name)
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app", "bench.queueing.working", "worker"),
                *("--pool", "threads", "--concurrency", "1", "--hostname", name, "--loglevel", "WARNING"),
                *("--without-gossip", "--without-mingle", "--without-heartbeat"),
            ],
            cwd=settings.PROJECT_FOLDER,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    @property
    def is_ready(self) -> bool:
        return self._mark.exists() and self.process.poll() is None

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        self.process.send_signal(how)
        self.process.wait(60)


def run(*, jobs: int, rate: float, echoes: Path) -> Outcome:
    """Send `jobs` takes and as many bare messages, then as many takes under fire."""
    from bench.queueing.working import echo

    outcome = Outcome()
    desk = _Desk()
    workers = [_Worker(number) for number in range(WORKERS)]
    try:
        _until(lambda: all(one.is_ready for one in workers))
        # Connections are opened by the first jobs of each worker, which are not counted.
        desk.send(4 * WORKERS, rate)
        _until(desk.is_done)
        taken: list[UUID] = []
        for _ in range(BATCHES):
            taken += desk.send(jobs // BATCHES, rate)
            _until(desk.is_done)
            before = _lines(echoes)
            for _ in _steadily(jobs // BATCHES, rate):
                echo.delay(time.time())
            _until(lambda: _lines(echoes) - before >= jobs // BATCHES)  # noqa: B023 - called at once
        outcome.claimed_s = desk.waited(taken)
        outcome.echoed_s = [float(line) for line in echoes.read_text(encoding="ascii").split()]
        done = threading.Event()
        killer = threading.Thread(target=_kill, args=(workers, done, outcome))
        killer.start()
        fired = desk.send(jobs, rate)
        done.set()
        killer.join()
        _until(lambda: all(one.is_ready for one in workers))
        _until(desk.is_done, patient=False)
        desk.judge(fired, outcome)
    finally:
        for one in workers:
            one.end(signal.SIGTERM)
    return outcome


def _kill(workers: list[_Worker], done: threading.Event, outcome: Outcome) -> None:
    chance = random.Random(20261130)  # noqa: S311 - which worker is no secret
    while not done.wait(1.0):
        if ready := [one for one in workers if one.is_ready]:
            chosen = chance.choice(ready)
            chosen.end()
            outcome.kills += 1
            chosen.start()


class _Desk:
    """Asks for takes of one shot, as they stand once decided."""

    def __init__(self) -> None:
        self._actor: Actor = a_member()
        production = a_production(self._actor)
        self._columns: dict[str, Any] = {
            "shot_id": a_shot(self._actor, a_sequence(self._actor, production)).id,
            "model": a_model_release(self._actor),
            "decision_id": a_decision(self._actor, production.id),
        }
        self._number = 0
        self._accepted: dict[UUID, float] = {}

    def send(self, count: int, rate: float) -> list[UUID]:
        sent: list[UUID] = []
        for _ in _steadily(count, rate):
            self._number += 1
            take_id = new_id()
            with tenant(self._actor.organisation_id):
                Take.objects.create(
                    id=take_id,
                    number=self._number,
                    requested_at=clock.now(),
                    idempotency_key=str(take_id),
                    woken_at=clock.now(),
                    state=TakeState.QUEUED,
                    **{**_COLUMNS, **self._columns},
                )
            self._accepted[take_id] = time.time()
            render_take.delay(str(take_id), str(self._actor.organisation_id))
            sent.append(take_id)
        return sent

    def is_done(self) -> bool:
        with tenant(self._actor.organisation_id):
            return not Take.objects.exclude(state__in=FINAL).exists()

    def waited(self, take_ids: list[UUID]) -> list[float]:
        with tenant(self._actor.organisation_id):
            claimed = TakeEvent.objects.filter(take_id__in=take_ids, state=TakeState.RENDERING, kind="state")
            return [
                max(at.timestamp() - self._accepted[take_id], 0.0)
                for take_id, at in claimed.values_list("take_id", "at")
            ]

    def judge(self, take_ids: list[UUID], outcome: Outcome) -> None:
        with tenant(self._actor.organisation_id):
            rows = list(
                Take.objects.filter(id__in=take_ids).values_list("id", "state", "attempt", "failure_code")
            )
            closed = list(
                TakeEvent.objects.filter(
                    take_id__in=take_ids, kind="state", state=TakeState.FAILED
                ).values_list("take_id", flat=True)
            )
        outcome.under_fire = len(rows)
        outcome.lost = len(take_ids) - sum(
            state == TakeState.FAILED and code == FailureCode.INTERNAL_ERROR for _, state, _, code in rows
        )
        outcome.doubled = len(closed) - len(set(closed))
        outcome.repeated = sum(attempt > 1 for _, _, attempt, _ in rows)


_COLUMNS: dict[str, Any] = {
    "request": {"use": "generate_new_performance", "purpose": "this_production"},
    "request_sha256": "0" * 64,
    "prompt": "a red ball",
    "width": 96,
    "height": 64,
    "num_frames": 17,
    "fps": 8,
    "steps": 6,
    "guidance_scale": "3.00",
    "seed": 7,
    "delivered_width": 768,
    "delivered_height": 512,
    "understood": None,
}


def _steadily(count: int, rate: float) -> Iterator[int]:
    began = time.monotonic()
    for number in range(count):
        time.sleep(max(began + number / rate - time.monotonic(), 0))
        yield number


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="ascii").split()) if path.exists() else 0


def _until(happened: Callable[[], bool], *, patient: bool = True) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            if patient:
                sys.exit("It did not happen within five minutes.")
            return
        time.sleep(0.05)
    connection.close()
