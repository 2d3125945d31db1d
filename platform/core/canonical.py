"""Canonical JSON: the bytes we hash, sign and store."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import rfc8785

from core.errors import StudioError

# An alias by name: the `type` statement needs Python 3.12.
Canonical: TypeAlias = "str | int | bool | Sequence[Canonical] | Mapping[str, Canonical] | None"

_MAX_INTEGER = 2**53 - 1


class NotCanonical(StudioError):
    """A value that has no single spelling: a float, a huge integer, a lone surrogate, a foreign type."""


def canonical_bytes(value: Canonical) -> bytes:
    """`value` as RFC 8785 (JCS) bytes.

    Only strings, integers of at most 53 bits, booleans, null, lists and string-keyed objects are let in. Floats
    are refused although JCS defines them: `1.0` and `1` would be the same bytes, and jsonb spells `1e2` anew.

    Raises:
        NotCanonical: naming the path of the offending value.
    """
    if _is_plain(value):
        try:
            return _WRITER.encode(value).encode()
        except UnicodeEncodeError as error:
            raise NotCanonical(str(error)) from error
    _check(value, "$")
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(str(error)) from error


# With names of ASCII the standard orders members as Python does, and it escapes what Python escapes. Written in C, it
# takes a tenth of the time; a test compares both on all that may be written.
_WRITER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"), sort_keys=True)


def _is_plain(value: object) -> bool:
    """Whether `value` is of JSON's own types throughout, all its integers fit and all its names are ASCII."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        for name, item in value.items():  # type: ignore[attr-defined]  # told by its type
            if type(name) is not str or not name.isascii():
                return False
            if type(item) is not str and not _is_plain(item):
                return False
        return True
    if kind is list or kind is tuple:
        return all(type(item) is str or _is_plain(item) for item in value)  # type: ignore[attr-defined]  # as above
    return kind is int and -_MAX_INTEGER <= value <= _MAX_INTEGER  # type: ignore[operator]  # as above


def _check(value: object, path: str) -> None:
    match value:
        case None | bool() | str():
            return
        case int():
            if abs(value) > _MAX_INTEGER:
                raise NotCanonical(f"{path}: integer of more than 53 bits")
        case list() | tuple():
            for index, item in enumerate(value):
                _check(item, f"{path}[{index}]")
        case Mapping():
            for key, item in value.items():
                if not isinstance(key, str):
                    raise NotCanonical(f"{path}: key {key!r} is not a string")
                _check(item, f"{path}.{key}")
        case _:
            raise NotCanonical(f"{path}: {type(value).__name__} has no canonical spelling")
