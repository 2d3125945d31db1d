"""Every way in which a training is refused before anything is opened."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.ids import new_id
from generation.errors import ModelNotCleared, SizeNotPossible
from generation.likeness_training import choosing
from generation.likeness_training.errors import TrainingConflict, TrainingNotPossible
from generation.likeness_training.values import TrainingState
from generation.likeness_training.working import train_next
from generation.models import LikenessTraining
from generation.operations.trainings import ask_training_again, request_training
from licensing.custody.access import set_access
from licensing.custody.destruction import destroy_asset
from licensing.custody.errors import AssetDestroyed, NoSuchAsset
from licensing.custody.reading import asset_events
from licensing.custody.words import AssetKind
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.operations.strikes import begin_strike
from licensing.queries import decision_card
from licensing.values import Agreement
from tests.factories.custody import an_asset, safetensors
from tests.factories.licensing import a_consent, a_performer, rule_ids
from tests.factories.model_families import tiny_ltx_folder
from tests.factories.requests import a_browser
from tests.factories.takes import a_model_release, a_studio
from tests.factories.trainings import (
    WITH_TRAINING,
    Likeness,
    a_drawing,
    a_likeness,
    a_training_order,
    asked,
    drawn_figure,
)

pytestmark = pytest.mark.usefixtures("committed_db")


def _nothing_was_opened(likeness: Likeness) -> None:
    for one in likeness.sources:
        acts = [event.act for event in asset_events(one.id, actor=likeness.studio.producer)]
        assert "released" not in acts


def test_a_consent_that_names_no_training_is_refused_with_the_line_it_lacks(tiny_model: Path) -> None:
    studio = a_studio(tiny_model)
    drawing = a_drawing(studio, studio.consent)
    likeness = Likeness(studio, studio.consent, (drawing,))

    card = asked(likeness)

    assert card.state is TrainingState.REFUSED
    assert "names no training among its uses (intended_use.uses" in card.failure_message
    decision = decision_card(studio.organisation_id, card.decision_id)
    assert decision.outcome == "deny"
    assert "does not contain use train_project_model" in " ".join(one.message for one in decision.reasons)
    _nothing_was_opened(likeness)
    answer = a_browser(studio.producer).post(
        f"/v1/productions/{studio.production.id}/trainings",
        data=json.dumps({"sources": [str(drawing.id)], "name": "A", "trigger": "zorp", "purpose": "archive"}),
        content_type="application/json",
        headers={"Idempotency-Key": "one"},
    )
    assert answer.status_code == 403
    assert answer.json()["type"].endswith("training-refused")
    assert answer.json()["reasons"]


def test_a_strike_and_a_withdrawal_stop_it_before_anything_is_opened(likeness: Likeness) -> None:
    producer = likeness.studio.producer
    begin_strike(Agreement.SAG_TVT_2026, actor=producer)
    struck = asked(likeness)
    withdraw_consent(likeness.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=producer)

    assert struck.state is not TrainingState.QUEUED
    _nothing_was_opened(likeness)
    with pytest.raises(AssetDestroyed):
        asked(likeness)


def test_sources_that_are_not_pictures_of_one_performer_here_are_refused(
    likeness: Likeness, tiny_model: Path
) -> None:
    studio, consent = likeness.studio, likeness.consent
    first = likeness.sources[0].id
    others = a_consent(studio.producer, studio.production, studio.other, uses=list(WITH_TRAINING))
    of_another = a_drawing(studio, others)
    adapter = an_asset(
        studio.producer,
        consent.id,
        kind=AssetKind.ADAPTER,
        content=safetensors(),
        built_from=[first],
        base_model_sha256=studio.model.lock_sha256,
    )
    elsewhere = a_drawing(studio, consent, region="EU")
    scan = a_drawing(studio, consent, kind=AssetKind.SCAN)
    gone = a_drawing(studio, consent)
    destroy_asset(gone.id, actor=studio.producer)
    foreign = a_likeness(stills=1, model=tiny_model).sources[0]

    for sources, why in (
        ((), "from 1 to 64"),
        ((first, first), "each asset once"),
        ((first, of_another.id), "several people"),
        ((adapter.id,), "of the kind adapter"),
        ((scan.id,), "of the kind scan"),
        ((first, elsewhere.id), "several regions"),
    ):
        with pytest.raises(TrainingNotPossible, match=why) as refusal:
            asked(likeness, sources=sources)
        assert refusal.value.field == "sources"
    with pytest.raises(AssetDestroyed):
        asked(likeness, sources=(gone.id,))
    for unknown in (foreign.id, new_id()):
        with pytest.raises(NoSuchAsset):
            asked(likeness, sources=(unknown,))
    assert studio.producer.user_id is not None
    set_access(first, person_id=studio.producer.user_id, allowed=False, actor=studio.producer)
    with pytest.raises(TrainingNotPossible, match="not on the access list"):
        asked(likeness)
    assert not _rows(likeness)


def test_more_than_memory_should_hold_is_refused(likeness: Likeness, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "MOST_SOURCE_BYTES", len(drawn_figure(0)))

    with pytest.raises(TrainingNotPossible, match="held in memory at once"):
        asked(likeness)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "  "),
        ("name", "x" * 121),
        ("trigger", "two words"),
        ("trigger", "9lives"),
        ("purpose", "fun"),
        ("rank", 0),
        ("rank", 129),
        ("steps", 9),
        ("steps", 20_001),
        ("learning_rate", Decimal("0.1")),
        ("learning_rate", Decimal(0)),
        ("seed", -1),
        ("frames", 0),
    ],
)
def test_terms_out_of_their_bounds_are_refused(likeness: Likeness, field: str, value: Any) -> None:  # noqa: ANN401 - any value
    with pytest.raises(TrainingNotPossible) as refusal:
        asked(likeness, **{field: value})

    assert refusal.value.field == field
    assert not _rows(likeness)


def test_models_that_nothing_can_be_trained_on_are_refused(
    likeness: Likeness, tiny_model: Path, tmp_path: Path
) -> None:
    studio = likeness.studio
    other = tiny_ltx_folder(tmp_path / "ltx")
    compiled = tmp_path / "compiled"
    shutil.copytree(tiny_model, compiled)
    speed = {"compile": True, "effects": {"compile": "not measured"}}
    (compiled / "speed.json").write_text(json.dumps(speed), encoding="utf-8")
    for folder, why in ((other, "is a LTXPipeline"), (compiled, "compiles what would have to be learned")):
        model = a_model_release(studio.producer, folder=str(folder), lock_sha256="ab" * 32)
        with pytest.raises(TrainingNotPossible, match=why) as refusal:
            asked(likeness, model_id=model.id)
        assert refusal.value.field == "model"
    barred = a_model_release(studio.producer, cleared=False, folder=str(tiny_model), lock_sha256="cd" * 32)
    with pytest.raises(ModelNotCleared):
        asked(likeness, model_id=barred.id)
    with pytest.raises(SizeNotPossible, match="num_frames"):
        asked(likeness, frames=6)
    assert not _rows(likeness)


def test_a_key_is_for_one_request(likeness: Likeness) -> None:
    order = a_training_order(likeness)
    first = request_training(order, actor=likeness.studio.producer, idempotency_key="one")
    again = request_training(order, actor=likeness.studio.producer, idempotency_key="one")

    assert again.id == first.id
    with pytest.raises(TrainingConflict):
        asked(likeness, "one", steps=61)


def test_a_word_that_may_mean_somebody_else_waits_for_a_person(likeness: Likeness) -> None:
    a_performer(likeness.studio.producer, "Zebulon Marsh Ekwall", aliases=("Zebulonia",))

    card = asked(likeness, trigger="Zebulonia")

    decision = decision_card(likeness.studio.organisation_id, card.decision_id)
    assert card.state is TrainingState.AWAITING_REVIEW
    assert "GATE-NAME" in rule_ids(decision)
    again = ask_training_again(card.id, actor=likeness.studio.producer)
    assert again.state is TrainingState.AWAITING_REVIEW
    assert again.decision_id != card.decision_id
    assert not train_next("worker-1@test", waited=timedelta(0))
    _nothing_was_opened(likeness)


def _rows(likeness: Likeness) -> int:
    from core.tenancy import tenant

    with tenant(likeness.studio.organisation_id):
        return LikenessTraining.objects.count()
