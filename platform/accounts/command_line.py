"""For whom and by whom a command is run: the same two options and the same refusals in every command."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.core.management.base import CommandError, CommandParser

from accounts.errors import RoleMissing
from accounts.queries import actor_of
from accounts.values import Actor, Role


def add_who_asks(parser: CommandParser, *, required: bool = True, only: str = "") -> None:
    """Take `--organisation` and `--as`; `only`: of which actions, where not of all."""
    of = f"{only}: " if only else ""
    parser.add_argument(
        "--organisation", type=UUID, required=required, help=f"{of}identifier of the organisation"
    )
    parser.add_argument(
        "--as",
        dest="person",
        type=UUID,
        required=required,
        help=f"{of}identifier of who asks: they do and see what they may",
    )


def who_asks(options: Mapping[str, object], *roles: Role) -> Actor:
    """The member whom `--as` names, as one of `--organisation`. Call where the database is ready.

    Raises:
        CommandError: one of the two is missing, or the person is no member.
        RoleMissing: they have none of `roles`, where any are given.
    """
    organisation, person = options["organisation"], options["person"]
    if not (isinstance(organisation, UUID) and isinstance(person, UUID)):
        raise CommandError("Say with --organisation and --as for whom and by whom.")
    actor = actor_of(user_id=person, organisation_id=organisation)
    if actor is None:
        raise CommandError("This person is no member of that organisation.")
    if roles and not actor.is_one_of(*roles):
        raise RoleMissing(frozenset(roles))
    return actor
