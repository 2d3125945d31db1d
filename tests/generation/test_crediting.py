"""What the credential of a rendered take states, from the rooms that know it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings

from core.canonical import Canonical
from core.clock import now
from core.digests import sha256_hex_of_file
from core.ids import new_id
from generation.crediting import training_entries
from generation.engines.folder import write_lock
from generation.operations.takes import request_take
from generation.queries import take_files
from generation.values import FailureCode, TakeOrder
from productions.queries import shot_card
from provenance import c2pa_gateway, keys
from provenance.errors import ReferenceMissing
from provenance.readings import Reading
from provenance.stated import stated_in
from provenance.statement import StatementIncomplete
from tests.factories.productions import a_production
from tests.factories.references import a_reference
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


class TestReferences:
    def test_what_people_looked_at_is_named_with_its_own_credential(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        shot = shot_card(studio.organisation_id, an_order_for(studio).shot_id)
        card = a_reference(studio.producer, shot.production_id, tmp_path)

        reading = _credential(studio, replace(an_order_for(studio), references=(card.id,)))

        stated = stated_in(reading)
        take = reading.assertion("org.countersign.take")
        assert (stated.actions[0].action, stated.actions[0].ingredients) == ("c2pa.created", (card.title,))
        assert [(one.relationship, one.manifest_id) for one in stated.ingredients] == [
            ("inputTo", card.manifest_id)
        ]
        assert take is not None
        assert take["ingredients"] == [
            {"label": "reference-1", "file_sha256": card.file_sha256, "read_by": "people"}
        ]

    def test_one_of_another_production_is_refused_before_anything_is_recorded(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        other = a_reference(studio.producer, a_production(studio.producer).id, tmp_path)
        order = replace(an_order_for(studio), references=(other.id,))

        with pytest.raises(ReferenceMissing):
            request_take(order, actor=studio.producer, idempotency_key=str(new_id()))

    def test_one_that_was_changed_on_the_volume_is_not_signed_over(
        self, studio: Studio, tmp_path: Path
    ) -> None:
        shot = shot_card(studio.organisation_id, an_order_for(studio).shot_id)
        card = a_reference(studio.producer, shot.production_id, tmp_path)
        order = replace(an_order_for(studio), references=(card.id,))
        asked = request_take(order, actor=studio.producer, idempotency_key=str(new_id()))
        card.path.write_bytes(card.path.read_bytes() + b"\x00")

        failed = rendered(asked, studio)

        assert failed.failure_code == FailureCode.SIGNING_FAILED
        assert card.title in failed.failure_message


def test_what_changes_the_picture_for_speed_is_stated(
    committed_db: None, pristine_model: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(pristine_model, tmp_path / "model"))
    settings_said = {
        "cache": {"kind": "first_block", "threshold": 0.2},
        "effects": {"cache": "not measured"},
    }
    (folder / "speed.json").write_text(json.dumps(settings_said))
    write_lock(folder)
    studio = a_studio(folder)
    reading = _credential(studio, an_order_for(studio))

    model = reading.assertion("org.countersign.model")
    assert model is not None
    assert model["lossy"] == ["step cache: first_block threshold=0.2"]
