"""Identifiers of people: which schemes are known, how each is written, and what its check character proves. Pure.

A scheme that is not known here is kept as it is given, under its own scope; what we do not know is not checked.

Sources: ISO 27729 and ISO/IEC 7064 MOD 11-2 (ISNI); hand-id.org/architecture, read 2026-11 (HAND); EIDR's Party IDs
and SCAPR's IPN from recollection (grade D), so only their shape is looked at.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Scheme(StrEnum):
    """Schemes of which at least the shape is known."""

    ISNI = "isni"
    IPN = "ipn"
    EIDR_PARTY = "eidr_party"
    HAND = "hand"
    UNION = "union_id"
    STUDIO_REF = "studio_ref"


class MalformedIdentifier(ValueError):
    """A value that its scheme cannot have."""


_SCOPE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_SPELLINGS = {"eidr": Scheme.EIDR_PARTY, "hand_id": Scheme.HAND, "union": Scheme.UNION}
_RESOLVERS = re.compile(
    r"(?i)\A(https?://(www\.)?(isni\.org/(isni/)?|doi\.org/|hdl\.handle\.net/)|doi:|isni:?)"
)
_ISNI = re.compile(r"[0-9]{15}[0-9X]")
_IPN = re.compile(r"[0-9]{1,11}")
_EIDR_PARTY = re.compile(r"10\.5237/[0-9A-F]{4}-[0-9A-F]{4}")
_HAND = re.compile(r"10\.23/[0-9A-Z]{4}(-[0-9A-Z]{4}){4}")
_UNION = re.compile(r"[a-z][a-z0-9_-]{1,39}:[0-9A-Za-z][0-9A-Za-z./-]{0,59}")
_EXAMPLES = {
    Scheme.ISNI: "16 characters, such as 0000 0001 2103 2683, the last a check character",
    Scheme.IPN: "digits alone",
    Scheme.EIDR_PARTY: "as EIDR prints it, such as 10.5237/9DE2-DB8A",
    Scheme.HAND: "as HAND prints it, such as 10.23/B77C-A6A1-D3E8-1E13-D6C7",
    Scheme.UNION: "the union and the member's number, such as sag-aftra:10293847",
}


def identified(scope: str, value: str) -> tuple[str, str]:
    """Scope and value in the one spelling under which two records of a person are recognised as the same.

    Raises:
        MalformedIdentifier: the scope is no word, or its scheme cannot have this value.
    """
    word = re.sub(r"[\s-]+", "_", scope.strip().casefold())
    word = _SPELLINGS.get(word, word)
    if not _SCOPE.fullmatch(word):
        raise MalformedIdentifier(f"{scope.strip()!r} is no scheme: a word of letters, digits and _")
    text = " ".join(value.split())
    if not text:
        raise MalformedIdentifier(f"{word} has no value")
    try:
        scheme = Scheme(word)
    except ValueError:
        return word, text
    return word, _read(scheme, text)


def _read(scheme: Scheme, text: str) -> str:
    match scheme:
        case Scheme.ISNI:
            return _isni(text)
        case Scheme.IPN:
            return _shaped(scheme, _IPN, text.replace(" ", ""))
        case Scheme.EIDR_PARTY:
            return _shaped(scheme, _EIDR_PARTY, _RESOLVERS.sub("", text).upper())
        case Scheme.HAND:
            return _shaped(scheme, _HAND, _RESOLVERS.sub("", text).replace(" ", "").upper())
        case Scheme.UNION:
            union, colon, number = text.partition(":")
            return _shaped(scheme, _UNION, f"{union.strip().casefold()}{colon}{number.strip()}")
        case Scheme.STUDIO_REF:
            return text


def _isni(text: str) -> str:
    digits = re.sub(r"[\s-]", "", _RESOLVERS.sub("", text)).upper()
    _shaped(Scheme.ISNI, _ISNI, digits)
    wanted = check_character(digits[:-1])
    if digits[-1] != wanted:
        raise MalformedIdentifier(
            f"isni {digits}: the check character {digits[-1]} is not that of these digits; one of them is mistyped"
        )
    return digits


def check_character(digits: str) -> str:
    """The check character of decimal digits by ISO/IEC 7064 MOD 11-2."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    rest = (12 - total % 11) % 11
    return "X" if rest == 10 else str(rest)  # noqa: PLR2004 - X stands for ten


def _shaped(scheme: Scheme, pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise MalformedIdentifier(f"{scheme} {text}: must be {_EXAMPLES[scheme]}")
    return text


def example_of(scheme: Scheme) -> str:
    """How a value of the scheme is written, for whoever types one."""
    return _EXAMPLES.get(scheme, "your own key of the person")
