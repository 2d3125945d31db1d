"""A training makes owed what its decision names, from the moment its adapter is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings

from accounts.values import Actor
from core.tenancy import tenant
from generation.likeness_training.values import TrainingState
from generation.operations.trainings import cancel_training
from licensing.models.owed import ObligationUse
from licensing.owed.values import ObligationState
from licensing.owed_queries import owed_for
from tests.factories.log_readers import newest_entries
from tests.factories.requests import a_browser, an_api_client
from tests.factories.trainings import Likeness, a_likeness, asked, worked_on

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def canadian(committed_db: None, tiny_model: Path, tmp_path: Path) -> Iterator[Likeness]:
    """Under an agreement whose union is told of whatever is made or learned of its members, and was not told yet."""
    with override_settings(MEDIA_FOLDER=tmp_path / "media"):
        yield a_likeness(stills=1, model=tiny_model, agreement="actra_ipa_2025", union_notified_at=False)


def test_what_the_rules_name_for_a_training_is_owed_once_when_an_adapter_is_kept(canadian: Likeness) -> None:
    actor, browser = canadian.studio.producer, a_browser(canadian.studio.producer)
    first, second, third = (asked(canadian, steps=10, name=f"Ana {number}") for number in range(3))
    assert first.state is TrainingState.QUEUED
    page = browser.get(f"/trainings/{first.id}").text
    assert "this becomes owed" in page
    assert "Notify union" in page
    assert _uses(actor) == []

    first = worked_on(first, canadian)

    assert first.state is TrainingState.DONE, first.failure_message
    (owed,) = owed_for(first.id, actor=actor)
    assert (owed.duty, owed.rule_id, owed.state) == ("notify_union", "ACT-01", ObligationState.LATE)
    assert owed.decision_id == first.decision_id
    assert _uses(actor) == [("adapter_kept", first.id, first.decision_id)]
    page = browser.get(f"/trainings/{first.id}").text
    assert f'href="/owed/{owed.id}"' in page or str(owed.id) in page
    assert "Notify union" in browser.get("/owed").text
    said = an_api_client(actor).get(f"/v1/obligations/{owed.id}").json()
    assert [(one["effect"], one["effect_id"]) for one in said["uses"]] == [("adapter_kept", str(first.id))]
    opened = [
        one
        for one in newest_entries(actor.organisation_id).entries
        if one.type == "licensing.obligation.opened"
    ]
    assert len(opened) == 1

    # A second adapter is a further use of the same duty; one that is not made owes nothing.
    cancel_training(third.id, actor=actor)
    second = worked_on(second, canadian)
    assert second.state is TrainingState.DONE, second.failure_message
    assert [one.id for one in owed_for(second.id, actor=actor)] == [owed.id]
    assert [one[1] for one in _uses(actor)] == [first.id, second.id]
    assert owed_for(third.id, actor=actor) == ()
    assert "duties begin when an adapter is kept" in browser.get(f"/trainings/{third.id}").text


def _uses(actor: Actor) -> list[tuple[str, UUID, UUID]]:
    with tenant(actor.organisation_id):
        return list(ObligationUse.objects.order_by("at").values_list("effect", "effect_id", "decision_id"))
