"""The one place that reads the wall clock; everything inward takes a time as an argument."""

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def rfc3339(instant: datetime) -> str:
    """`instant` as RFC 3339 in UTC with microseconds and a Z, the one spelling we hash and log."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
