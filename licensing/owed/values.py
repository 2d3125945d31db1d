"""The words of what is owed: duties that became due, rates, accounts and statements."""

from __future__ import annotations

from enum import StrEnum

TO_BE_ENTERED = "to be entered from the rate sheet"
"""What stands in place of an amount that nobody has entered and confirmed."""

ANY_CATEGORY = "any"
"""In a rate: it holds for every category of performer that has no rate of its own."""


class Effect(StrEnum):
    """What made a duty of a decision due. `STATED`: a person opened the obligation by hand.

    `ADAPTER_KEPT`: an adapter was trained on a likeness and taken into custody; the effect is the training.
    """

    TAKE_SIGNED = "take_signed"
    DELIVERED = "delivered"
    ADAPTER_KEPT = "adapter_kept"
    STATED = "stated"


class ObligationState(StrEnum):
    """Never stored: what the records add up to now."""

    OPEN = "open"
    LATE = "late"
    DONE = "done"
    WAIVED = "waived"


class EndKind(StrEnum):
    SERVED = "served"
    WAIVED = "waived"


class WaiverReason(StrEnum):
    """Why nothing is owed any more, as the log may carry it; the sentence beside it is not logged."""

    CREDITOR_AGREED = "creditor_agreed"
    UNION_AGREED = "union_agreed"
    NOT_OWED = "not_owed"
    RECORDED_IN_ERROR = "recorded_in_error"


class DueWord(StrEnum):
    """Where the due time comes from. `NO_FIGURE`: no rule on file names one, so none is shown."""

    BEFORE_USE = "before_use"
    BEFORE_DELIVERY = "before_delivery"
    CLOCK = "clock"
    NO_FIGURE = "no_figure"


class RateKind(StrEnum):
    """What a dated figure is of. All are amounts in minor units but `PLAN_PERCENT`, which is in basis points."""

    DAY_MINIMUM = "day_minimum"
    CONTRACT_DAILY = "contract_daily"
    BARGAINED_AMOUNT = "bargained_amount"
    SESSION_FEE = "session_fee"
    HOLDING_FEE = "holding_fee"
    USE_FEE = "use_fee"
    LINE_RATE = "line_rate"
    SCALE = "scale"
    AUDIO_COMMERCIAL = "audio_commercial"
    AUDIO_CUSTOMISING = "audio_customising"
    AUDIO_USE_4_WEEKS = "audio_use_4_weeks"
    AUDIO_USE_1_YEAR = "audio_use_1_year"
    PLAN_PERCENT = "plan_percent"

    @property
    def is_percent(self) -> bool:
        return self is RateKind.PLAN_PERCENT

    @property
    def is_of_one_deal(self) -> bool:
        """Whether it is agreed with one performer or for one production, never for a whole agreement."""
        return self in (RateKind.CONTRACT_DAILY, RateKind.BARGAINED_AMOUNT)


class Grade(StrEnum):
    """How well a figure is known: A, the rate sheet itself was read, to D, recollection."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Currency(StrEnum):
    """Source: ISO 4217, the currencies of the agreements on file and those a production pays in."""

    USD = "USD"
    CAD = "CAD"
    GBP = "GBP"
    EUR = "EUR"
    AUD = "AUD"
    JPY = "JPY"

    @property
    def digits(self) -> int:
        """Digits of the minor unit."""
        return 0 if self is Currency.JPY else 2


class AccountKind(StrEnum):
    """`PERFORMER` and `PLAN` hold what is owed to them, `STUDIO_COST` what it cost, `CLEARING` what payroll paid."""

    PERFORMER = "performer"
    PLAN = "plan"
    STUDIO_COST = "studio_cost"
    CLEARING = "clearing"


class PostingKind(StrEnum):
    ASSESSED = "assessed"
    PAID = "paid"
    REVERSED = "reversed"


class Payee(StrEnum):
    PERFORMER = "performer"
    PLAN = "plan"


class StatementKind(StrEnum):
    PERFORMER = "performer"
    UNION = "union"


def money(minor: int, currency: str) -> str:
    """`128300`, `USD` as "USD 1,283.00"."""
    digits = Currency(currency).digits
    sign, amount = ("-", -minor) if minor < 0 else ("", minor)
    whole, part = divmod(amount, 10**digits)
    return f"{currency} {sign}{whole:,}" + (f".{part:0{digits}}" if digits else "")
