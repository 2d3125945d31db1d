"""The facts that a rule of an organisation's own may look at, by name: read off the vocabulary itself."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

from licensing.facts import Fact, Facts, Subject

SUBJECTS = "subjects"
_SECTIONS = ("project", "use", "model", "delivery", "buyer_answers", "workplace")


@lru_cache(maxsize=1)
def fact_names() -> dict[str, object]:
    """`section.name` of every fact a condition may name, with the type of its value."""
    sections = typing.get_type_hints(Facts)
    found = {f"{section}.{name}": kind for section in _SECTIONS for name, kind in _values(sections[section])}
    found |= {f"{SUBJECTS}.{name}": kind for name, kind in _values(Subject)}
    return {name: kind for name, kind in found.items() if is_simple(kind)}


def _values(section: object) -> list[tuple[str, object]]:
    if not (isinstance(section, type) and is_dataclass(section)):
        raise TypeError(f"{section} is no section of the facts.")
    hints = typing.get_type_hints(section)
    return [
        (field.name, typing.get_args(hints[field.name])[0])
        for field in fields(section)
        if typing.get_origin(hints[field.name]) is Fact
    ]


def is_simple(kind: object) -> bool:
    """Whether conditions can be put on values of this type: a word, a text, yes or no, a day, or a list of words."""
    one = member_of(kind)
    return one in (str, bool, date) or (isinstance(one, type) and issubclass(one, StrEnum))


def member_of(kind: object) -> object:
    """The type of one value of a list, or the type itself."""
    return typing.get_args(kind)[0] if typing.get_origin(kind) is tuple else kind


def value_of(facts: Facts, name: str, subject: Subject | None) -> Fact[Any]:
    """The fact of that name; of `subject` where it is one of a person."""
    section, _, field = name.partition(".")
    return getattr(subject if section == SUBJECTS else getattr(facts, section), field)  # type: ignore[no-any-return]
