"""Who and what entries are about, without saying it: commitments whose key and salt can be erased.

An organisation has one key for its own things and one for each person. Both commit in the same way:

    subject_key = HMAC-SHA256(key, "<kind>:<uuid>")
    commitment  = HMAC-SHA256(subject_key, salt || "<kind>:<uuid>")

Whoever is shown a subject's key and the salt can check one commitment and guess at no other. When a person's key and
salt are erased (`audit.erasure`), nobody can tell any more which entries were about them.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import connection, transaction

from audit.models import SUBJECT_KEY_BYTES, SubjectKey
from core.canonical import Canonical
from core.digests import commitment_hex, new_salt
from core.ids import new_id
from core.tenancy import current_organisation_id, organisation_is_set, tenant

PERFORMER = "performer"

_PLAIN = re.compile(r"([a-z][a-z0-9-]{0,47}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_MOST_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class CommitmentKey:
    """What commitments are made with. `person_id` None: the organisation's own."""

    id: UUID
    person_id: UUID | None
    key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    def opening(self, subject: str) -> Opening:
        """What shows a stranger that a commitment stands for `subject`, and nothing about any other."""
        return Opening(
            subject=subject, subject_key=hmac.digest(self.key, subject.encode(), "sha256"), salt=self.salt
        )

    def commitment(self, subject: str) -> str:
        """`<kind>:<64 hex digits>` for `<kind>:<uuid>`."""
        return self.opening(subject).commitment


@dataclass(frozen=True, slots=True)
class Opening:
    """A commitment opened: `HMAC-SHA256(subject_key, salt || subject)` are its digits."""

    subject: str
    subject_key: bytes = field(repr=False)
    salt: bytes = field(repr=False)

    @property
    def commitment(self) -> str:
        digits = commitment_hex(self.salt + self.subject.encode(), salt=self.subject_key)
        return f"{self.subject.partition(':')[0]}:{digits}"


_remembered: dict[tuple[object, ...], CommitmentKey] = {}


def is_plain(subject: str) -> bool:
    """Whether `subject` is `<kind>:<uuid>` and not yet committed to."""
    return _PLAIN.fullmatch(subject) is not None


def commitment(organisation_id: UUID, subject: str, *, person_id: UUID | None = None) -> str:
    """What `subject`, `<kind>:<uuid>`, is called in new entries of the organisation's log.

    A key that is needed for the first time is made, so this is for whoever records; `spellings` only looks.

    Args:
        organisation_id: whose log.
        subject: a performer is committed to with their own key.
        person_id: the performer whom the subject is about, such as that of a consent.
    """
    return key_for(organisation_id, person_of(subject, person_id)).commitment(subject)


def performers(organisation_id: UUID, performer_ids: Collection[UUID]) -> list[str]:
    """The digits of the commitments to performers, for a field of an entry; their order tells nothing."""
    wanted = set(performer_ids)
    if not wanted:
        return []
    with _acting_for(organisation_id):
        found = {key.person_id: key for key in _stored(wanted)}
        missing = wanted - found.keys()
        if missing:
            _make(organisation_id, sorted(missing))
            found |= {key.person_id: key for key in _stored(missing)}
    return sorted(digits(found[one].commitment(f"{PERFORMER}:{one}")) for one in wanted)


def digits(committed: str) -> str:
    """A commitment without its kind, as fields of entries carry it."""
    return committed.partition(":")[2]


def opening(organisation_id: UUID, subject: str, *, person_id: UUID | None = None) -> Opening | None:
    """What opens the commitment to `subject`, or None where no key for it is held (any more)."""
    with _acting_for(organisation_id):
        keys = _stored({person_of(subject, person_id)})
    return keys[0].opening(subject) if keys else None


def opened(organisation_id: UUID, committed: str, candidates: Collection[str]) -> Opening | None:
    """The one of `candidates`, each `<kind>:<uuid>`, that `committed` stands for under any key that is held."""
    with _acting_for(organisation_id):
        for key in _every_key():
            for subject in candidates:
                if hmac.compare_digest(key.commitment(subject), committed):
                    return key.opening(subject)
    return None


def stands_for(organisation_id: UUID, committed: str, fields: Mapping[str, Canonical]) -> str | None:
    """What an entry is about, as `<kind>:<uuid>`, where one of its own `fields` names it; else None.

    Of a performer no field does, and of a person who was erased there is no key left to tell by.
    """
    kind = committed.partition(":")[0]
    named = [f"{kind}:{value}" for value in fields.values() if isinstance(value, str)]
    found = opened(organisation_id, committed, [subject for subject in named if is_plain(subject)])
    return found.subject if found else None


