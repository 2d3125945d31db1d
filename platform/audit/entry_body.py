"""The bytes of one entry: built once, stored and hashed as they are, and read back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from audit.entry_fields import allowed_fields
from audit.entry_types import EntryType
from audit.field_kinds import EntryRefused
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.errors import StudioError

VERSION = 2
# A tile of entries gives the length of each leaf in 16 bits (C2SP tlog-tiles).
MOST_BYTES = 65_535
# Of what is stated; the rest is for the envelope, whose counter has at most 16 digits.
MOST_STATED_BYTES = MOST_BYTES - 64

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ACTOR = re.compile(rf"system|user:{_UUID}|worker:[a-z0-9][a-z0-9._-]{{0,62}}")
# Version 1 named things by their identifiers.
_SUBJECTS = {
    1: re.compile(rf"[a-z][a-z0-9-]{{0,47}}:({_UUID}|[0-9a-f]{{64}})"),
    2: re.compile(r"[a-z][a-z0-9-]{0,47}:[0-9a-f]{64}"),
}
_MEMBERS = frozenset({"uid", "organisation", "type", "at", "actor", "subject", "fields"})


class BodyUnreadable(ValueError):
    """Bytes that are no entry of ours, or not spelt as we spell one."""


@dataclass(frozen=True, slots=True)
class EntryBody:
    """What one entry says.

    Attributes:
        actor: `user:<uuid>`, `worker:<name>` or `system`.
        subject: `<kind>:<64 hex digits>`, a commitment of `audit.subjects`; in version 1 also `<kind>:<uuid>`.
        production_id: the production it happened in, or None where it is of none.
    """

    uid: UUID
    organisation_id: UUID
    entry_type: EntryType
    at: datetime
    actor: str
    subject: str
    fields: Mapping[str, Canonical]
    production_id: UUID | None = None

    def to_bytes(self, *, version: int = VERSION) -> bytes:
        """Canonical JSON of what is stated: from version 2 on the leaf is this and its counter, see `leaf_bytes`.

        Raises:
            EntryRefused: something in it must not be logged.
        """
        if not _ACTOR.fullmatch(self.actor):
            raise EntryRefused("An actor is user:<uuid>, worker:<name> or system.")
        if not _SUBJECTS[version].fullmatch(self.subject):
            raise EntryRefused("A subject is <kind>:<64 hex digits>, a commitment.")
        if self.at.tzinfo is None:
            raise EntryRefused("The time of an entry knows its zone.")
        stated: dict[str, Canonical] = {
            "uid": str(self.uid),
            "organisation": str(self.organisation_id),
            "type": str(self.entry_type),
            "at": rfc3339(self.at),
            "actor": self.actor,
            "subject": self.subject,
            "fields": allowed_fields(self.entry_type, self.fields),
        }
        if version == 1:
            stated["v"] = 1
        elif self.production_id is not None:
            stated["production"] = str(self.production_id)
        content = canonical_bytes(stated)
        if len(content) > MOST_STATED_BYTES:
            raise EntryRefused(f"An entry has at most {MOST_STATED_BYTES} bytes.")
        return content


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry at its place.

    Attributes:
        counter: 1 for the first entry of its type and production in its log, then 2, and so on; None in version 1,
            whose bytes do not say it.
    """

    body: EntryBody
    counter: int | None


def leaf_bytes(stated: bytes, *, counter: int) -> bytes:
    """What is hashed: the bytes as they were stated, unchanged, in an envelope with the counter.

    The spelling is canonical when that of `stated` is: the names stand in order of the alphabet.
    """
    return b'{"counter":%d,"entry":%b,"v":2}' % (counter, stated)


def read_leaf(content: bytes) -> Leaf:
    """The entry in `content`, which must be exactly the bytes that this entry is spelt in.

    Raises:
        BodyUnreadable: saying what is wrong with them.
    """
    try:
        found = json.loads(content.decode(), parse_float=_refuse, parse_constant=_refuse)
        leaf = _leaf(found)
        spelt = (
            leaf.body.to_bytes(version=1)
            if leaf.counter is None
            else leaf_bytes(leaf.body.to_bytes(), counter=leaf.counter)
        )
    except (ValueError, TypeError, RecursionError, StudioError) as error:
        raise BodyUnreadable(f"The entry cannot be read: {error}") from error
    # Duplicate members, other orders and other spellings of a number all end here.
    if spelt != content:
        raise BodyUnreadable("The entry is not in its canonical spelling.")
    return leaf


def read_body(content: bytes) -> EntryBody:
    """What the entry in `content` says; as `read_leaf`, for whoever needs no counter."""
    return read_leaf(content).body


def _leaf(found: Any) -> Leaf:  # noqa: ANN401 - what a JSON parser gives
    if not isinstance(found, dict) or not _is_number(found.get("v")):
        raise BodyUnreadable("An entry is an object that says its version.")
    match found["v"]:
        case 1:
            return Leaf(_body(found, _MEMBERS | {"v"}), None)
        case 2:
            if found.keys() != {"counter", "entry", "v"} or not isinstance(found["entry"], dict):
                raise BodyUnreadable("An entry of version 2 has a counter and what was stated.")
            if not _is_number(found["counter"]) or not 1 <= found["counter"] < 2**53:
                raise BodyUnreadable("A counter counts from 1.")
            may_have = {"production"} & found["entry"].keys()
            return Leaf(_body(found["entry"], _MEMBERS | may_have), found["counter"])
        case _:
            raise BodyUnreadable("The entry is of a version we do not know.")


def _body(stated: dict[str, Any], members: frozenset[str]) -> EntryBody:
    if stated.keys() != members:
        raise BodyUnreadable(f"An entry has the members {', '.join(sorted(members))}.")
    if not all(isinstance(stated[name], str) for name in members - {"v", "fields"}):
        raise BodyUnreadable("A member is no text.")
    if not isinstance(stated["fields"], dict):
        raise BodyUnreadable("The fields are no object.")
    return EntryBody(
        uid=UUID(stated["uid"]),
        organisation_id=UUID(stated["organisation"]),
        entry_type=EntryType(stated["type"]),
        at=datetime.fromisoformat(stated["at"]),
        actor=stated["actor"],
        subject=stated["subject"],
        fields=stated["fields"],
        production_id=UUID(stated["production"]) if "production" in stated else None,
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _refuse(text: str) -> NoReturn:
    raise BodyUnreadable(f"{text} is no whole number.")
