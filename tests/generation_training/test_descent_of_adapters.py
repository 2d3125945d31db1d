"""From a frame made with an adapter to who agreed to its training, and back; what would happen if that ended."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from uuid import UUID

import pytest
from django.core.management import call_command

from core.ids import new_id
from core.tenancy import tenant
from generation.adapters.values import AdapterChoice
from generation.foresight.answering import what_if
from generation.foresight.values import WhatIf
from generation.graph.values import Direction, Frames, Node, NodeKind, Question
from generation.graph.walking import walk
from generation.likeness_training.queries import TrainingCard
from generation.likeness_training.values import TrainingState
from generation.models import Take
from generation.operations.takes import request_take
from generation.queries import TakeCard
from generation.values import TakeState
from licensing.custody.reading import asset_card
from licensing.foresight.events import ConsentEnds, StrikeStarts
from licensing.names import WithdrawalReason
from licensing.operations.consents import withdraw_consent
from licensing.values import Agreement
from tests.factories.deliveries import a_delivery_row, a_recipient
from tests.factories.requests import a_browser, an_api_client
from tests.factories.takes import a_descent, an_order_for, rendered
from tests.factories.trainings import Likeness, a_training_consent, asked, worked_on
from tests.generation_graph.test_facts import facts_and_edges

pytestmark = pytest.mark.usefixtures("committed_db")


@dataclass
class Trained:
    likeness: Likeness
    training: TrainingCard
    take: TakeCard

    @property
    def consent(self) -> Node:
        return Node(NodeKind.CONSENT, self.likeness.consent.id)

    def walked(self, node: Node, direction: Direction, frames: Frames | None = None) -> set[Node]:
        with tenant(self.likeness.studio.organisation_id):
            found = walk(Question(node=node, directions=(direction,), frames=frames))
        return {one.node for one in found.nodes[1:]}


@pytest.fixture
def trained(likeness: Likeness) -> Trained:
    """An adapter of ten steps, and a signed take made with it."""
    card = worked_on(asked(likeness, steps=10), likeness)
    assert card.state is TrainingState.DONE, card.failure_message
    take = rendered(_asked_for(likeness, card), likeness.studio)
    assert take.state is TakeState.SIGNED, take.failure_message
    return Trained(likeness, card, take)


def _asked_for(likeness: Likeness, card: TrainingCard) -> TakeCard:
    assert card.adapter_id is not None
    studio = likeness.studio
    order = an_order_for(studio, studio.consenting, adapters=(AdapterChoice(card.adapter_id),))
    return request_take(order, actor=studio.producer, idempotency_key=str(new_id()))


def test_a_frame_leads_to_the_training_its_decision_its_sources_and_who_asked(trained: Trained) -> None:
    studio, training = trained.likeness.studio, Node(NodeKind.TRAINING, trained.training.id)

    behind = trained.walked(Node(NodeKind.TAKE, trained.take.id), Direction.UP, Frames(1, 2))
    of_training = trained.walked(training, Direction.UP)

    assert of_training == {
        Node(NodeKind.DECISION, trained.training.decision_id),
        Node(NodeKind.MODEL, studio.model.id),
        Node(NodeKind.PERSON, studio.producer.user_id or new_id()),
        *(Node(NodeKind.REPLICA, one.id) for one in trained.likeness.sources),
        trained.consent,
        Node(NodeKind.PERFORMER, studio.consenting.id),
        *(one for one in of_training if one.kind in (NodeKind.APPROVAL, NodeKind.CONSENT)),
    }
    assert behind >= {training, *of_training}
    facts, edges = facts_and_edges(studio.organisation_id)
    assert edges == facts
    assert {str(one[0]) for one in edges} >= {"trained_by", "used", "kept_under", "decided_by"}


def test_the_consent_of_the_training_leads_to_every_file_still_out(trained: Trained) -> None:
    studio, take = trained.likeness.studio, _row(trained)
    delivery = a_delivery_row(studio.producer, take, a_recipient(studio.producer), studio.production.id)

    below = trained.walked(trained.consent, Direction.DOWN)

    assert {
        Node(NodeKind.TRAINING, trained.training.id),
        Node(NodeKind.REPLICA, _adapter(trained)),
        Node(NodeKind.TAKE, trained.take.id),
        Node(NodeKind.DELIVERY, delivery.id),
    } <= below
    training = f"training:{trained.training.id}"
    for node in (str(trained.consent), training, f"replica:{_adapter(trained)}"):
        out = an_api_client(studio.producer).get("/v1/graph/out", {"node": node}).json()
        assert [one["delivery_id"] for one in out["deliveries"]] == [str(delivery.id)], node
    browser = a_browser(studio.producer)
    page = browser.get(f"/graph/training/{trained.training.id}").text
    assert "Training of Ana, drawn" in page
    assert f'href="/trainings/{trained.training.id}"' in page
    assert "graph-training" in page
    (line,) = csv.DictReader(io.StringIO(browser.get(f"/graph/training/{trained.training.id}/out.csv").text))
    assert (line["delivery"], line["resting_on"]) == (str(delivery.id), training)
    assert f"/graph/training/{trained.training.id}" in browser.get(f"/trainings/{trained.training.id}").text
    told = io.StringIO()
    call_command(
        *("graph", "training", str(trained.training.id), "--json"),
        *("--organisation", str(studio.organisation_id), "--as", str(studio.producer.user_id)),
        stdout=told,
    )
    assert {(one["kind"], one["parent"]) for one in json.loads(told.getvalue())["edges"]} >= {
        ("trained_by", training)
    }


def test_supposing_that_the_consent_ends_counts_takes_with_the_adapter_and_what_nothing_recalls(
    trained: Trained,
) -> None:
    studio = trained.likeness.studio
    waiting = _asked_for(trained.likeness, trained.training)
    another = asked(trained.likeness, steps=10, name="Ana, again")
    delivery = a_delivery_row(
        studio.producer, _row(trained), a_recipient(studio.producer), studio.production.id
    )
    event = ConsentEnds(trained.likeness.consent.id)

    descent = what_if(WhatIf(event=event), actor=studio.producer).descent

    assert another.state is TrainingState.QUEUED
    assert (descent.assets, descent.adapters, descent.trainings) == (3, 1, 1)
    assert {one.id: (one.comes_of, one.cannot_be_made, one.deliveries) for one in descent.takes} == {
        trained.take.id: (("Ana, drawn",), False, 1),
        waiting.id: (("Ana, drawn",), True, 0),
    }
    assert (descent.signed, descent.cannot_be_made) == (1, 1)
    assert [one.id for one in descent.deliveries] == [delivery.id]
    for other in (
        WhatIf(event=event, production_id=new_id()),
        WhatIf(event=StrikeStarts(Agreement.SAG_TVT_2026)),
    ):
        elsewhere = what_if(other, actor=studio.producer).descent
        assert (elsewhere.takes, elsewhere.deliveries, elsewhere.trainings) == ((), (), 0)

    said = {"event": "consent_ends", "consent": str(trained.likeness.consent.id)}
    body = an_api_client(studio.producer).post("/v1/what-if", said, format="json").json()["descent"]
    assert (body["signed"], body["adapters"], len(body["takes"])) == (1, 1, 2)
    table = an_api_client(studio.producer).post("/v1/what-if/descent", said, format="json")
    lines = {one["take"]: one for one in csv.DictReader(io.StringIO(table.content.decode()))}
    assert (lines[str(waiting.id)]["cannot_be_made"], lines[str(trained.take.id)]["stays_out"]) == (
        "yes",
        "1",
    )
    asked_of = {"kind": "consent", "consent": said["consent"]}
    page = a_browser(studio.producer).get("/legal/what-if", asked_of).text
    assert "What comes of it" in page
    assert "Ana, drawn" in page
    saved = a_browser(studio.producer).get("/legal/what-if/descent.csv", asked_of).text
    assert {one["take"] for one in csv.DictReader(io.StringIO(saved))} == set(lines)

    # What was foreseen is what happens.
    withdraw_consent(
        trained.likeness.consent.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer
    )
    states = {asset_card(one.id, actor=studio.producer).state for one in trained.likeness.sources}
    assert {*states, asset_card(_adapter(trained), actor=studio.producer).state} == {"destroyed"}
    assert rendered(waiting, studio).state is not TakeState.SIGNED
    assert worked_on(another, trained.likeness).state is TrainingState.REFUSED


def test_a_take_of_another_person_remixed_from_it_is_told_although_its_own_decision_stands(
    trained: Trained,
) -> None:
    studio = trained.likeness.studio
    apart = rendered(
        request_take(an_order_for(studio), actor=studio.producer, idempotency_key=str(new_id())), studio
    )
    with tenant(studio.organisation_id):
        remix = Take.objects.get(id=apart.id)
    a_descent(remix, _row(trained), kind="remix", first_frame=0, end_frame=4, source_sha256="ab" * 32)

    descent = what_if(WhatIf(event=ConsentEnds(trained.likeness.consent.id)), actor=studio.producer).descent

    told = {one.id: (one.stops, one.comes_of) for one in descent.takes}
    assert told[remix.id][0] is False
    assert descent.signed_and_stand == 1


def test_an_adapter_goes_on_under_the_consent_that_supersedes_its_own_and_ends_with_it(
    trained: Trained,
) -> None:
    studio = trained.likeness.studio
    newer = a_training_consent(replace(studio, consent=trained.likeness.consent))

    assert Node(NodeKind.TAKE, trained.take.id) in trained.walked(
        Node(NodeKind.CONSENT, newer.id), Direction.DOWN
    )
    facts, edges = facts_and_edges(studio.organisation_id)
    assert edges == facts
    descent = what_if(WhatIf(event=ConsentEnds(newer.id)), actor=studio.producer).descent
    assert (descent.adapters, [one.id for one in descent.takes]) == (1, [trained.take.id])

    withdraw_consent(newer.id, reason=WithdrawalReason.PERFORMER_WISH, actor=studio.producer)
    assert asset_card(_adapter(trained), actor=studio.producer).state == "destroyed"


def _adapter(trained: Trained) -> UUID:
    assert trained.training.adapter_id is not None
    return trained.training.adapter_id


def _row(trained: Trained) -> Take:
    with tenant(trained.likeness.studio.organisation_id):
        row: Take = Take.objects.get(id=trained.take.id)
    return row