def spellings(organisation_id: UUID, subject: str, *, person_id: UUID | None = None) -> tuple[str, ...]:
    """Everything `subject` may be called in the organisation's log, to search by.

    Entries of version 1 name it as it is. Without `person_id` the keys of all persons are tried.
    """
    asked = subject.strip().lower()
    if not is_plain(asked):
        return (asked,)
    person = person_of(asked, person_id)
    with _acting_for(organisation_id):
        keys = _stored({person}) if person else _every_key()
        return (asked, *(key.commitment(asked) for key in keys))


def key_for(organisation_id: UUID, person_id: UUID | None) -> CommitmentKey:
    """The key to commit with now; made when it is needed for the first time."""
    with _acting_for(organisation_id):
        found = _stored({person_id})
        if not found:
            _make(organisation_id, [person_id])
            found = _stored({person_id})
    return found[0]


def remembered_key_for(organisation_id: UUID, person_id: UUID | None) -> CommitmentKey:
    """As `key_for`, and maybe one that the database no longer holds.

    For whoever tells the database which key it was and is told when it is not there, as `audit.trail` does. Persons'
    keys are not remembered, because they can be erased.
    """
    if person_id is not None:
        return key_for(organisation_id, person_id)
    place = (*_database(), organisation_id)
    key = _remembered.get(place)
    if key is None:
        key = key_for(organisation_id, None)
        # Not before the commit: the row may have been made in this very transaction and vanish with it.
        transaction.on_commit(partial(_remember, place, key))
    return key


def forget(organisation_id: UUID) -> None:
    """Ask the database again for the organisation's own key."""
    _remembered.pop((*_database(), organisation_id), None)


def person_of(subject: str, person_id: UUID | None) -> UUID | None:
    """Whose key commits to `subject`: of the person it is about, who for a performer is the performer."""
    plain = _PLAIN.fullmatch(subject)
    if person_id is None and plain is not None and plain[1] == PERFORMER:
        return UUID(plain[2])
    return person_id


def _remember(place: tuple[object, ...], key: CommitmentKey) -> None:
    if len(_remembered) >= _MOST_REMEMBERED:
        _remembered.clear()
    _remembered[place] = key


def _database() -> tuple[object, ...]:
    return tuple(connection.settings_dict[name] for name in ("HOST", "PORT", "NAME"))


@contextmanager
def _acting_for(organisation_id: UUID) -> Iterator[None]:
    """As `tenant`, without its statements where the block is the organisation's already."""
    if organisation_is_set() and current_organisation_id() == organisation_id:
        yield
    else:
        with tenant(organisation_id):
            yield


def _stored(person_ids: Collection[UUID | None]) -> list[CommitmentKey]:
    persons = [one for one in person_ids if one is not None]
    rows = SubjectKey.objects.filter(erased_at__isnull=True)
    found = list(rows.filter(person_id__in=persons)) if persons else []
    if None in person_ids:
        found += rows.filter(person_id__isnull=True)
    return [_key(row) for row in found]


def _every_key() -> Iterator[CommitmentKey]:
    """Every key that is held, the organisation's own first."""
    yield from _stored({None})
    for row in SubjectKey.objects.filter(erased_at__isnull=True, person_id__isnull=False):
        yield _key(row)


def _key(row: SubjectKey) -> CommitmentKey:
    if row.key is None or row.salt is None:
        raise ValueError("This key was erased.")
    return CommitmentKey(id=row.id, person_id=row.person_id, key=bytes(row.key), salt=bytes(row.salt))


def _make(organisation_id: UUID, person_ids: Collection[UUID | None]) -> None:
    """Make keys; where somebody else makes one at the same time, theirs stays and this waits for it.

    In the order of `person_ids`, so that two who make several do not wait for each other for ever.
    """
    with connection.cursor() as cursor:
        for person_id in person_ids:
            cursor.execute(
                """
                INSERT INTO audit_subjectkey (id, organisation_id, person_id, key, salt)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (organisation_id, person_id) WHERE erased_at IS NULL DO NOTHING
                """,
                [new_id(), organisation_id, person_id, secrets.token_bytes(SUBJECT_KEY_BYTES), new_salt()],
            )
