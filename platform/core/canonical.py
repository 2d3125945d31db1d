"""Canonical JSON: the bytes we hash, sign and store."""

from __future__ import annotations

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
    _check(value, "$")
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(str(error)) from error


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
