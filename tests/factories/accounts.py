"""People and the organisations they work for."""

from __future__ import annotations

from functools import cache
from itertools import count
from uuid import UUID

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.values import Actor, OrganisationKind, Role, user_actor
from core.ids import new_id
from core.tenancy import tenant

PASSWORD = "a long enough password"

_number = count(1)


def an_organisation(
    *, kind: OrganisationKind = OrganisationKind.STUDIO, name: str | None = None
) -> Organisation:
    number = next(_number)
    organisation = Organisation(
        id=new_id(), kind=kind, name=name or f"Studio {number}", slug=f"studio-{number}"
    )
    with tenant(organisation.id):
        organisation.save(force_insert=True)
    return organisation


def a_user(*, email: str | None = None, full_name: str = "Ana Ruiz", is_staff: bool = False) -> User:
    user: User = User.objects.create(
        email=email or f"person-{next(_number)}@example.test",
        password=_hashed(settings.PASSWORD_HASHERS[0]),
        full_name=full_name,
        is_staff=is_staff,
        is_superuser=is_staff,
    )
    return user


@cache
def _hashed(_hasher: str) -> str:
    # Slow by design, so everybody shares one.
    return make_password(PASSWORD)


def user_of(actor: Actor) -> User:
    """The person behind an actor."""
    return User.objects.get(pk=str(actor.user_id))


def a_membership(user: User, organisation_id: UUID, *roles: Role) -> Actor:
    """Give `user` the `roles` there; the actor they then are."""
    with tenant(organisation_id):
        for role in roles:
            Membership.objects.create(user=user, role=role)
    return user_actor(user_id=user.pk, organisation_id=organisation_id, roles=frozenset(roles))


def a_member(*roles: Role, organisation: Organisation | None = None, is_staff: bool = False) -> Actor:
    """A new person in a new organisation, or in the one given; a producer if no role is named."""
    user = a_user(is_staff=is_staff)
    return a_membership(user, (organisation or an_organisation()).id, *(roles or (Role.PRODUCER,)))
