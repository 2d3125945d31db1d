"""A file of performers, read row by row: CSV with a head, or a JSON object a line. No database."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from licensing.agreeing.errors import ImportUnreadable
from licensing.identifiers import MalformedIdentifier, identified
from licensing.names import AliasKind, Visibility
from licensing.places import is_territory
from licensing.screening import letters
from licensing.values import SubjectState

REFERENCE = "studio_ref"
"""Scope of the studio's own key of a performer, by which a repeated import knows them again."""

_LONGEST = {"professional_name": 200, "alias": 200, "scope": 40, "value": 120}
_COLUMNS = (
    "ref",
    "professional_name",
    "state",
    "domicile",
    "visibility",
    "aliases",
    "script_names",
    "role_names",
    "identifiers",
)
_NAMES = {"aliases": AliasKind.ALIAS, "script_names": AliasKind.SCRIPT, "role_names": AliasKind.ROLE}
_SEVERAL = (*_NAMES, "identifiers")
_LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class RowRefused:
    """A row that was left out: at which line, for which field, and why."""

    line: int
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class PerformerRow:
    """`names`: beside the professional one, each with what it is."""

    line: int
    professional_name: str
    state: SubjectState | None
    domicile: str | None
    visibility: Visibility
    names: tuple[tuple[AliasKind, str], ...]
    identifiers: tuple[tuple[str, str], ...]


class _Bad(Exception):
    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def read_rows(source: BinaryIO) -> Iterator[PerformerRow | RowRefused]:
    """Every row of the file, good or bad, in its order. The head is read at once.

    Raises:
        ImportUnreadable: the file is empty, or neither of the two kinds.
    """
    first = source.readline(_LONGEST_LINE).removeprefix(b"\xef\xbb\xbf")
    if not first.strip():
        raise ImportUnreadable("The file is empty, or its first line is.")
    if first.lstrip().startswith(b"{"):
        return _json_rows(first, source)
    head = [name.strip() for name in next(csv.reader([_decoded(first)]))]
    if unknown := [name for name in head if name not in _COLUMNS]:
        raise ImportUnreadable(
            f"Columns nobody knows: {', '.join(map(repr, unknown[:5]))}. There are: {', '.join(_COLUMNS)}."
        )
    if "professional_name" not in head or len(set(head)) < len(head):
        raise ImportUnreadable("The first line names each column once, professional_name among them.")
    return _csv_rows(head, source)


def _decoded(line: bytes) -> str:
    return line.decode("utf-8", "surrogateescape")


def _json_rows(first: bytes, source: BinaryIO) -> Iterator[PerformerRow | RowRefused]:
    number, line = 1, first
    while line:
        if line.strip():
            try:
                content = json.loads(line)
            except ValueError as error:
                # Decoding errors are of this kind too.
                yield RowRefused(number, "", f"no JSON: {error}")
            else:
                yield _row(number, content)
        number, line = number + 1, source.readline()


def _csv_rows(head: list[str], source: BinaryIO) -> Iterator[PerformerRow | RowRefused]:
    reader = csv.reader((_decoded(line) for line in source), strict=True)
    while True:
        # A row may run over several lines; it is named by the one where it begins.
        line = reader.line_num + 2
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RowRefused(line, "", f"no CSV: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            yield RowRefused(line, "", f"has {len(cells)} cells, not {len(head)}")
            continue
        named: dict[str, Any] = {name: cell for name, cell in zip(head, cells, strict=True) if cell.strip()}
        for name in _SEVERAL:
            if name in named:
                named[name] = [one.strip() for one in named[name].split("|") if one.strip()]
        yield _row(line, named)


def _row(line: int, content: object) -> PerformerRow | RowRefused:
    try:
        return _read(line, content)
    except _Bad as bad:
        return RowRefused(line, bad.field, bad.reason)


def _read(line: int, content: object) -> PerformerRow:
    if not isinstance(content, Mapping):
        raise _Bad("", "is no object")
    if unknown := [name for name in content if name not in _COLUMNS]:
        raise _Bad(str(unknown[0])[:40], "nobody knows this field")
    name = _text(content.get("professional_name"), "professional_name", _LONGEST["professional_name"])
    state, visibility = content.get("state"), content.get("visibility")
    domicile = content.get("domicile")
    if domicile is not None and not (isinstance(domicile, str) and is_territory(domicile.strip())):
        raise _Bad("domicile", "is no territory the rulebook knows")
    identifiers = tuple(dict.fromkeys(_identifiers(content)))
    if not identifiers:
        raise _Bad("ref", "give a reference or an identifier: without one the same person is entered twice")
    return PerformerRow(
        line=line,
        professional_name=_named(name, "professional_name"),
        state=None if state is None else _word(SubjectState, state, "state"),
        domicile=domicile.strip() if domicile else None,
        visibility=Visibility.ORGANISATION
        if visibility is None
        else _word(Visibility, visibility, "visibility"),
        names=tuple(
            dict.fromkeys(
                (kind, _named(_text(one, column, _LONGEST["alias"]), column))
                for column, kind in _NAMES.items()
                for one in _list(content.get(column), column)
            )
        ),
        identifiers=identifiers,
    )


def _identifiers(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if content.get("ref") is not None:
        yield REFERENCE, _text(content["ref"], "ref", _LONGEST["value"])
    for one in _list(content.get("identifiers"), "identifiers"):
        if isinstance(one, Mapping):
            scope, value = one.get("scope"), one.get("value")
        elif isinstance(one, str) and "=" in one:
            scope, _, value = one.partition("=")
        else:
            raise _Bad("identifiers", "each has a scope and a value, as in isni=0000000121032683")
        try:
            yield identified(
                _text(scope, "identifiers", _LONGEST["scope"]),
                _text(value, "identifiers", _LONGEST["value"]),
            )
        except MalformedIdentifier as error:
            raise _Bad("identifiers", str(error)) from error


def _list(value: object, field: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > 100:  # noqa: PLR2004 - nobody has more
        raise _Bad(field, "is a list of at most 100")
    return value


def _text(value: object, field: str, longest: int) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Bad(field, "is missing")
    text = value.strip()
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise _Bad(field, "is not UTF-8")
    if any(ord(letter) < ord(" ") for letter in text):
        raise _Bad(field, "holds control characters")
    if len(text) > longest:
        raise _Bad(field, f"is longer than {longest} characters")
    return text


def _named(name: str, field: str) -> str:
    if not letters(name):
        raise _Bad(field, "has no letter or digit to recognise a person by")
    return name


def _word(words: Any, value: object, field: str) -> Any:  # noqa: ANN401 - a member of `words`
    try:
        return words(value.strip() if isinstance(value, str) else value)
    except ValueError as error:
        raise _Bad(field, f"is none of {', '.join(one.value for one in words)}") from error
