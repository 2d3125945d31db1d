from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import SlugTaken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.values import Actor, OrganisationKind, Role, user_actor
from core.ids import new_id
from core.tenancy import tenant


def open_organisation(
    *, name: str, slug: str, kind: OrganisationKind, email: str, full_name: str, password: str
) -> Actor:
    """An organisation with its first member, who administers it and may go on adding others.

    Args:
        name: as people write it.
        slug: short and in lower case; unique among all organisations.
        kind: studio, vendor, union or agency.
        email: the first member's; whoever has an account keeps their name and password.
        full_name: the first member's.
        password: the first member's, if they are new.

    Raises:
        SlugTaken: another organisation has the slug.
    """
    organisation = Organisation(id=new_id(), kind=kind, name=name, slug=slug)
    with tenant(organisation.id, durable=True):
        try:
            with transaction.atomic():
                organisation.save(force_insert=True)
        except IntegrityError as error:
            raise SlugTaken(f"Another organisation has the slug {slug!r}.") from error
        user = _person(email=email, full_name=full_name, password=password)
        user.is_staff = user.is_superuser = True
        user.save(update_fields=["is_staff", "is_superuser"])
        Membership.objects.create(user=user, role=Role.ADMIN)
    return user_actor(user_id=user.pk, organisation_id=organisation.id, roles=frozenset({Role.ADMIN}))


def add_member(*, email: str, full_name: str, role: Role, organisation_id: UUID) -> Membership:
    """Give a person a role in an organisation; a role they have already stays one.

    Whoever is new gets an account without a password, which `manage.py changepassword` sets.
    """
    with tenant(organisation_id):
        user = _person(email=email, full_name=full_name, password=None)
        membership: Membership = Membership.objects.get_or_create(
            user=user, role=role, organisation_id=organisation_id
        )[0]
    return membership


def _person(*, email: str, full_name: str, password: str | None) -> User:
    address = email.strip().lower()
    found = User.objects.filter(email=address).first()
    return found or User.objects.create_user(address, password, full_name=full_name)
