"""Plain JSON values in, typed facts out. A name, a type or a value outside the vocabulary is an input error."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache, partial
from types import MappingProxyType
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
    """One object of the facts, to be read name by name. What a reader never asks for is an unknown name.

    A reader is a function of a module that makes one dataclass of what it asks for, each field of one name, whatever
    the object says. So it is asked once what it reads, and every object is read by that list.
    """

    def __init__(self) -> None:
        self.asked: list[_Asked] = []

    @property
    def path(self) -> str:
        """Where the object stands."""
        return _PATH  # type: ignore[return-value]  # stands for it until an object is read

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
            return read_object(_named(path, value), value, read)

        return self._fact(name, lambda path, value: _each(path, value, one))

    def section(self, name: str, read: Callable[[Node], T]) -> T:
        """A missing section reads like one whose every name is missing."""
        return self._ask(_Asked(name, None, read))  # type: ignore[no-any-return]

    def _fact(self, name: str, parse: Callable[[str, object], T]) -> Fact[T]:
        return self._ask(_Asked(name, parse, None))  # type: ignore[no-any-return]

    def _ask(self, asked: _Asked) -> Any:  # noqa: ANN401 - stands for what will be read there
        self.asked.append(asked)
        return asked


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """A name that a reader asks for: a value that is parsed, or a section with a reader of its own."""

    name: str
    parse: Callable[[str, object], object] | None
    section: Callable[[Node], object] | None


_PATH = _Asked("", None, None)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a reader asks for, in its order, and `places`, where each thing it makes its object of is found there."""

    asked: tuple[tuple[str, Callable[[str, object], object] | None, Callable[[Node], object] | None], ...]
    names: frozenset[str]
    make: Callable[..., Any]
    places: tuple[int, ...]


@lru_cache(maxsize=256)
def _reading(read: Callable[[Node], Any]) -> _Reading:
    node = Node()
    made = read(node)
    parts = [made] if isinstance(made, _Asked) else [getattr(made, field.name) for field in fields(made)]
    order = [_PATH, *node.asked]
    return _Reading(
        asked=tuple((one.name, one.parse, one.section) for one in node.asked),
        names=frozenset(one.name for one in node.asked),
        make=_itself if isinstance(made, _Asked) else type(made),
        places=tuple(order.index(part) for part in parts),
    )


def _itself(found: T) -> T:
    return found


def read_object(path: str, value: object, read: Callable[[Node], T]) -> T:
    """What `read` makes of the object that stands at `path`; None reads like one without any names.

    Raises:
        BadFacts: it is no object, one of its values cannot be read, or it has a name that no fact has.
    """
    values = _NOTHING if value is None else value
    if type(values) is not dict and not isinstance(values, Mapping):
        raise BadFacts(path or "facts", f"must be an object, not {_kind(values)}")
    reading = _reading(read)
    before = f"{path}." if path else ""
    found: list[Any] = [path]
    for name, parse, section in reading.asked:
        given, place = values.get(name), before + name
        if section is not None:
            found.append(_of_nothing(place, section) if given is None else read_object(place, given, section))
        elif given is None or parse is None:
            found.append(_fact((place, None, name in values)))
        else:
            found.append(_fact((place, parse(place, given), True)))
    if not reading.names.issuperset(values):
        unread = next(name for name in values if name not in reading.names)
        raise BadFacts(f"{before}{unread}", "is not a fact the rulebook knows")
    return reading.make(*[found[place] for place in reading.places])  # type: ignore[no-any-return]


_NOTHING: Mapping[Any, Any] = MappingProxyType({})
# A hundred and more are made for a question.
_fact = partial(tuple.__new__, Fact)


@lru_cache(maxsize=256)
def _of_nothing(path: str, read: Callable[[Node], Any]) -> Any:  # noqa: ANN401 - whatever `read` makes
    """What an absent object reads like. Most questions leave most sections out, and they are all alike."""
    return read_object(path, None, read)


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
