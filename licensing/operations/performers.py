"""Put a performer on the register."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.values import Actor
from audit import trail
from audit.entry_types import EntryType
from audit.subjects import performers as performers_field
from core import clock
from core.tenancy import tenant
from licensing.doors import SEES_EVERYBODY
from licensing.errors import (
    FactsUnreadable,
    IdentifierMalformed,
    IdentifierTaken,
    NameUnusable,
    UnknownPerformer,
)
from licensing.identifiers import MalformedIdentifier, identified
from licensing.models.performer import Performer, PerformerAlias, PerformerIdentifier
from licensing.names import AliasKind, Visibility
from licensing.performer_cards import PerformerCard, card_of
from licensing.places import is_territory
from licensing.screening import block_of, letters
from licensing.values import SubjectState


@dataclass(frozen=True, slots=True)
class NewAlias:
    text: str
    kind: AliasKind = AliasKind.ALIAS


@dataclass(frozen=True, slots=True)
class NewIdentifier:
    scope: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPerformer:
    """A person to register. `state` and `domicile` None: nobody has said, and no rule will take it for an answer."""

    professional_name: str
    state: SubjectState | None = None
    domicile: str | None = None
    visibility: Visibility = Visibility.ORGANISATION
    identifiers: tuple[NewIdentifier, ...] = ()
    aliases: tuple[NewAlias, ...] = ()


def register_performer(new: NewPerformer, *, actor: Actor) -> PerformerCard:
    """Register a performer; the professional name becomes the first alias that prompts are screened for.

    Raises:
        NameUnusable: a name has no letter or digit.
        FactsUnreadable: the domicile is no territory.
        IdentifierMalformed: its scheme cannot have such a value.
        IdentifierTaken: another performer here carries one of the identifiers.
    """
    if new.domicile is not None and not is_territory(new.domicile):
        raise FactsUnreadable("domicile", f"{new.domicile!r} is no territory the rulebook knows.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        performer = Performer.objects.create(
            professional_name=new.professional_name.strip(),
            state=new.state,
            domicile=new.domicile,
            visibility=new.visibility,
        )
        for alias in (NewAlias(new.professional_name), *new.aliases):
            _add_alias(performer, alias)
        for identifier in new.identifiers:
            _add_identifier(performer, identifier)
        trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.PERFORMER_REGISTERED,
            actor=actor.label,
            subject=f"performer:{performer.id}",
            fields={"performer": performers_field(actor.organisation_id, [performer.id])[0]},
            at=clock.now(),
        )
        return card_of(performer)


def add_alias(performer_id: UUID, alias: NewAlias, *, actor: Actor) -> PerformerCard:
    """Make a further spelling known to the screening; one that is on file already stays as it is.

    Raises:
        UnknownPerformer: nobody of this id is registered here, or only legal may know.
        NameUnusable: the alias has no letter or digit.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        performer = _performer(performer_id, actor)
        _add_alias(performer, alias)
        return card_of(performer)


def add_identifier(performer_id: UUID, identifier: NewIdentifier, *, actor: Actor) -> PerformerCard:
    """Add what a register calls the person; one that is on file already stays as it is.

    Raises:
        UnknownPerformer: nobody of this id is registered here, or only legal may know.
        IdentifierMalformed: its scheme cannot have such a value.
        IdentifierTaken: another performer here carries it.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        performer = _performer(performer_id, actor)
        scope, value = _identified(identifier)
        if not performer.identifiers.filter(scope=scope, value=value).exists():
            _add_identifier(performer, identifier)
        return card_of(performer)


def _performer(performer_id: UUID, actor: Actor) -> Performer:
    rows = Performer.objects.filter(id=performer_id)
    # The answer shows the whole card.
    if not actor.is_one_of(*SEES_EVERYBODY):
        rows = rows.exclude(visibility=Visibility.LEGAL_ONLY)
    performer: Performer | None = rows.first()
    if performer is None:
        raise UnknownPerformer(performer_id)
    return performer


def _add_alias(performer: Performer, alias: NewAlias) -> None:
    text = alias.text.strip()
    normalised = letters(text)
    if not normalised:
        raise NameUnusable(f"{alias.text!r} has no letter or digit to recognise a person by.")
    PerformerAlias.objects.get_or_create(
        performer=performer,
        organisation_id=performer.organisation_id,
        kind=alias.kind,
        text=text,
        defaults={"normalised": normalised, "block": block_of(normalised)},
    )


def _identified(identifier: NewIdentifier) -> tuple[str, str]:
    try:
        return identified(identifier.scope, identifier.value)
    except MalformedIdentifier as error:
        raise IdentifierMalformed(str(error), scope=identifier.scope) from error


def _add_identifier(performer: Performer, identifier: NewIdentifier) -> None:
    scope, value = _identified(identifier)
    try:
        with transaction.atomic():
            PerformerIdentifier.objects.create(performer=performer, scope=scope, value=value)
    except IntegrityError as error:
        raise IdentifierTaken(scope=scope, value=value) from error
