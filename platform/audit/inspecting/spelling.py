"""Whether an entry's bytes say what its columns say, without reading the bytes as JSON.

There is one spelling of an entry, so the bytes of each type have one shape, a regular expression; and around the
fields, which no column repeats, they are what the columns spell. Both together take a fifth of the time of reading
and comparing. The answer is one-sided: what passes agrees and is canonical, what does not is read member by member.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

from audit.entry_body import BodyUnreadable, read_leaf
from audit.entry_fields import FIELDS
from audit.entry_types import EntryType
from audit.field_kinds import Kind

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ACTOR = rf"(?:system|user:{_UUID}|worker:[a-z0-9][a-z0-9._-]{{0,62}})"
_KIND = "[a-z][a-z0-9-]{0,47}"
# Larger numbers and longer lists are rare, and are read instead.
_NUMBER = r"(?:0|[1-9][0-9]{0,14})"
_MOST_IN_A_LIST = 64


class Stored(NamedTuple):
    """A row of `audit_entry`. `at` is in UTC without saying so, or None where the column holds no possible time."""

    uid: str
    organisation_id: str
    place: int
    leaf_hash: bytes
    type: str
    actor: str
    subject: str
    production_id: str | None
    counter: int
    at: datetime | None
    body: bytes


def says_the_same(row: tuple[Any, ...]) -> bool:
    """Whether the bytes of `row`, a plain `Stored`, surely agree with its columns; False: look closer."""
    # Unpacked, because a million times the names of a tuple cost half a second.
    uid, organisation_id, _, _, entry_type, actor, subject, production_id, counter, at, body = row
    shape = _SHAPES.get(entry_type)
    if shape is None or at is None or shape.fullmatch(body) is None:
        return False
    # No value in a body of this shape holds a quotation mark: a column cannot pass for its neighbour.
    begin = f'"actor":"{actor}","at":"{at.isoformat(timespec="microseconds")}Z","fields":{{'
    production = "" if production_id is None else f'"production":"{production_id}",'
    end = (
        f'}},"organisation":"{organisation_id}",{production}"subject":"{subject}","type":"{entry_type}",'
        f'"uid":"{uid}"'
    )
    if body.startswith(b'{"counter"'):
        begin, end = f'{{"counter":{counter},"entry":{{{begin}', f'{end}}},"v":2}}'
    else:
        begin, end = f"{{{begin}", f'{end},"v":1}}'
    return bool(body.startswith(begin.encode()) and body.endswith(end.encode()))


def look_closer(row: Stored) -> tuple[str, str] | None:
    """Read the bytes of `row` and compare every member; the kind of problem and what it is, or None."""
    try:
        leaf = read_leaf(row.body)
    except BodyUnreadable as error:
        return "body", f"cannot be read: {error}"
    body = leaf.body
    production = str(body.production_id) if body.production_id else None
    said = (
        str(body.uid),
        str(body.organisation_id),
        str(body.entry_type),
        body.actor,
        body.subject,
        production,
    )
    stored = (row.uid, row.organisation_id, row.type, row.actor, row.subject, row.production_id)
    # The bytes of version 1 say no counter; that they are counted without a gap is looked at apart.
    at = row.at.replace(tzinfo=UTC) if row.at else None
    if said != stored or body.at != at or leaf.counter not in (None, row.counter):
        return "columns", "is stored as something it does not say"
    return None


def _value(kind: Kind) -> str:
    match kind:
        case Kind.NUMBER:
            return _NUMBER
        case Kind.NUMBERS:
            return rf"\[(?:{_NUMBER}(?:,{_NUMBER}){{0,{_MOST_IN_A_LIST - 1}}})?\]"
        case Kind.RULES | Kind.COMMITMENTS:
            one = f'"(?:{(Kind.RULE if kind is Kind.RULES else Kind.COMMITMENT).value})"'
            return rf"\[(?:{one}(?:,{one}){{0,{_MOST_IN_A_LIST - 1}}})?\]"
        case _:
            return f'"(?:{kind.value})"'


def _shape(entry_type: EntryType) -> re.Pattern[bytes]:
    known = FIELDS[entry_type]
    kinds = {**known.required, **known.optional}
    # A comma after each but the last. Every type has a field that must be there: behind it commas come first.
    names = sorted(kinds)
    anchor = next(name for name in names if name in known.required)
    fields = ""
    for name in names:
        field = f'"{name}":{_value(kinds[name])}'
        field = field if name == anchor else f"{field}," if name < anchor else f",{field}"
        fields += field if name in known.required else f"(?:{field})?"
    begin = rf'"actor":"{_ACTOR}","at":"[0-9T:.-]{{26}}Z","fields":\{{{fields}\}},"organisation":"{_UUID}",'
    end = rf'"type":"{re.escape(entry_type)}","uid":"{_UUID}"'
    version_1 = rf'\{{{begin}"subject":"{_KIND}:(?:{_UUID}|[0-9a-f]{{64}})",{end},"v":1\}}'
    version_2 = (
        rf'\{{"counter":[0-9]+,"entry":\{{{begin}(?:"production":"{_UUID}",)?"subject":"{_KIND}:[0-9a-f]{{64}}",'
        rf'{end}\}},"v":2\}}'
    )
    return re.compile(f"{version_2}|{version_1}".encode())


_SHAPES = {str(entry_type): _shape(entry_type) for entry_type in EntryType}
