"""People who record entries all the time, and remember what they were told."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import InterfaceError, OperationalError, connections

from audit.entry_types import EntryType
from audit.trail import record
from bench.log.judging import Recorded
from core.canonical import Canonical
from core.clock import now
from core.ids import new_id
from core.tenancy import tenant

STUDIOS = tuple(UUID(int=0x018F0000000070008000000000000000 + number) for number in (1, 2, 3))
FILMS = (None, UUID(int=0x018F00000000700080000000000000F1), UUID(int=0x018F00000000700080000000000000F2))

_MOST_AT_ONCE = 3
_ROLLED_BACK = 0.1


class _Undone(Exception):
    """The transaction is rolled back on purpose."""


class Writers:
    """Threads that record until they are told to stop. `rolled_back` must never turn up in a log."""

    def __init__(self, number: int, *, longest_pause_s: float = 0.02) -> None:
        self.recorded: list[Recorded] = []
        self.rolled_back = 0
        self.failures: list[Exception] = []
        self._pause_s = longest_pause_s
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(seed,)) for seed in range(number)]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in self._threads:
                thread.join()
        if self.failures:
            raise self.failures[0]

    def _write(self, seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a schedule, not a secret
        try:
            while not self._stop.is_set():
                self._transaction(chance)
                time.sleep(chance.random() * self._pause_s)
        except Exception as error:  # noqa: BLE001 - told when they are stopped
            self.failures.append(error)
        finally:
            connections.close_all()

    def _transaction(self, chance: random.Random) -> None:
        organisation_id = chance.choice(STUDIOS)
        undone = chance.random() < _ROLLED_BACK
        begun: list[tuple[UUID, float]] = []
        ended: float | None = None
        try:
            with suppress(_Undone):
                with tenant(organisation_id):
                    for _ in range(chance.randint(1, _MOST_AT_ONCE)):
                        began = time.monotonic()
                        begun.append((an_entry(organisation_id, chance), began))
                        time.sleep(chance.random() * 0.004)
                    if undone:
                        raise _Undone
                ended = time.monotonic()
        except (OperationalError, InterfaceError):
            # The commit may have reached the disk and its answer not us.
            connections.close_all()
            time.sleep(0.1)
        if undone:
            self.rolled_back += len(begun)
            return
        self.recorded += [Recorded(uid, organisation_id, began, ended) for uid, began in begun]


def an_entry(organisation_id: UUID, chance: random.Random) -> UUID:
    """One entry of a random type and production, in the transaction that is open."""
    take = new_id()
    fields: dict[str, Canonical] = {"take": str(take)}
    entry_type = EntryType.TAKE_CANCELLED
    if chance.random() < 0.5:
        entry_type = EntryType.TAKE_FAILED
        fields |= {"attempt": 1, "reason_code": "out_of_memory"}
    return record(
        organisation_id=organisation_id,
        entry_type=entry_type,
        actor="worker:bench",
        subject=f"take:{take}",
        fields=fields,
        at=now(),
        production_id=chance.choice(FILMS),
    )
