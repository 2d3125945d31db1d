"""Words of the case file of a Synthetic."""

from __future__ import annotations

from enum import StrEnum


class SyntheticStepKind(StrEnum):
    """What happens in a case file, in about the order it does."""

    VALUE_FOUND = "value_found"
    NOTICE_SENT = "notice_sent"
    NOTICE_SERVED = "notice_served"
    BARGAINING_OPENED = "bargaining_opened"
    AGREED = "agreed"
    ARBITRATION_OPENED = "arbitration_opened"
    AWARDED = "awarded"
    PLAN_PAID = "plan_paid"
    NOTE = "note"
    CLOSED = "closed"


MONEY_STEPS = frozenset(
    {SyntheticStepKind.AGREED.value, SyntheticStepKind.AWARDED.value, SyntheticStepKind.PLAN_PAID.value}
)
PROVED_STEPS = frozenset(
    {
        SyntheticStepKind.NOTICE_SENT,
        SyntheticStepKind.NOTICE_SERVED,
        SyntheticStepKind.AGREED,
        SyntheticStepKind.ARBITRATION_OPENED,
        SyntheticStepKind.AWARDED,
        SyntheticStepKind.PLAN_PAID,
    }
)
"""Steps somebody outside could deny: they name the digest of the paper that shows them."""


class SyntheticState(StrEnum):
    """Where a case file stands; follows from its steps and is stored nowhere."""

    OPENED = "opened"
    VALUE_FOUND = "value_found"
    NOTICE_SENT = "notice_sent"
    CLOCK_RUNS = "clock_runs"
    BARGAINING = "bargaining"
    IN_ARBITRATION = "in_arbitration"
    SETTLED = "settled"
    PLAN_PAID = "plan_paid"
    CLOSED = "closed"
