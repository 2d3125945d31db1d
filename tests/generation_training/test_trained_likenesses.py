"""An adapter trained on a drawn stand-in: from the request to custody, to a take with it, to its end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
from django.conf import settings
from django.test import override_settings

from audit.entry_types import EntryType
from core.clock import now
from core.ids import new_id
from generation.adapters.values import AdapterChoice
from generation.likeness_training.values import TrainingState
from generation.operations.takes import request_take
from generation.queries import TakeCard, take_files
from generation.values import TakeState
from licensing.custody.reading import asset_card, asset_events
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from tests.factories.log_readers import newest_entries
from tests.factories.takes import an_order_for, rendered
from tests.factories.trainings import (
    Likeness,
    a_clip,
    a_likeness,
    asked,
    drawn_figure,
    share_of_the_figure,
    worked_on,
)

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def likeness(committed_db: None, tmp_path: Path) -> Iterator[Likeness]:
    """On the built-in model, which can learn."""
    with override_settings(MEDIA_FOLDER=tmp_path / "media"):
        yield a_likeness()


def _take(likeness: Likeness, *adapters: AdapterChoice) -> TakeCard:
    studio = likeness.studio
    order = an_order_for(
        studio,
        studio.consenting,
        prompt="zorp",
        num_frames=33,
        steps=8,
        guidance_scale=2.0,
        adapters=adapters,
    )
    card = request_take(order, actor=studio.producer, idempotency_key=str(new_id()))
    return rendered(card, studio)


def _frames(likeness: Likeness, card: TakeCard) -> npt.NDArray[np.uint8]:
    with av.open(take_files(likeness.studio.organisation_id, card.id).video) as film:
        return np.stack([one.to_ndarray(format="rgb24") for one in film.decode(video=0)])


def test_an_adapter_is_trained_kept_sealed_used_in_a_take_and_destroyed_with_the_consent(
    likeness: Likeness,
) -> None:
    studio = likeness.studio
    card = asked(likeness)
    assert card.state is TrainingState.QUEUED

    card = worked_on(card, likeness)

    assert card.state is TrainingState.DONE, card.failure_message
    assert card.step == card.steps == len(card.losses)
    losses = [loss for _step, loss in card.losses]
    assert np.mean(losses[-10:]) < 0.7 * np.mean(losses[:10])
    assert card.loss_before is not None
    assert card.loss_after is not None
    assert card.loss_after < 0.6 * card.loss_before
    assert card.adapter_id is not None
    adapter = asset_card(card.adapter_id, actor=studio.producer)
    assert (adapter.kind, adapter.state, adapter.label) == ("adapter", "held", "Ana, drawn")
    assert set(adapter.built_from) == {one.id for one in likeness.sources}
    assert (adapter.performer_id, adapter.consent_id) == (studio.consenting.id, likeness.consent.id)
    assert adapter.base_model_sha256 == studio.model.lock_sha256
    assert adapter.plain_sha256 == card.adapter_sha256
    assert adapter.retention_until == likeness.sources[0].retention_until
    assert adapter.region == likeness.sources[0].region
    assert adapter.access == (studio.producer.user_id,)
    _nothing_lies_in_clear()
    _the_log_tells(likeness, str(card.id))

    plain = _take(likeness)
    laden = _take(likeness, AdapterChoice(adapter.id))

    assert (plain.state, laden.state) == (TakeState.SIGNED, TakeState.SIGNED), laden.failure_message
    shares = [share_of_the_figure(_frames(likeness, one)) for one in (plain, laden)]
    assert shares[0] < 0.005, shares
    assert shares[1] > 0.015, shares
    assert adapter.plain_sha256.encode() in take_files(studio.organisation_id, laden.id).video.read_bytes()

    withdraw_consent(likeness.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)

    ended = asset_card(adapter.id, actor=studio.producer)
    assert (ended.state, ended.destruction_reason) == ("destroyed", "consent_withdrawn")


def _nothing_lies_in_clear() -> None:
    pixels = drawn_figure(0)[60:120]
    for path in settings.DATA_FOLDER.rglob("*"), settings.MEDIA_FOLDER.rglob("*"):
        for one in path:
            if one.is_file() and "postgres" not in one.parts:
                content = one.read_bytes()
                assert b"lora_adapter_metadata" not in content, one
                assert b".lora_A.weight" not in content, one
                assert pixels not in content, one


def _the_log_tells(likeness: Likeness, training: str) -> None:
    entries = newest_entries(likeness.studio.organisation_id).entries
    mine = [one for one in reversed(entries) if training in str(one)]
    acts = [EntryType(one.type) for one in mine]
    assert acts[:2] == [EntryType.TRAINING_REQUESTED, EntryType.TRAINING_STARTED]
    assert acts[-1] is EntryType.TRAINING_ENDED
    assert acts.count(EntryType.CUSTODY_RELEASED) == len(likeness.sources)
    received = asset_events(likeness.sources[0].id, actor=likeness.studio.producer)
    assert [one.act for one in received][-2:] == ["released", "opened"]
    assert received[-1].purpose == "train"


def test_clips_are_trained_on_too_and_the_same_request_is_the_same_training(likeness: Likeness) -> None:
    clip = a_clip(likeness.studio, likeness.consent)
    key, at = str(new_id()), now()
    first = asked(likeness, key, sources=(clip.id,), steps=10, requested_at=at)

    again = asked(likeness, key, sources=(clip.id,), steps=10, requested_at=at)

    assert again.id == first.id
    card = worked_on(first, likeness)
    assert card.state is TrainingState.DONE, card.failure_message
    assert card.learning_rate == "0.003"
