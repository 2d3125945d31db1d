from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from psycopg.errors import UniqueViolation

from accounts.values import Actor
from core.tenancy import tenant
from productions.errors import CodeTaken, NoSuchProduction, NoSuchSequence
from productions.models import Character, Production, Sequence, Shot
from productions.queries import (
    CharacterCard,
    ProductionCard,
    SequenceCard,
    ShotCard,
    character_card_of,
    production_card,
    sequence_card_of,
    shot_card_of,
)
from productions.values import NewProduction, NewShot


def create_production(new: NewProduction, *, actor: Actor) -> ProductionCard:
    """Open a production of the actor's organisation.

    Raises:
        CodeTaken: the project code or the slug is in use there.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        with _taken(
            productions_production_slug_once=("slug", new.slug),
            productions_production_code_once=("project_code", new.project_code),
        ):
            row = Production.objects.create(
                title=new.title,
                slug=new.slug,
                project_code=new.project_code,
                kind=new.kind,
                agreement=new.agreement,
                principal_photography_start=new.principal_photography_start,
                production_start=new.production_start,
                governing_law=new.governing_law,
                buyer=new.buyer,
                award_campaign=new.award_campaign,
                writers_guild_covered=new.writers_guild_covered,
            )
        return production_card(actor.organisation_id, row.id)


def add_sequence(production_id: UUID, *, code: str, actor: Actor) -> SequenceCard:
    """Add a sequence at the end of a production.

    Raises:
        NoSuchProduction: none of the actor's organisation has the id.
        CodeTaken: the production has a sequence of this code.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production = Production.objects.filter(id=production_id).first()
        if production is None:
            raise NoSuchProduction("There is no such production here.")
        last = Sequence.objects.filter(production=production).aggregate(last=Max("order"))["last"]
        with _taken(productions_sequence_code_once=("code", code)):
            row = Sequence.objects.create(production=production, code=code, order=(last or 0) + 1)
        return sequence_card_of(row)


def add_shot(sequence_id: UUID, new: NewShot, *, actor: Actor) -> ShotCard:
    """Add a shot at the end of a sequence.

    Raises:
        NoSuchSequence: none of the actor's organisation has the id.
        CodeTaken: the sequence has a shot of this code.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        sequence = Sequence.objects.filter(id=sequence_id).select_related("production").first()
        if sequence is None:
            raise NoSuchSequence("There is no such sequence here.")
        last = Shot.objects.filter(sequence=sequence).aggregate(last=Max("order"))["last"]
        with _taken(productions_shot_code_once=("code", new.code)):
            row = Shot.objects.create(
                sequence=sequence,
                code=new.code,
                scene=new.scene or None,
                description=new.description,
                order=(last or 0) + 1,
            )
        return shot_card_of(row)


def add_character(production_id: UUID, *, name: str, actor: Actor) -> CharacterCard:
    """Name a character of a production.

    Raises:
        NoSuchProduction: none of the actor's organisation has the id.
        CodeTaken: the production has a character of this name.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production = Production.objects.filter(id=production_id).first()
        if production is None:
            raise NoSuchProduction("There is no such production here.")
        with _taken(productions_character_name_once=("name", name)):
            row = Character.objects.create(production=production, name=name)
        return character_card_of(row)


@contextmanager
def _taken(**keys: tuple[str, str]) -> Iterator[None]:
    """Turn the violation of a unique key, named by its constraint, into `CodeTaken` of that field and value."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        cause = error.__cause__
        name = cause.diag.constraint_name if isinstance(cause, UniqueViolation) else None
        if name not in keys:
            raise
        raise CodeTaken(*keys[name]) from error
