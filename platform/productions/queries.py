from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from core.tenancy import tenant
from productions.errors import NoSuchCharacter, NoSuchProduction, NoSuchSequence, NoSuchShot
from productions.models import Character, Production, Sequence, Shot


@dataclass(frozen=True, slots=True)
class ProductionCard:
    id: UUID
    title: str
    slug: str
    project_code: str
    kind: str
    agreement: str | None
    shot_count: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ProductionFacts:
    """What the rulebook reads of a production; None is unknown, never cleared. `project_id` is the row's id."""

    kind: str
    agreement: str | None
    principal_photography_start: date | None
    production_start: date | None
    governing_law: str | None
    buyer: str | None
    award_campaign: bool | None
    writers_guild_covered: bool | None
    project_id: str


@dataclass(frozen=True, slots=True)
class ShotCard:
    id: UUID
    code: str
    scene: str | None
    description: str
    order: int
    sequence_id: UUID
    sequence_code: str
    production_id: UUID
    production_title: str


@dataclass(frozen=True, slots=True)
class SequenceCard:
    """A sequence with its shots, in their order."""

    id: UUID
    code: str
    order: int
    production_id: UUID
    shots: tuple[ShotCard, ...]


@dataclass(frozen=True, slots=True)
class CharacterCard:
    id: UUID
    name: str
    production_id: UUID


@dataclass(frozen=True, slots=True)
class ProductionPage:
    """A production with its facts, sequences, shots and characters."""

    card: ProductionCard
    facts: ProductionFacts
    sequences: tuple[SequenceCard, ...]
    characters: tuple[CharacterCard, ...]


def production_list(organisation_id: UUID) -> tuple[ProductionCard, ...]:
    """The organisation's productions, by title."""
    with tenant(organisation_id):
        return tuple(_card(row) for row in _counted())


def titles_of() -> dict[UUID, str]:
    """The titles of all productions, by id. Call inside `core.tenancy.tenant`."""
    return dict(Production.objects.values_list("id", "title"))


def production_page(organisation_id: UUID, production_id: UUID) -> ProductionPage:
    """One production, whole.

    Raises:
        NoSuchProduction: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = _counted().filter(id=production_id).first()
        if row is None:
            raise NoSuchProduction("There is no such production here.")
        shots: dict[UUID, list[ShotCard]] = defaultdict(list)
        for shot in Shot.objects.filter(sequence__production=row).select_related("sequence__production"):
            shots[shot.sequence_id].append(shot_card_of(shot))
        return ProductionPage(
            card=_card(row),
            facts=facts_of_row(row),
            sequences=tuple(
                sequence_card_of(sequence, shots=tuple(shots[sequence.id]))
                for sequence in Sequence.objects.filter(production=row)
            ),
            characters=tuple(
                character_card_of(character) for character in Character.objects.filter(production=row)
            ),
        )


def production_facts(organisation_id: UUID, production_id: UUID) -> ProductionFacts:
    """What the gate asks about a production.

    Raises:
        NoSuchProduction: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Production.objects.filter(id=production_id).first()
        if row is None:
            raise NoSuchProduction("There is no such production here.")
        return facts_of_row(row)


def shot_codes(organisation_id: UUID, shot_ids: Collection[UUID]) -> dict[UUID, str]:
    """What the shots are called; one of another organisation is left out."""
    with tenant(organisation_id):
        return dict(Shot.objects.filter(id__in=shot_ids).values_list("id", "code"))


def facts_of_productions(production_ids: Collection[UUID]) -> dict[UUID, ProductionFacts]:
    """What the gate asks about each of several productions. Call inside `core.tenancy.tenant`.

    Raises:
        NoSuchProduction: one of them is not here.
    """
    found = {row.id: facts_of_row(row) for row in Production.objects.filter(id__in=production_ids)}
    if found.keys() < set(production_ids):
        raise NoSuchProduction("There is no such production here.")
    return found


def shot_card(organisation_id: UUID, shot_id: UUID) -> ShotCard:
    """One shot and where it stands.

    Raises:
        NoSuchShot: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Shot.objects.filter(id=shot_id).select_related("sequence__production").first()
        if row is None:
            raise NoSuchShot("There is no such shot here.")
        return shot_card_of(row)


def shot_cards(shot_ids: Collection[UUID]) -> dict[UUID, ShotCard]:
    """Those of these shots that are here, by id. Call inside `core.tenancy.tenant`."""
    rows = Shot.objects.filter(id__in=shot_ids).select_related("sequence__production")
    return {row.id: shot_card_of(row) for row in rows}


def sequence_card(organisation_id: UUID, sequence_id: UUID) -> SequenceCard:
    """One sequence with its shots.

    Raises:
        NoSuchSequence: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Sequence.objects.filter(id=sequence_id).first()
        if row is None:
            raise NoSuchSequence("There is no such sequence here.")
        shots = Shot.objects.filter(sequence=row).select_related("sequence__production")
        return sequence_card_of(row, shots=tuple(shot_card_of(shot) for shot in shots))


