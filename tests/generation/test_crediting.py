"""What the credential of a rendered take states, from the rooms that know it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from core.canonical import Canonical
from core.clock import now
from core.digests import sha256_hex_of_file
from core.ids import new_id
from generation.crediting import training_entries
from generation.operations.takes import request_take
from generation.queries import take_files
from generation.values import TakeOrder
from provenance import c2pa_gateway, keys
from provenance.readings import Reading
from provenance.stated import stated_in
from provenance.statement import StatementIncomplete
from tests.factories.takes import Studio, a_studio, an_order_for, rendered

BUILTIN = Path(settings.PROJECT_FOLDER) / "generation" / "builtin_model"


@pytest.fixture
def studio(committed_db: None) -> Studio:
    return a_studio(BUILTIN)


def _credential(studio: Studio, order: TakeOrder) -> Reading:
    card = request_take(order, actor=studio.producer, idempotency_key=str(new_id()))
    video = take_files(studio.organisation_id, rendered(card, studio).id).video
    anchors = keys.load_trust_list(settings.KEYS_FOLDER, at=now()).anchors
    return c2pa_gateway.read(video, anchors=anchors)


def test_machines_that_learn_may_do_what_the_consents_permit_and_the_models_card_is_named(
    studio: Studio,
) -> None:
    reading = _credential(studio, an_order_for(studio, studio.consenting))

    told = {one.entry: (one.use, one.constraint_info) for one in stated_in(reading).training}
    model = reading.assertion("org.countersign.model")
    use, constraint = told["cawg.ai_inference"]
    assert told["cawg.data_mining"] == told["cawg.ai_training"] == ("notAllowed", None)
    assert use == "constrained"
    assert constraint is not None
    assert "generate_new_performance" in constraint
    assert model is not None
    assert model["card_sha256"] == sha256_hex_of_file(BUILTIN / "MODEL_CARD.md")


def test_without_a_performer_nothing_is_allowed_to_machines(studio: Studio) -> None:
    stated = stated_in(_credential(studio, an_order_for(studio)))

    assert {one.use for one in stated.training} == {"notAllowed"}
    assert len(stated.training) == 4


@pytest.mark.parametrize(
    "assertion",
    [
        {},
        {"entries": {"cawg.data_mining": "notAllowed"}},
        {"entries": {"cawg.data_mining": {"use": "perhaps"}}},
    ],
)
def test_what_is_not_of_cawgs_form_is_refused(assertion: dict[str, Canonical]) -> None:
    with pytest.raises(StatementIncomplete, match=r"CAWG|says nothing|perhaps"):
        training_entries(assertion)


def test_an_entry_that_cawg_does_not_know_is_refused() -> None:
    with pytest.raises(StatementIncomplete, match="no entry"):
        training_entries({"entries": {"cawg.ai_dreaming": {"use": "notAllowed"}}})
