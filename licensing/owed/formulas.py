"""The pay formulas: what is owed in integer minor units, from stored inputs alone. Pure.

No figure stands here: rates and factors are inputs. There is no floating point anywhere. A product with a fraction is
rounded once, at its end, to the nearest minor unit, and exactly half goes up. Days and lines are rounded up to whole
ones first, which is this product's choice where a text is silent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from licensing.owed.values import Payee
from licensing.owed.values import RateKind as Rate

Inputs: TypeAlias = Mapping[str, "int | str"]

ROUNDING = "half up to the minor unit, once per product; days and lines up to whole ones"
_DECIMAL = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,4}))?")
# A hundred million in most currencies; and what a formula may come to, well inside 53 bits.
_LARGEST = 10**10
_LARGEST_AMOUNT = 10**14
_WHOLE = 10_000  # basis points


class InputMissing(ValueError):
    """A formula lacks an input, or the input is no whole number or decimal it can use."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"{name} is missing or unusable")


@dataclass(frozen=True, slots=True)
class Owed:
    """`amount_minor` goes to the payee, `plan_minor` is what the plan gets on top of it."""

    amount_minor: int
    plan_minor: int


@dataclass(frozen=True, slots=True)
class Formula:
    """One formula. `units` are stated by people, `rates` are dated rows, `figures` come from the rule with the duty.

    Attributes:
        rates: the kind of row an input is taken from, by the input's name.
        principal_rate: whether the day minimum is that of a principal, whoever works.
    """

    id: str
    number: int
    words: str
    rule_ids: tuple[str, ...]
    units: tuple[str, ...]
    rates: Mapping[str, Rate]
    figures: tuple[str, ...]
    compute: Callable[[Inputs], Owed]
    payee: Payee = Payee.PERFORMER
    principal_rate: bool = False
    residuals: str = ""


def calculate(formula_id: str, inputs: Inputs) -> Owed:
    """What `inputs` come to.

    Raises:
        InputMissing: an input is not there or cannot be used.
        KeyError: there is no such formula.
    """
    owed = FORMULAS[formula_id].compute(inputs)
    if owed.amount_minor + owed.plan_minor > _LARGEST_AMOUNT:
        raise InputMissing("an amount this large")
    return owed


def ratio(text: str, name: str) -> tuple[int, int]:
    """`"1.5"` as 15 over 10.

    Raises:
        InputMissing: no plain decimal.
    """
    found = _DECIMAL.fullmatch(text)
    if found is None:
        raise InputMissing(name)
    whole, part = found[1], found[2] or ""
    return int(whole + part), 10 ** len(part)


def rounded(numerator: int, denominator: int) -> int:
    """The quotient of two numbers that are not negative, to the nearest whole one; half goes up."""
    return (2 * numerator + denominator) // (2 * denominator)


def whole(inputs: Inputs, name: str) -> int:
    value = inputs.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        raise InputMissing(name)
    return value


