"""Whose log a request reads, and how much of it. Accounts stand above this app: they leave their actor there."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.core.exceptions import PermissionDenied

from audit.errors import LogNotForRole

# Words of `accounts.values.Role`, which this app may not import.
READS_ALL = frozenset({"producer", "legal", "auditor", "admin", "union_rep"})
EXPORTS = frozenset({"legal", "auditor", "admin", "union_rep"})
WATCHES_HEALTH = frozenset({"auditor", "admin"})


class Acting(Protocol):
    """What of an actor this app needs to know."""

    @property
    def organisation_id(self) -> UUID: ...

    @property
    def roles(self) -> AbstractSet[str]: ...

    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads the log of `organisation_id`.

    Attributes:
        own_actor: None for whoever may read all of it; else the only actor whose entries they see: themselves.
        may_export: may take the log away as a file.
        may_watch: may see how the log works: its signer, witnesses and delays.
    """

    organisation_id: UUID
    own_actor: str | None
    may_export: bool
    may_watch: bool

    def require_all(self) -> None:
        """Raises LogNotForRole when they may not read all of the log."""
        if self.own_actor is not None:
            raise LogNotForRole("read every entry of the log", READS_ALL)

    def require_export(self) -> None:
        """Raises LogNotForRole when they may not export."""
        if not self.may_export:
            raise LogNotForRole("export the log", EXPORTS)

    def require_health(self) -> None:
        """Raises LogNotForRole when they may not see the health of the log."""
        if not self.may_watch:
            raise LogNotForRole("see the health of the log", WATCHES_HEALTH)


def reader_of(request: object) -> Reader:
    """Who reads in `request`, by the right that their roles give them.

    Artists, performers and representatives see what they did themselves: the rest of the log tells what colleagues
    do and what was agreed with other performers.

    Raises:
        PermissionDenied: they act for no organisation.
    """
    acting: Acting | None = getattr(getattr(request, "_request", request), "actor", None)
    # Not `is None`: on pages it is a lazy object, which is false when there is nobody behind it.
    if not acting:
        raise PermissionDenied("The log is read by members of its organisation.")
    return Reader(
        organisation_id=acting.organisation_id,
        own_actor=None if acting.roles & READS_ALL else acting.label,
        may_export=bool(acting.roles & EXPORTS),
        may_watch=bool(acting.roles & WATCHES_HEALTH),
    )
