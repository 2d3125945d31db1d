"""What a consent is on a day, in the words of reports."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from licensing.gathering import strikes_at
from licensing.names import ConsentStatus


def struck_now(at: datetime) -> frozenset[str]:
    """Agreements under strike. Call inside `core.tenancy.tenant`."""
    return frozenset(str(one) for one in strikes_at(at))


def status_of(row: Any, at: datetime, *, struck: bool) -> str:  # noqa: ANN401 - one of `performer_cards.consents`
    """The status of a record read with its notice."""
    notice = getattr(row, "notice", None)
    return status_words(
        row.status,
        withdrawn_at=row.withdrawn_at,
        ends_at=notice.effective_at if notice else None,
        valid_until=row.valid_until,
        is_in_log=row.is_in_log,
        struck=struck,
        at=at,
    )


def status_words(
    status: str,
    *,
    withdrawn_at: datetime | None,
    ends_at: datetime | None,
    valid_until: date | None,
    is_in_log: bool,
    struck: bool,
    at: datetime,
) -> str:
    """What holds first is said first: an end, then what keeps a record from counting, then that it counts."""
    if status == ConsentStatus.WITHDRAWN:
        return f"withdrawn on {withdrawn_at:%Y-%m-%d}" if withdrawn_at else "withdrawn"
    if status == ConsentStatus.SUPERSEDED:
        return "superseded"
    if ends_at is not None and ends_at <= at:
        return f"withdrawn on {ends_at:%Y-%m-%d}"
    if valid_until is not None and valid_until < at.astimezone(UTC).date():
        return "ended"
    if not is_in_log:
        return "not in force: the log does not cover it yet"
    if struck:
        return "suspended by a strike"
    return f"active; notice given, ends on {ends_at:%Y-%m-%d}" if ends_at else "active"


def dates_words(begins: date | None, ends: date | None) -> str:
    """First and last day."""
    return f"{begins.isoformat() if begins else 'open'} to {ends.isoformat() if ends else 'open'}"
