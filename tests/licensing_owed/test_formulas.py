"""The formulas against amounts worked out by hand, and against the program that recomputes statements."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.owed.formulas import FORMULAS, InputMissing, calculate, rounded
from licensing.owed.values import money

ROOT = Path(__file__).parents[2]


def recomputing() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "recompute_statement", ROOT / "tools/recompute_statement.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


DAILY = {"contract_daily_minor": 150_033, "day_minimum_minor": 100_001, "plan_basis_points": 2_350}
BARGAIN = {"bargained_minor": 250_000, "day_minimum_minor": 100_001, "plan_basis_points": 2_100}
AUDIO = {
    "commercials": 3,
    "customised": 1,
    "commercial_minor": 55_000,
    "customising_minor": 27_500,
    "use_minor": 38_500,
    "plan_basis_points": 0,
}


@pytest.mark.parametrize(
    ("formula", "inputs", "amount", "plan"),
    [
        # 1. half of 1,500.33 is 750.165: half a cent goes up; 23.5 % of 750.17 is 176.28995.
        ("ebdr_creation", {"day_factor": "0.5"} | DAILY, 75_017, 17_629),
        ("ebdr_creation", {"day_factor": "0"} | DAILY, 0, 0),
        ("ebdr_creation", {"day_factor": "1"} | DAILY, 150_033, 35_258),
        # 2. two and a half days are three: 4,500.99; 23.5 % is 1,057.73265.
        ("ebdr_same_picture", {"days": "2.5"} | DAILY, 450_099, 105_773),
        ("ebdr_same_picture", {"days": 2} | DAILY | {"contract_daily_minor": 0}, 200_002, 47_000),
        # 3. and 4. the floor of three days, 3,000.03, is above what was bargained.
        ("ebdr_elsewhere", {"days": 3} | BARGAIN, 300_003, 63_001),
        ("icdr_2026", {"days": 2} | BARGAIN, 250_000, 52_500),
        ("icdr_2023", BARGAIN, 250_000, 52_500),
        # 5. a scan on a day of work costs nothing extra; alone it is a day.
        ("background_scan", {"scan_days": 0} | DAILY, 0, 0),
        ("background_scan", {"scan_days": 1} | DAILY, 150_033, 35_258),
        ("background_as_principal", {"days": 4} | DAILY, 600_132, 141_031),
        # 6. and 7.
        ("foreign_language", {}, 0, 0),
        ("synthetic", {"bargained_minor": 999_999}, 999_999, 0),
        # 8. 1.5 x 783.05 is 1,174.575: up to 1,174.58; with fees 1,424.58; 23.5 % of it is 334.7763.
        (
            "commercial",
            {
                "session_fee_factor": "1.5",
                "plan_contribution_percent": "23.5",
                "session_fee_minor": 78_305,
                "holding_fee_minor": 15_000,
                "use_fee_minor": 10_000,
            },
            142_458,
            33_478,
        ),
        # 9. 101 words are eleven lines of ten; 7.5 x 1,011.11 is 7,583.325.
        (
            "game_vocal",
            {"words": 101, "words_per_line": 10, "line_rate_minor": 1_234, "plan_basis_points": 1_750},
            13_574,
            2_375,
        ),
        ("game_visual", {"days": 3, "scale_minor": 101_111, "plan_basis_points": 1_750}, 303_333, 53_083),
        (
            "game_realtime",
            {"real_time_percent_of_scale": "750", "scale_minor": 101_111, "plan_basis_points": 1_750},
            758_333,
            132_708,
        ),
        # 10. three of 550 + 385, one of them customised for 275.
        ("audio_4_weeks", AUDIO, 308_000, 0),
        ("audio_1_year", AUDIO | {"use_minor": 121_000}, 555_500, 0),
    ],
)
def test_comes_to_what_was_worked_out_by_hand(
    formula: str, inputs: dict[str, Any], amount: int, plan: int
) -> None:
    owed = calculate(formula, inputs)

    assert (owed.amount_minor, owed.plan_minor) == (amount, plan)


def test_every_formula_of_the_note_has_an_example_here_and_a_number() -> None:
    assert {formula.number for formula in FORMULAS.values()} == set(range(1, 11))


@pytest.mark.parametrize(
    ("formula", "inputs", "name"),
    [
        ("ebdr_same_picture", DAILY, "days"),
        ("ebdr_same_picture", DAILY | {"days": "2,5"}, "days"),
        ("ebdr_same_picture", DAILY | {"days": -1}, "days"),
        ("ebdr_same_picture", DAILY | {"days": 2, "day_minimum_minor": True}, "day_minimum_minor"),
        (
            "ebdr_same_picture",
            DAILY | {"days": 999_999_999, "day_minimum_minor": 10**10},
            "an amount this large",
        ),
        (
            "game_vocal",
            {"words": 1, "words_per_line": 0, "line_rate_minor": 1, "plan_basis_points": 0},
            "words_per_line",
        ),
        ("audio_4_weeks", AUDIO | {"customised": 4}, "customised"),
        ("background_scan", DAILY | {"scan_days": 2}, "scan_days"),
    ],
)
def test_says_which_input_it_lacks(formula: str, inputs: dict[str, Any], name: str) -> None:
    with pytest.raises(InputMissing) as missing:
        calculate(formula, inputs)

    assert missing.value.name == name


@given(numerator=st.integers(0, 10**18), denominator=st.integers(1, 10**6))
def test_rounds_to_the_nearest_and_half_up(numerator: int, denominator: int) -> None:
    twice = 2 * rounded(numerator, denominator) * denominator

    assert -denominator < twice - 2 * numerator <= denominator


def inputs_of(formula: str) -> st.SearchStrategy[dict[str, Any]]:
    known = FORMULAS[formula]
    values: dict[str, st.SearchStrategy[Any]] = {name: st.integers(0, 10**8) for name in known.rates}
    values["plan_basis_points"] = st.integers(0, 10_000)
    units: dict[str, st.SearchStrategy[Any]] = {
        "days": st.one_of(st.integers(0, 500), st.decimals(0, 500, places=2).map(str)),
        "scan_days": st.integers(0, 1),
        "words": st.integers(0, 100_000),
        "commercials": st.integers(50, 99),
        "customised": st.integers(0, 50),
        "words_per_line": st.integers(1, 20),
    }
    names = {*known.units, *known.figures, *known.rates}
    decimal = st.decimals(0, 900, places=3).map(str)
    known_values = units | values
    return st.fixed_dictionaries({name: known_values.get(name, decimal) for name in names})


@given(data=st.data())
@pytest.mark.parametrize("formula", FORMULAS)
def test_the_program_for_statements_computes_the_same(formula: str, data: st.DataObject) -> None:
    inputs = data.draw(inputs_of(formula))

    owed = calculate(formula, inputs)

    assert recomputing().owed(formula, inputs) == (owed.amount_minor, owed.plan_minor)


def test_money_is_shown_as_people_write_it() -> None:
    assert money(128_300, "USD") == "USD 1,283.00"
    assert money(-5, "EUR") == "EUR -0.05"
    assert money(1_234, "JPY") == "JPY 1,234"