def rounded_up(inputs: Inputs, name: str) -> int:
    """A number of days as a whole one: 2, or "2.5" as 3."""
    numerator, denominator = ratio(str(inputs.get(name)), name)
    return -(-numerator // denominator)


def _times(inputs: Inputs, factor: str, minor: int) -> int:
    numerator, denominator = ratio(str(inputs.get(factor)), factor)
    return rounded(minor * numerator, denominator)


def _with_plan(inputs: Inputs, amount: int) -> Owed:
    return Owed(amount, rounded(amount * whole(inputs, "plan_basis_points"), _WHOLE))


def _daily(inputs: Inputs) -> int:
    return max(whole(inputs, "contract_daily_minor"), whole(inputs, "day_minimum_minor"))


def _creation(inputs: Inputs) -> Owed:
    return _with_plan(inputs, _times(inputs, "day_factor", _daily(inputs)))


def _same_picture(inputs: Inputs) -> Owed:
    return _with_plan(inputs, rounded_up(inputs, "days") * _daily(inputs))


def _bargained_with_floor(inputs: Inputs) -> Owed:
    floor = rounded_up(inputs, "days") * whole(inputs, "day_minimum_minor")
    return _with_plan(inputs, max(whole(inputs, "bargained_minor"), floor))


def _bargained(inputs: Inputs) -> Owed:
    return _with_plan(inputs, whole(inputs, "bargained_minor"))


def _background_scan(inputs: Inputs) -> Owed:
    days = whole(inputs, "scan_days")
    if days > 1:
        raise InputMissing("scan_days")
    return _with_plan(inputs, days * _daily(inputs))


def _nothing(_inputs: Inputs) -> Owed:
    return Owed(0, 0)


def _synthetic(inputs: Inputs) -> Owed:
    return Owed(whole(inputs, "bargained_minor"), 0)


def _commercial(inputs: Inputs) -> Owed:
    fees = whole(inputs, "holding_fee_minor") + whole(inputs, "use_fee_minor")
    amount = _times(inputs, "session_fee_factor", whole(inputs, "session_fee_minor")) + fees
    numerator, denominator = ratio(str(inputs.get("plan_contribution_percent")), "plan_contribution_percent")
    return Owed(amount, rounded(amount * numerator, 100 * denominator))


def _game_vocal(inputs: Inputs) -> Owed:
    words_per_line = whole(inputs, "words_per_line")
    if not words_per_line:
        raise InputMissing("words_per_line")
    lines = -(-whole(inputs, "words") // words_per_line)
    return _with_plan(inputs, lines * whole(inputs, "line_rate_minor"))


def _game_visual(inputs: Inputs) -> Owed:
    return _with_plan(inputs, rounded_up(inputs, "days") * whole(inputs, "scale_minor"))


def _game_realtime(inputs: Inputs) -> Owed:
    numerator, denominator = ratio(
        str(inputs.get("real_time_percent_of_scale")), "real_time_percent_of_scale"
    )
    return _with_plan(inputs, rounded(whole(inputs, "scale_minor") * numerator, 100 * denominator))


def _audio(use: str) -> Callable[[Inputs], Owed]:
    def compute(inputs: Inputs) -> Owed:
        commercials, customised = whole(inputs, "commercials"), whole(inputs, "customised")
        if customised > commercials:
            raise InputMissing("customised")
        each = whole(inputs, "commercial_minor") + whole(inputs, use)
        return _with_plan(inputs, commercials * each + customised * whole(inputs, "customising_minor"))

    return compute


_DAILY = {"contract_daily_minor": Rate.CONTRACT_DAILY, "day_minimum_minor": Rate.DAY_MINIMUM}
_PLAN = {"plan_basis_points": Rate.PLAN_PERCENT}
_FLOORED = {"bargained_minor": Rate.BARGAINED_AMOUNT, "day_minimum_minor": Rate.DAY_MINIMUM} | _PLAN
_AUDIO = {"commercial_minor": Rate.AUDIO_COMMERCIAL, "customising_minor": Rate.AUDIO_CUSTOMISING} | _PLAN
_AS_IN_PERSON = "as in person"
_WHEN_EARNED = "where a natural performer would earn them"

FORMULAS: Mapping[str, Formula] = {
    formula.id: formula
    for formula in (
        Formula(
            "ebdr_creation",
            1,
            "day factor of the session times higher of contract day and minimum",
            ("PAY-01",),
            (),
            _DAILY | _PLAN,
            ("day_factor",),
            _creation,
        ),
        Formula(
            "ebdr_same_picture",
            2,
            "days, rounded up times higher of contract day and minimum",
            ("PAY-02",),
            ("days",),
            _DAILY | _PLAN,
            (),
            _same_picture,
            residuals=_AS_IN_PERSON,
        ),
        Formula(
            "ebdr_elsewhere",
            3,
            "what was bargained, at least days times day minimum",
            ("PAY-02", "TVT-06"),
            ("days",),
            _FLOORED,
            (),
            _bargained_with_floor,
            residuals=_AS_IN_PERSON,
        ),
        Formula(
            "icdr_2023",
            4,
            "what was bargained",
            ("PAY-03",),
            (),
            {"bargained_minor": Rate.BARGAINED_AMOUNT} | _PLAN,
            (),
            _bargained,
        ),
        Formula(
            "icdr_2026",
            4,
            "what was bargained, at least days times day minimum",
            ("PAY-03",),
            ("days",),
            _FLOORED,
            (),
            _bargained_with_floor,
            residuals=_WHEN_EARNED,
        ),
        Formula(
            "background_scan",
            5,
            "a full day for a scan alone; nothing extra on a day of work",
            ("PAY-04",),
            ("scan_days",),
            _DAILY | _PLAN,
            (),
            _background_scan,
        ),
        Formula(
            "background_as_principal",
            5,
            "days, rounded up times a principal's day",
            ("PAY-04",),
            ("days",),
            _DAILY | _PLAN,
            (),
            _same_picture,
            principal_rate=True,
        ),
        Formula("foreign_language", 6, "nothing by this clause", ("TVT-16",), (), {}, (), _nothing),
        Formula(
            "synthetic",
            7,
            "what was bargained or awarded, to the plan",
            ("TVT-14",),
            (),
            {"bargained_minor": Rate.BARGAINED_AMOUNT},
            (),
            _synthetic,
            Payee.PLAN,
        ),
        Formula(
            "commercial",
            8,
            "session fee times factor + holding fee + use fee",
            ("COM-03",),
            (),
            {
                "session_fee_minor": Rate.SESSION_FEE,
                "holding_fee_minor": Rate.HOLDING_FEE,
                "use_fee_minor": Rate.USE_FEE,
            },
            ("session_fee_factor", "plan_contribution_percent"),
            _commercial,
        ),
        Formula(
            "game_vocal",
            9,
            "lines of words, rounded up times line rate",
            ("IMA-02",),
            ("words",),
            {"line_rate_minor": Rate.LINE_RATE} | _PLAN,
            ("words_per_line",),
            _game_vocal,
        ),
        Formula(
            "game_visual",
            9,
            "days, rounded up times scale",
            ("IMA-02",),
            ("days",),
            {"scale_minor": Rate.SCALE} | _PLAN,
            (),
            _game_visual,
        ),
        Formula(
            "game_realtime",
            9,
            "percent of scale times scale",
            ("IMA-02",),
            (),
            {"scale_minor": Rate.SCALE} | _PLAN,
            ("real_time_percent_of_scale",),
            _game_realtime,
        ),
        Formula(
            "audio_4_weeks",
            10,
            "commercials times (making + four weeks' use) + customised times customising",
            ("AUD-01",),
            ("commercials", "customised"),
            _AUDIO | {"use_minor": Rate.AUDIO_USE_4_WEEKS},
            (),
            _audio("use_minor"),
        ),
        Formula(
            "audio_1_year",
            10,
            "commercials times (making + a year's use) + customised times customising",
            ("AUD-01",),
            ("commercials", "customised"),
            _AUDIO | {"use_minor": Rate.AUDIO_USE_1_YEAR},
            (),
            _audio("use_minor"),
        ),
    )
}
