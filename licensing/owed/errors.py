"""Refusals about what is owed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from core.errors import StudioError


class NoSuchObligation(StudioError):
    """There is no such obligation, or it is not yours to see."""


class NoSuchRate(StudioError):
    """There is no such rate, or it is another organisation's."""


class NoSuchPosting(StudioError):
    """There is no such posting, or it is another organisation's."""


class NoSuchStatement(StudioError):
    """There is no such statement, or it is not yours to see."""


class NotYoursToSee(StudioError):
    """What a performer is owed is for the performer, legal, producers, auditors and the union."""


class ObligationEnded(StudioError):
    """It was served or waived already; an obligation ends once."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        super().__init__(f"This obligation was {kind} already.")

    def extensions(self) -> dict[str, object]:
        return {"ended": self.kind}


class NotAPayDuty(StudioError):
    """Only a duty to pay comes to an amount."""


class PayNotServed(StudioError):
    """A duty to pay ends by being paid, not by serving a paper."""


class AmountUnknown(StudioError):
    """The amount cannot be computed: figures are to be entered from the rate sheet, or units to be stated."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = tuple(missing)
        super().__init__(f"No amount yet. Still open: {'; '.join(self.missing)}.")

    def extensions(self) -> dict[str, object]:
        return {"missing": list(self.missing)}


class AlreadyAssessed(StudioError):
    """The amount stands in the ledger. Reverse its posting before assessing anew."""


class FormulaUnfit(StudioError):
    """The formula is not one of the rule's, or a unit is not one that it takes."""


class ClockUnknown(StudioError):
    """No rule on file has this clock."""


class PaymentUnfit(StudioError):
    """A payment of nothing, of more than is due, in another currency, or of something nobody assessed."""


class PaymentOnRecord(StudioError):
    """A payment with this payroll reference is on record for the obligation already."""


class PostingReversed(StudioError):
    """The posting was reversed already, or is a reversal itself."""


class PaymentStands(StudioError):
    """Something was paid on this amount. Reverse the payments first."""


class RateOverlaps(StudioError):
    """Another rate of this kind holds on some of these days. End it first."""


class RateUnfit(StudioError):
    """The parts of the rate contradict each other."""

    def __init__(self, field: str, complaint: str) -> None:
        self.field = field
        super().__init__(f"{field}: {complaint}")

    def extensions(self) -> dict[str, object]:
        return {"field": self.field}


class RateConfirmedAlready(StudioError):
    """A second person confirmed this rate already."""


class ConfirmedBySamePerson(StudioError):
    """Whoever entered the rate does not confirm it."""


class RateEnded(StudioError):
    """The rate has an end or was withdrawn already; it ends once."""


class CalendarUnfit(StudioError):
    """A holiday outside the year, twice, or a calendar without a working day."""

    def __init__(self, complaint: str, *, day: date | None = None) -> None:
        self.day = day
        super().__init__(complaint)

    def extensions(self) -> dict[str, object]:
        return {} if self.day is None else {"day": self.day.isoformat()}


class PeriodUnfit(StudioError):
    """A statement's period ends after it begins, and is over."""
