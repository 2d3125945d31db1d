"""Words of requests to hosted models."""

from __future__ import annotations

from enum import StrEnum


class CallState(StrEnum):
    OPEN = "open"
    """It was sent, or was about to be, and nobody knows yet how it ends."""
    ANSWERED = "answered"
    REFUSED = "refused"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    """It was sent and not answered; the service may work on it."""
    CANCELLED = "cancelled"
