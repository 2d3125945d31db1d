from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.clock import now, rfc3339


def test_now_is_aware_and_in_utc() -> None:
    assert now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "spelt"),
    [
        (datetime(2026, 11, 23, 12, 0, tzinfo=UTC), "2026-11-23T12:00:00.000000Z"),
        (datetime(2026, 11, 23, 12, 0, 0, 5, tzinfo=UTC), "2026-11-23T12:00:00.000005Z"),
        (datetime(2026, 11, 23, 12, 0, tzinfo=timezone(timedelta(hours=2))), "2026-11-23T10:00:00.000000Z"),
    ],
)
def test_an_instant_has_one_spelling(instant: datetime, spelt: str) -> None:
    assert rfc3339(instant) == spelt
    assert datetime.fromisoformat(spelt) == instant