def production_card(organisation_id: UUID, production_id: UUID) -> ProductionCard:
    """One production as it stands in a list.

    Raises:
        NoSuchProduction: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = _counted().filter(id=production_id).first()
        if row is None:
            raise NoSuchProduction("There is no such production here.")
        return _card(row)


def character_card(organisation_id: UUID, character_id: UUID) -> CharacterCard:
    """One character.

    Raises:
        NoSuchCharacter: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = Character.objects.filter(id=character_id).first()
        if row is None:
            raise NoSuchCharacter("There is no such character here.")
        return character_card_of(row)


def shot_card_of(row: Shot) -> ShotCard:
    """The card of a row whose sequence and production are at hand."""
    return ShotCard(
        id=row.id,
        code=row.code,
        scene=row.scene,
        description=row.description,
        order=row.order,
        sequence_id=row.sequence_id,
        sequence_code=row.sequence.code,
        production_id=row.sequence.production_id,
        production_title=row.sequence.production.title,
    )


def sequence_card_of(row: Sequence, *, shots: tuple[ShotCard, ...] = ()) -> SequenceCard:
    return SequenceCard(
        id=row.id, code=row.code, order=row.order, production_id=row.production_id, shots=shots
    )


def character_card_of(row: Character) -> CharacterCard:
    return CharacterCard(id=row.id, name=row.name, production_id=row.production_id)


def _counted() -> QuerySet[Any]:
    return Production.objects.annotate(shot_count=Count("sequences__shots")).order_by("title", "id")


def _card(row: Production) -> ProductionCard:
    return ProductionCard(
        id=row.id,
        title=row.title,
        slug=row.slug,
        project_code=row.project_code,
        kind=row.kind,
        agreement=row.agreement,
        shot_count=getattr(row, "shot_count", 0),
        created_at=row.created_at,
    )


PRODUCTION_FACTS_SQL = """
SELECT id, kind, agreement, principal_photography_start, production_start, governing_law, buyer, award_campaign,
    writers_guild_covered
FROM productions_production WHERE id = %s
"""
"""The row of a production (1), for a statement that asks for more than that; its policies bind it as any other."""


PRODUCTION_FACTS_THEN_SQL = """
SELECT to_jsonb(production) || coalesce((
    -- What a fact was, of each that became another one later, or became so here after it was known.
    SELECT jsonb_object_agg(was.field, was.before) FROM (
        SELECT DISTINCT ON (change.field) change.field, change.before
        FROM productions_productionchange change
        WHERE change.production_id = production.id
            AND (change.recorded_at > %(known_at)s
                 OR change.true_since > (%(as_of)s AT TIME ZONE 'UTC')::date)
        ORDER BY change.field, change.recorded_at, change.id
    ) AS was
), '{}')
FROM (SELECT id, kind, agreement, principal_photography_start, production_start, governing_law, buyer, award_campaign,
    writers_guild_covered FROM productions_production WHERE id = %(production)s) AS production
"""
"""The same as one JSON object, as it was at another moment: of `production`, at `as_of`, as known at `known_at`."""


def production_facts_of(row: Mapping[str, Any]) -> ProductionFacts:
    """What the gate asks, of a row of `PRODUCTION_FACTS_SQL` whose dates are spelled out, as in JSON."""
    started, made = row["principal_photography_start"], row["production_start"]
    return ProductionFacts(
        kind=row["kind"],
        agreement=row["agreement"],
        principal_photography_start=date.fromisoformat(started) if started else None,
        production_start=date.fromisoformat(made) if made else None,
        governing_law=row["governing_law"],
        buyer=row["buyer"],
        award_campaign=row["award_campaign"],
        writers_guild_covered=row["writers_guild_covered"],
        project_id=str(row["id"]),
    )


def facts_of_row(row: Production) -> ProductionFacts:
    """What the gate asks, of a row."""
    return ProductionFacts(
        kind=row.kind,
        agreement=row.agreement,
        principal_photography_start=row.principal_photography_start,
        production_start=row.production_start,
        governing_law=row.governing_law,
        buyer=row.buyer,
        award_campaign=row.award_campaign,
        writers_guild_covered=row.writers_guild_covered,
        project_id=str(row.id),
    )
