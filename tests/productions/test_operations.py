from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from core.tenancy import tenant
from productions.errors import CodeTaken, NoSuchProduction, NoSuchSequence
from productions.models import Production, Sequence
from productions.operations import add_character, add_sequence, add_shot, create_production
from productions.queries import production_facts, production_list, production_page, shot_card
from productions.values import NewShot
from tests.factories.accounts import a_member
from tests.factories.productions import a_character, a_new_production, a_production, a_sequence, a_shot

pytestmark = pytest.mark.django_db


def test_a_production_is_opened_with_the_facts_it_was_declared_with() -> None:
    actor = a_member()
    new = a_new_production()

    card = create_production(new, actor=actor)

    facts = production_facts(actor.organisation_id, card.id)
    assert (facts.kind, facts.agreement, facts.governing_law) == (new.kind, new.agreement, "US-CA")
    assert facts.principal_photography_start == new.principal_photography_start
    assert facts.project_id == str(card.id)


def test_a_fact_nobody_stated_stays_unknown() -> None:
    actor = a_member()

    card = a_production(actor, agreement=None, buyer=None, award_campaign=None, governing_law=None)

    facts = production_facts(actor.organisation_id, card.id)
    assert (facts.agreement, facts.buyer, facts.award_campaign, facts.governing_law) == (None,) * 4


@pytest.mark.parametrize("field", ["slug", "project_code"])
def test_a_code_is_used_once_in_an_organisation(field: str) -> None:
    actor = a_member()
    a_production(actor, **{field: "one"})

    with pytest.raises(CodeTaken) as refusal:
        a_production(actor, **{field: "one"})

    assert refusal.value.field == field


def test_two_organisations_may_use_the_same_code() -> None:
    first, second = a_member(), a_member()

    cards = [a_production(actor, slug="one", project_code="ONE") for actor in (first, second)]

    assert cards[0].id != cards[1].id


def test_a_page_shows_shots_in_the_order_they_were_added() -> None:
    actor = a_member()
    production = a_production(actor)
    sequence = a_sequence(actor, production)
    for code in ("A030", "A010", "A020"):
        a_shot(actor, sequence, code=code)
    a_character(actor, production)

    page = production_page(actor.organisation_id, production.id)

    assert [shot.code for shot in page.sequences[0].shots] == ["A030", "A010", "A020"]
    assert page.card.shot_count == 3
    assert [character.name for character in page.characters] == ["The Pilot"]


def test_codes_of_sequences_shots_and_characters_are_used_once() -> None:
    actor = a_member()
    production = a_production(actor)
    sequence = a_sequence(actor, production, code="A")
    a_shot(actor, sequence, code="A010")
    a_character(actor, production, name="The Pilot")

    with pytest.raises(CodeTaken):
        add_sequence(production.id, code="A", actor=actor)
    with pytest.raises(CodeTaken):
        add_shot(sequence.id, NewShot(code="A010"), actor=actor)
    with pytest.raises(CodeTaken):
        add_character(production.id, name="The Pilot", actor=actor)


def test_a_shot_without_a_scene_has_an_unknown_one() -> None:
    actor = a_member()

    shot = a_shot(actor, scene="")

    assert shot_card(actor.organisation_id, shot.id).scene is None


def test_another_organisations_production_takes_no_sequence() -> None:
    production = a_production(a_member())

    with pytest.raises(NoSuchProduction):
        add_sequence(production.id, code="A", actor=a_member())


def test_another_organisations_sequence_takes_no_shot() -> None:
    sequence = a_sequence(a_member())

    with pytest.raises(NoSuchSequence):
        add_shot(sequence.id, NewShot(code="A010"), actor=a_member())


def test_the_database_refuses_a_child_under_another_organisations_production() -> None:
    theirs = a_production(a_member())
    intruder = a_member()

    with (
        tenant(intruder.organisation_id),
        pytest.raises(IntegrityError, match="same_organisation"),
        transaction.atomic(),
    ):
        Sequence.objects.create(production_id=theirs.id, code="A")


def test_the_database_refuses_a_word_the_rulebook_does_not_know() -> None:
    actor = a_member()
    card = a_production(actor)

    for field, value in (("kind", "soap"), ("agreement", "handshake"), ("governing_law", "Utopia")):
        with (
            tenant(actor.organisation_id),
            pytest.raises(IntegrityError, match=f"productions_production_{field}"),
            transaction.atomic(),
        ):
            Production.objects.filter(id=card.id).update(**{field: value})


def test_a_list_holds_the_organisations_own_productions_by_title() -> None:
    actor = a_member()
    a_production(a_member())
    for title in ("Zephyr", "Aurora"):
        a_production(actor, title=title)

    assert [card.title for card in production_list(actor.organisation_id)] == ["Aurora", "Zephyr"]
