from __future__ import annotations

import secrets
from argparse import ArgumentTypeError
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email, validate_slug

from accounts.errors import SlugTaken
from accounts.operations.members import open_organisation
from accounts.values import OrganisationKind
from embedded.session import database_ready


def _checked(validate: Callable[[str], None]) -> Callable[[str], str]:
    def checked(value: str) -> str:
        try:
            validate(value)
        except ValidationError as error:
            raise ArgumentTypeError(" ".join(error.messages)) from error
        return value

    return checked


class Command(BaseCommand):
    help = "Open an organisation with the person who administers it. Prints a new person's password, once."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")
        parser.add_argument("--slug", required=True, type=_checked(validate_slug))
        parser.add_argument("--kind", required=True, choices=[kind.value for kind in OrganisationKind])
        parser.add_argument("--email", required=True, type=_checked(validate_email))
        parser.add_argument("--full-name", required=True)

    def handle(self, *_args: object, **options: str) -> None:
        password = secrets.token_urlsafe(16)
        with database_ready():
            try:
                actor = open_organisation(
                    name=options["name"],
                    slug=options["slug"],
                    kind=OrganisationKind(options["kind"]),
                    email=options["email"],
                    full_name=options["full_name"],
                    password=password,
                )
            except SlugTaken as refusal:
                raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{options['name']} is open ({actor.organisation_id}).")
        self.stdout.write(f"{options['email']} administers it. Password of a new account: {password}")
