from __future__ import annotations

from pathlib import Path

import pytest

from generation.authorship.provenance import HumanProvenance, human_provenance, human_provenance_of_cut
from generation.operations.contributions import take_back
from productions.errors import NoSuchProduction
from tests.factories.accounts import a_member
from tests.factories.authorship import (
    Film,
    a_cut,
    a_signed_take,
    an_element,
    of_element,
    of_take,
    rejected,
    selected,
)
from tests.factories.productions import a_sequence, a_shot


def _tier(found: HumanProvenance) -> str:
    assert found.placing is not None
    return found.placing.tier.code


def test_of_a_production_nobody_has_cut_is_not_computed(film: Film) -> None:
    found = human_provenance(film.organisation_id, film.production.id)

    assert found.placing is None


def test_rises_as_people_choose_and_add_their_own(film: Film) -> None:
    def tier() -> str:
        return _tier(human_provenance(film.organisation_id, film.production.id))

    a_cut(film.producer, film.sequence, of_take(film.take))
    assert tier() == "machine_made"

    selected(film.producer, film.take)
    assert tier() == "human_directed"

    painting = an_element(film.producer, film.first)
    a_cut(film.producer, film.sequence, of_take(film.take), of_element(painting), based_on=1)
    assert tier() == "shared"

    a_cut(film.producer, film.sequence, of_element(painting), based_on=2)
    assert tier() == "human_made"


def test_falls_when_a_choice_is_taken_back(film: Film) -> None:
    verdict = selected(film.producer, film.take)
    a_cut(film.producer, film.sequence, of_take(film.take))
    take_back(verdict.id, note="", actor=film.producer)

    found = human_provenance(film.organisation_id, film.production.id)

    assert _tier(found) == "machine_made"
    assert found.placing is not None
    assert "nobody has selected" in found.placing.short_of_the_next[0]


@pytest.mark.parametrize("without_ai", [None, False])
def test_an_element_nobody_vouches_for_counts_as_a_machines(film: Film, without_ai: bool | None) -> None:  # noqa: FBT001 - a parameter
    element = an_element(film.producer, film.first, without_ai=without_ai)
    a_cut(film.producer, film.sequence, of_element(element))

    found = human_provenance(film.organisation_id, film.production.id)

    assert (found.facts.declared_human, found.facts.unknown) == (0, 40)
    assert _tier(found) == "human_directed"


def test_counts_frames_by_what_the_credential_says(film: Film) -> None:
    rejected(film.producer, film.take)
    a_cut(
        film.producer,
        film.sequence,
        of_take(film.take, 0, 7),
        of_element(an_element(film.producer, film.first), 0, 3),
    )

    facts = human_provenance_of_cut(film.organisation_id, film.sequence.id).facts

    assert (facts.frames, facts.generated, facts.altered, facts.declared_human) == (10, 7, 0, 3)
    assert (facts.takes, facts.selected, facts.prompted) == (1, 0, 1)


def test_is_of_all_sequences_of_a_production(film: Film, folder: Path) -> None:
    more = a_sequence(film.producer, film.production, code="B")
    take = a_signed_take(film.producer, a_shot(film.producer, more, code="B010"), folder)
    a_cut(film.producer, film.sequence, of_take(film.take))
    a_cut(film.producer, more, of_take(take, 0, 5))

    assert human_provenance(film.organisation_id, film.production.id).facts.frames == 22
    assert human_provenance_of_cut(film.organisation_id, more.id).facts.frames == 5


def test_says_under_each_heading_of_the_trade_what_is_not_recorded(film: Film) -> None:
    a_cut(film.producer, film.sequence, of_take(film.take))

    headings = {
        one.name: one.said for one in human_provenance(film.organisation_id, film.production.id).headings
    }

    assert list(headings) == ["Script", "Visual effects", "Voice", "Performance capture", "Marketing"]
    assert headings["Voice"] == headings["Marketing"] == "Not recorded."
    assert "17 generated" in headings["Visual effects"]


def test_of_another_studio_finds_nothing(film: Film) -> None:
    with pytest.raises(NoSuchProduction):
        human_provenance(a_member().organisation_id, film.production.id)
