"""Many who hold, spend, give back and die at once: the limits of a consent are never overspent."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licensing.errors import QuotaExhausted
from licensing.operations.quotas import Hold, commit_quotas, expire_quotas, release_quotas
from licensing.quotas import QuotaUnit
from tests.factories.quotas import Ground


def _races(ground: Ground, start: threading.Barrier, seed: int, crashed: list[Hold]) -> int:
    """One of many who hold, and then spend, give back, or die; gives what it spent."""
    chance, spent = random.Random(seed), 0  # noqa: S311 - a test's dice
    try:
        start.wait(timeout=60)
        for _ in range(6):
            amounts = {QuotaUnit.TAKES: chance.randint(1, 3)}
            try:
                hold = ground.hold(amounts)
            except QuotaExhausted:
                continue
            match chance.randrange(3):
                case 0:
                    release_quotas(ground.organisation_id, hold.job_id)
                case 1:
                    crashed.append(hold)
                case _:
                    commit_quotas(hold, amounts)
                    spent += amounts[QuotaUnit.TAKES]
    finally:
        connections.close_all()
    return spent


@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seeds=st.lists(st.integers(0, 10**9), min_size=16, max_size=16))
def test_sixteen_at_once_never_overspend(committed_db: None, seeds: list[int]) -> None:
    ground = Ground(most_takes=100)
    start, crashed = threading.Barrier(16), list[Hold]()

    with ThreadPoolExecutor(16) as pool:
        spent = sum(pool.map(lambda seed: _races(ground, start, seed, crashed), seeds))

    most, used, reserved = ground.quota()
    assert used == spent
    assert (used, reserved) == ground.sums()
    assert used + reserved <= most
    for hold in crashed:
        ground.time_passes(hold)
    expire_quotas()
    assert ground.quota() == (100, spent, 0)


def test_sixteen_at_once_take_all_there_is(committed_db: None) -> None:
    ground = Ground(most_takes=100)
    start = threading.Barrier(16)

    def takes() -> int:
        got = 0
        try:
            start.wait(timeout=60)
            for _ in range(9):
                try:
                    ground.hold()
                except QuotaExhausted:
                    continue
                got += 1
        finally:
            connections.close_all()
        return got

    with ThreadPoolExecutor(16) as pool:
        got = sum(one.result() for one in [pool.submit(takes) for _ in range(16)])

    assert got == 100
    assert ground.quota() == (100, 0, 100)
