from __future__ import annotations

from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.errors import SlugTaken
from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from accounts.models.user import User
from accounts.values import Actor, OrganisationKind, Role, user_actor
from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant

# Of an account, by what it may, what the log calls it without and with.
_STANDING = {
    "is_active": ("closed", "open"),
    "is_staff": ("no_staff", "staff"),
    "is_superuser": ("no_superuser", "superuser"),
}


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
        _log(
            EntryType.MEMBER_ADDED, user.pk, Role.ADMIN, organisation_id=organisation.id, actor_label="system"
        )
    return user_actor(user_id=user.pk, organisation_id=organisation.id, roles=frozenset({Role.ADMIN}))


def add_member(
    *, email: str, full_name: str, role: Role, organisation_id: UUID, actor_label: str
) -> Membership:
    """Give a person a role in an organisation; a role they have already stays one.

    Whoever is new gets an account without a password, which `manage.py changepassword` sets.
    """
    with tenant(organisation_id):
        user = _person(email=email, full_name=full_name, password=None)
        return give_role(user, role, organisation_id=organisation_id, actor_label=actor_label)


def give_role(user: User, role: Role, *, organisation_id: UUID, actor_label: str) -> Membership:
    """Give a person with an account a role, inside a transaction of the organisation's."""
    made: tuple[Membership, bool] = Membership.objects.get_or_create(
        user=user, role=role, organisation_id=organisation_id
    )
    membership, is_new = made
    if is_new:
        _log(EntryType.MEMBER_ADDED, user.pk, role, organisation_id=organisation_id, actor_label=actor_label)
    return membership


def remove_member(membership_id: UUID, *, organisation_id: UUID, actor_label: str) -> None:
    """Take a role away; without its last one a person is no member any more. None of this id: nothing."""
    with tenant(organisation_id):
        row = Membership.objects.select_for_update().filter(id=membership_id).first()
        if row is None:
            return
        row.delete()
        _log(
            EntryType.MEMBER_REMOVED,
            row.user_id,
            row.role,
            organisation_id=organisation_id,
            actor_label=actor_label,
        )


def change_account(user: User, *, organisation_id: UUID, actor_label: str) -> None:
    """Save what an administrator changed about a member's account, and log what it now may."""
    with tenant(organisation_id):
        before = User.objects.select_for_update().get(pk=user.pk)
        user.save()
        for flag, codes in _STANDING.items():
            now = getattr(user, flag)
            if now != getattr(before, flag):
                _log(
                    EntryType.MEMBER_CHANGED,
                    user.pk,
                    codes[now],
                    organisation_id=organisation_id,
                    actor_label=actor_label,
                )


def _person(*, email: str, full_name: str, password: str | None) -> User:
    address = email.strip().lower()
    found = User.objects.filter(email=address).first()
    return found or User.objects.create_user(address, password, full_name=full_name)


def _log(entry_type: EntryType, user_id: UUID, role: str, *, organisation_id: UUID, actor_label: str) -> None:
    trail.record(
        organisation_id=organisation_id,
        entry_type=entry_type,
        actor=actor_label,
        subject=f"user:{user_id}",
        fields={"member": str(user_id), "role": str(role)},
        at=clock.now(),
    )
