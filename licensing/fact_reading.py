"""Plain JSON values in, typed facts out. A name, a type or a value outside the vocabulary is an input error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, TypeVar

from licensing.facts import Fact
from licensing.places import is_territory
from licensing.values import Event

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})")

_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
# Clauses count hours and months from a time, on clocks of any offset; at the calendar's ends they could not.
# How often, or how many seconds: a limit of none at all is no consent.
_COUNTS = range(1, 1_000_000_001)
_YEARS = range(1900, 9900)


class BadFacts(ValueError):
    """Facts that no rule could read. The message starts with the path of the offending value."""

    def __init__(self, path: str, complaint: str) -> None:
        super().__init__(f"{path}: {complaint}")
        self.path = path


class Node:
    """One object of the facts, read name by name; what was never read is an unknown name.

    A missing object reads like one whose every name is missing.
    """

    def __init__(self, path: str, value: object) -> None:
        if value is not None and not isinstance(value, Mapping):
            raise BadFacts(path or "facts", f"must be an object, not {_kind(value)}")
        self.path = path
        self._before = f"{path}." if path else ""
        self._values: Mapping[object, object] = {} if value is None else value
        self._read: set[object] = set()

    def text(self, name: str) -> Fact[str]:
        return self._fact(name, _text)

    def boolean(self, name: str) -> Fact[bool]:
        return self._fact(name, _boolean)

    def integer(self, name: str) -> Fact[int]:
        return self._fact(name, _integer)

    def day(self, name: str) -> Fact[date]:
        return self._fact(name, _date)

    def instant(self, name: str) -> Fact[datetime]:
        return self._fact(name, _time)

    def count(self, name: str) -> Fact[int]:
        return self._fact(name, _count)

    def event(self, name: str) -> Fact[Event]:
        return self._fact(name, _event)

    def date_or_never(self, name: str) -> Fact[date | Literal[False]]:
        return self._fact(name, _DATE_OR_FALSE)

    def text_or_false(self, name: str) -> Fact[str | Literal[False]]:
        return self._fact(name, _TEXT_OR_FALSE)

    def one_of_or_false(self, name: str, kind: type[E]) -> Fact[E | Literal[False]]:
        return self._fact(name, _or_false(_one_of(kind)))

    def territory(self, name: str) -> Fact[str]:
        return self._fact(name, _territory)

    def one_of(self, name: str, kind: type[E]) -> Fact[E]:
        return self._fact(name, _one_of(kind))

    def texts(self, name: str) -> Fact[tuple[str, ...]]:
        return self._fact(name, _TEXTS)

    def territories(self, name: str) -> Fact[tuple[str, ...]]:
        return self._fact(name, _TERRITORIES)

    def some_of(self, name: str, kind: type[E]) -> Fact[tuple[E, ...]]:
        return self._fact(name, _list_of(_one_of(kind)))

    def records(self, name: str, read: Callable[[Node], T]) -> Fact[tuple[T, ...]]:
        def one(path: str, value: object) -> T:
            if value is None:
                raise BadFacts(path, "must be an object, not null")
            return Node(_named(path, value), value).finish(read)

        return self._fact(name, lambda path, value: _each(path, value, one))

    def section(self, name: str, read: Callable[[Node], T]) -> T:
        """Args: read: a function of a module, so that what it makes of nothing is made once."""
        self._read.add(name)
        value = self._values.get(name)
        if value is None:
            return _of_nothing(self._before + name, read)  # type: ignore[no-any-return]
        return Node(self._before + name, value).finish(read)

    def finish(self, read: Callable[[Node], T]) -> T:
        """What `read` makes of this object.

        Raises:
            BadFacts: a name was left that no fact has.
        """
        result = read(self)
        if not self._read.issuperset(self._values):
            unread = next(name for name in self._values if name not in self._read)
            raise BadFacts(f"{self._before}{unread}", "is not a fact the rulebook knows")
        return result

    def _fact(self, name: str, parse: Callable[[str, object], T]) -> Fact[T]:
        self._read.add(name)
        path = self._before + name
        value = self._values.get(name)
        if value is None:
            return Fact(path, None, name in self._values)
        return Fact(path, parse(path, value), True)


@lru_cache(maxsize=256)
def _of_nothing(path: str, read: Callable[[Node], Any]) -> Any:  # noqa: ANN401 - whatever `read` makes
    """What an absent object reads like. Most questions leave most sections out, and they are all alike."""
    return read(Node(path, None))


def _named(path: str, value: object) -> str:
    """The path of a record by its own id where it has one: people look for `subjects[p-1]`, not for a number."""
    if isinstance(value, Mapping):
        for name in ("consent_id", "person_id"):
            own = value.get(name)
            if isinstance(own, str) and own:
                return f"{path.rpartition('[')[0]}[{own}]"
    return path


def _kind(value: object) -> str:
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return "null" if value is None else names.get(type(value), type(value).__name__)


def _text(path: str, value: object) -> str:
    if isinstance(value, str) and value.isascii() and "\x00" not in value:
        return value
    if not isinstance(value, str):
        raise BadFacts(path, f"must be a string, not {_kind(value)}")
    if "\x00" in value:
        raise BadFacts(path, "holds a null character, which no database keeps")
    if not is_text(value):
        raise BadFacts(path, "holds half a character")
    return value


def is_text(value: str) -> bool:
    """Whether a string can be written down: JSON may escape half of a surrogate pair."""
    return _HALF_A_CHARACTER.search(value) is None


def _boolean(path: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadFacts(path, f"must be true or false, not {_kind(value)}")
    return value


def _integer(path: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadFacts(path, f"must be a whole number, not {_kind(value)}")
    return value


def _count(path: str, value: object) -> int:
    number = _integer(path, value)
    if number not in _COUNTS:
        raise BadFacts(path, f"must be from {_COUNTS.start} to {_COUNTS.stop - 1}, not {number}")
    return number


def _date(path: str, value: object) -> date:
    text = _text(path, value)
    if not _DATE.fullmatch(text):
        raise BadFacts(path, f"must be a date such as 2026-07-01, not {text!r}")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadFacts(path, f"is no day of the calendar: {text!r}") from error


def _time(path: str, value: object) -> datetime:
    text = _text(path, value)
    if not _TIME.fullmatch(text):
        raise BadFacts(path, f"must be a time with an offset such as 2026-07-01T09:00:00-07:00, not {text!r}")
    try:
        found = datetime.fromisoformat(text.upper())
    except ValueError as error:
        raise BadFacts(path, f"is no time of the calendar: {text!r}") from error
    if found.year not in _YEARS:
        raise BadFacts(path, f"lies outside the years {_YEARS.start} to {_YEARS.stop - 1}: {text!r}")
    return found


def _event(path: str, value: object) -> Event:
    return False if value is False else _TIME_OR_FALSE(path, value)


def _territory(path: str, value: object) -> str:
    code = _text(path, value)
    if not is_territory(code):
        raise BadFacts(path, f"{code!r} is no ISO 3166 code, US state code, WORLD, EU or EEA")
    return code


@lru_cache(maxsize=64)
def _or_false(parse: Callable[[str, object], T]) -> Callable[[str, object], T | Literal[False]]:
    def parsed(path: str, value: object) -> T | Literal[False]:
        if value is False:
            return False
        if value is True:
            raise BadFacts(path, "must be false or say when, who or which; true alone says neither")
        return parse(path, value)

    return parsed


@lru_cache(maxsize=64)
def _one_of(kind: type[E]) -> Callable[[str, object], E]:
    words = {str(member): member for member in kind}

    def parsed(path: str, value: object) -> E:
        if isinstance(value, str) and (known := words.get(value)) is not None:
            return known
        text = _text(path, value)
        try:
            return kind(text)
        except ValueError as error:
            raise BadFacts(path, f"{text!r} is not one of {', '.join(kind)}") from error

    return parsed


@lru_cache(maxsize=64)
def _list_of(parse: Callable[[str, object], T]) -> Callable[[str, object], tuple[T, ...]]:
    def parsed(path: str, value: object) -> tuple[T, ...]:
        return _each(path, value, parse)

    return parsed


def _each(path: str, value: object, parse: Callable[[str, object], T]) -> tuple[T, ...]:
    if not isinstance(value, list | tuple):
        raise BadFacts(path, f"must be a list, not {_kind(value)}")
    return tuple([parse(f"{path}[{index}]", item) for index, item in enumerate(value)])


_DATE_OR_FALSE = _or_false(_date)
_TEXT_OR_FALSE = _or_false(_text)
_TIME_OR_FALSE = _or_false(_time)
_TEXTS = _list_of(_text)
_TERRITORIES = _list_of(_territory)
