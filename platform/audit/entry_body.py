"""The bytes of one entry: built once, stored and hashed as they are, and read back."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from audit.entry_types import EntryRefused, EntryType, allowed_fields
from core.canonical import Canonical, canonical_bytes
from core.clock import rfc3339
from core.errors import StudioError

VERSION = 1
# A tile of entries gives the length of each in 16 bits (C2SP tlog-tiles).
MOST_BYTES = 65_535

_UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ACTOR = re.compile(rf"system|user:{_UUID}|worker:[a-z0-9][a-z0-9._-]{{0,62}}")
_SUBJECT = re.compile(rf"[a-z][a-z0-9-]{{0,47}}:({_UUID}|[0-9a-f]{{64}})")
_MEMBERS = frozenset({"v", "uid", "organisation", "type", "at", "actor", "subject", "fields"})


class BodyUnreadable(ValueError):
    """Bytes that are no entry of ours, or not spelt as we spell one."""


@dataclass(frozen=True, slots=True)
class EntryBody:
    """What one entry says.

    Attributes:
        actor: `user:<uuid>`, `worker:<name>` or `system`.
        subject: `<kind>:<uuid>` or `<kind>:<64 hex digits>`, the second a salted commitment.
    """

    uid: UUID
    organisation_id: UUID
    entry_type: EntryType
    at: datetime
    actor: str
    subject: str
    fields: Mapping[str, Canonical]

    def to_bytes(self) -> bytes:
        """Canonical JSON.

        Raises:
            EntryRefused: something in it must not be logged.
        """
        if not _ACTOR.fullmatch(self.actor):
            raise EntryRefused("An actor is user:<uuid>, worker:<name> or system.")
        if not _SUBJECT.fullmatch(self.subject):
            raise EntryRefused("A subject is <kind>:<uuid> or <kind>:<64 hex digits>.")
        if self.at.tzinfo is None:
            raise EntryRefused("The time of an entry knows its zone.")
        content = canonical_bytes(
            {
                "v": VERSION,
                "uid": str(self.uid),
                "organisation": str(self.organisation_id),
                "type": str(self.entry_type),
                "at": rfc3339(self.at),
                "actor": self.actor,
                "subject": self.subject,
                "fields": allowed_fields(self.entry_type, self.fields),
            }
        )
        if len(content) > MOST_BYTES:
            raise EntryRefused(f"An entry has at most {MOST_BYTES} bytes.")
        return content


def read_body(content: bytes) -> EntryBody:
    """The entry in `content`, which must be exactly the bytes that this entry is spelt in.

    Raises:
        BodyUnreadable: saying what is wrong with them.
    """
    try:
        stated = json.loads(content.decode(), parse_float=_refuse, parse_constant=_refuse)
        body = _from_members(stated)
        spelt = body.to_bytes()
    except (ValueError, TypeError, StudioError) as error:
        raise BodyUnreadable(f"The entry cannot be read: {error}") from error
    # Duplicate members, other orders and other spellings of a number all end here.
    if spelt != content:
        raise BodyUnreadable("The entry is not in its canonical spelling.")
    return body


def _from_members(stated: Any) -> EntryBody:  # noqa: ANN401 - what a JSON parser gives
    if not isinstance(stated, dict) or stated.keys() != _MEMBERS:
        raise BodyUnreadable(f"An entry has the members {', '.join(sorted(_MEMBERS))}.")
    if stated["v"] != VERSION or isinstance(stated["v"], bool):
        raise BodyUnreadable("The entry is of a version we do not know.")
    if not all(isinstance(stated[name], str) for name in _MEMBERS - {"v", "fields"}):
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
    )


def _refuse(text: str) -> NoReturn:
    raise BodyUnreadable(f"{text} is no whole number.")
