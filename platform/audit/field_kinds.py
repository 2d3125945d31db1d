"""What a field of an entry may hold. No kind fits a name, an address or free text."""

from __future__ import annotations

import re
from enum import Enum

from core.canonical import Canonical


class EntryRefused(ValueError):
    """Something that must not be logged: an unknown field, or a value of another kind than its field's.

    A defect of the caller, never of a person: it is not an expected refusal.
    """


class Kind(Enum):
    """What a field may hold, by the pattern of its text; `NUMBER`, `NUMBERS`, `RULES` and `COMMITMENTS` are none.

    No pattern fits a full name, an address, a date of birth or a telephone number. A code could be any one word:
    whoever records one draws it from a closed list in its own code.
    """

    IDENTIFIER = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    SHA256 = r"[0-9a-f]{64}"
    # One of a closed list in the code: an outcome, a reason, a stage.
    CODE = r"[a-z][a-z0-9_]{0,47}"
    # A dated name of ours, such as that of a rule pack. The year tells it from any other word.
    EDITION = r"([a-z0-9_]{1,40}[-_/])?20[0-9]{2}(-[0-9]{2}){0,2}([._/-][a-z0-9]{1,16}){0,2}"
    # A rule of the rulebook, or a check of the gate's own.
    RULE = r"[A-Z]{2,8}-[0-9]{1,4}|GATE-[A-Z]{1,16}"
    # Source: C2PA 2.2 section 8.2, unique identifiers.
    MANIFEST = (
        r"([a-z0-9.-]{1,32}:)?urn:(c2pa|uuid):[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
        r"(:[A-Za-z0-9._-]{0,32}){0,2}"
    )
    # The readable head of an API token, by which its owner tells it from others.
    TOKEN_HEAD = r"[0-9a-f]{8,25}"  # noqa: S105 - a pattern
    # Who is meant, without saying it: the digits of `audit.subjects.commitment`. Spelt otherwise than a SHA-256,
    # because two members of one value would be one.
    COMMITMENT = r"[a-f0-9]{64}"
    NUMBER = "whole number from 0"
    NUMBERS = "list of whole numbers from 0"
    RULES = "list of rule identifiers"
    COMMITMENTS = "list of commitments"


# Of what a list is, and how long it may be.
_LISTS = {
    Kind.NUMBERS: (Kind.NUMBER, 64),
    Kind.RULES: (Kind.RULE, 256),
    Kind.COMMITMENTS: (Kind.COMMITMENT, 256),
}


def is_of_kind(value: Canonical, kind: Kind) -> bool:
    """Whether a field of this kind may hold `value`."""
    if kind is Kind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    if kind in _LISTS:
        of_what, most = _LISTS[kind]
        return (
            isinstance(value, list | tuple)
            and len(value) <= most
            and all(is_of_kind(one, of_what) for one in value)
        )
    return isinstance(value, str) and re.fullmatch(kind.value, value) is not None
