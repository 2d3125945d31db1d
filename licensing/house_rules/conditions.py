"""What a rule of an organisation's own may ask of a fact: the functions that a pack of rules can name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from licensing.house_rules.fact_names import member_of

Values = Sequence[object]


def _listed(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else (value,)


def is_any_of(value: object, values: Values) -> bool:
    """The value is one of these; of a list, some member is."""
    return any(one in values for one in _listed(value))


def is_outside(value: object, values: Values) -> bool:
    """The value is none of these; of a list, some member is none."""
    return any(one not in values for one in _listed(value))


def is_empty(value: object, _: Values) -> bool:
    """The list has no member."""
    return value == ()


def is_before(value: date, values: Values) -> bool:
    return value < _day(values)


def is_after(value: date, values: Values) -> bool:
    return value > _day(values)


def _day(values: Values) -> date:
    return date.fromisoformat(str(values[0]))


FUNCTIONS: dict[str, Callable[[Any, Values], bool]] = {
    "any_of": is_any_of,
    "outside": is_outside,
    "empty": is_empty,
    "before": is_before,
    "after": is_after,
}


def complaint_about(function: str, kind: object, values: Values) -> str | None:
    """Why `function` cannot be asked with `values` of a fact of type `kind`; None when it can."""
    one, is_list = member_of(kind), member_of(kind) is not kind
    if function in {"before", "after"}:
        if one is not date or len(values) != 1:
            return f"{function!r} compares one day, and only a fact that is a day"
        try:
            _day(values)
        except ValueError:
            return f"{values[0]!r} is no day of the calendar"
        return None
    if one is date:
        return f"{function!r} is not asked of a day: before or after"
    if function == "empty":
        return None if is_list and not values else "'empty' is asked of a list, and takes no values"
    if not values:
        return f"{function!r} needs values to compare with"
    return _unfit(one, values)


def _unfit(one: object, values: Values) -> str | None:
    for value in values:
        if one is bool and not isinstance(value, bool):
            return f"{value!r} is neither true nor false"
        if one is not bool and not isinstance(value, str):
            return f"{value!r} is no text"
        if isinstance(one, type) and issubclass(one, StrEnum) and value not in tuple(one):
            return f"{value!r} is not one of {', '.join(one)}"
    return None
