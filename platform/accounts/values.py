from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class OrganisationKind(StrEnum):
    STUDIO = "studio"
    VENDOR = "vendor"
    UNION = "union"
    AGENCY = "agency"


class Role(StrEnum):
    PRODUCER = "producer"
    ARTIST = "artist"
    LEGAL = "legal"
    PERFORMER = "performer"
    REPRESENTATIVE = "representative"
    UNION_REP = "union_rep"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for whom, in which roles: what every operation is told instead of a request.

    `user_id` is None for the product's own processes. `label` goes into the log (`user:<uuid>`, `worker:<name>`)
    and never holds a name.
    """

    user_id: UUID | None
    organisation_id: UUID
    roles: frozenset[Role]
    label: str

    def is_one_of(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


def user_actor(*, user_id: UUID, organisation_id: UUID, roles: frozenset[Role]) -> Actor:
    return Actor(user_id=user_id, organisation_id=organisation_id, roles=roles, label=f"user:{user_id}")


def process_actor(*, organisation_id: UUID, label: str) -> Actor:
    """A process of ours, such as a worker: no person, no roles."""
    return Actor(user_id=None, organisation_id=organisation_id, roles=frozenset(), label=label)
