from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models.api_token import ApiToken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.values import Actor, Role, user_actor
from core.tenancy import person, tenant


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    id: UUID
    name: str
    kind: str
    slug: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TokenCard:
    """A token without its secret; `token_key` is the secret's readable beginning. `expires_at` None: never."""

    token_key: str
    label: str
    created_at: datetime
    expires_at: datetime | None


def organisations_of(user_id: UUID) -> tuple[OrganisationCard, ...]:
    """The organisations a person belongs to with their roles there, by name."""
    with person(user_id):
        # The base manager: memberships span organisations, and the policy opens just this person's.
        rows = list(
            Membership._base_manager.filter(user_id=user_id)  # noqa: SLF001 - documented Django API
            .select_related("organisation")
            .order_by("organisation__name", "role")
        )
    roles: dict[UUID, list[str]] = {}
    for row in rows:
        roles.setdefault(row.organisation_id, []).append(row.role)
    by_id = {row.organisation_id: row.organisation for row in rows}
    return tuple(
        OrganisationCard(id=one.id, name=one.name, kind=one.kind, slug=one.slug, roles=tuple(roles[key]))
        for key, one in by_id.items()
    )


def actor_of(*, user_id: UUID, organisation_id: UUID) -> Actor | None:
    """The person as a member of the organisation, or None when they are not one."""
    for card in organisations_of(user_id):
        if card.id == organisation_id:
            roles = frozenset(Role(role) for role in card.roles)
            return user_actor(user_id=user_id, organisation_id=organisation_id, roles=roles)
    return None


def tokens_of(actor: Actor) -> tuple[TokenCard, ...]:
    """The actor's own tokens in the organisation acted for, the newest first."""
    # No row-level security here: a token is looked up before any organisation is known. Both columns are named.
    rows = ApiToken.objects.filter(user_id=actor.user_id, organisation_id=actor.organisation_id)
    return tuple(token_card(row) for row in rows)


def token_card(row: ApiToken) -> TokenCard:
    return TokenCard(token_key=row.token_key, label=row.label, created_at=row.created, expires_at=row.expiry)


def organisation_name(organisation_id: UUID) -> str:
    """What an organisation is called, for whoever it gave something to."""
    with tenant(organisation_id):
        return str(Organisation.objects.values_list("name", flat=True).get(id=organisation_id))
