"""Edges say what the tables say from which they come, however those were written."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test import override_settings

from accounts.values import Actor, Role
from core.ids import new_id
from core.tenancy import tenant
from embedded.connections import acting_as_owner
from generation.authorship.values import Verdict
from generation.graph.values import Direction, Frames, Node, NodeKind, Question
from generation.graph.walking import walk
from generation.models import Take
from generation.operations.contributions import judge_take, take_back
from generation.values import TakeState
from tests.factories.accounts import a_member
from tests.factories.authorship import Film, a_cut, an_element, of_element, of_take, selected
from tests.factories.licensing import a_consent, a_performer, an_engagement
from tests.factories.productions import a_production
from tests.factories.takes import a_decision, a_descent, a_take
from tests.factories.world import a_world

COLUMNS = (
    "kind, child_kind, child_id, parent_kind, parent_id, child_first, child_end, parent_first, parent_end, is_exact,"
    " carries, source_id"
)


def facts_and_edges(organisation_id: UUID) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    with tenant(organisation_id), connection.cursor() as cursor:
        found = []
        for name in ("generation_graphfact", "generation_graphedge"):
            cursor.execute(
                f"SELECT {COLUMNS} FROM {name} ORDER BY child_id, parent_id, kind, child_first, source_id"  # noqa: S608 - of our own code
            )
            found.append(cursor.fetchall())
    return found[0], found[1]


def around(
    organisation_id: UUID, node: Node, direction: Direction, frames: Frames | None = None
) -> dict[Node, object]:
    with tenant(organisation_id):
        found = walk(Question(node=node, frames=frames, directions=(direction,)))
    return {one.node: one.frames for one in found.nodes[1:]}


def test_a_furnished_studio_has_an_edge_for_every_fact_and_none_besides(
    committed_db: None, tmp_path: Path
) -> None:
    with override_settings(MEDIA_FOLDER=tmp_path / "media", KEYS_FOLDER=tmp_path / "keys"):
        world = a_world("Aurora", tmp_path)
        a_take(
            world.actor,
            request={"use": "generate_new_performance", "references": [world.arguments["reference_id"]]},
        )

    facts, edges = facts_and_edges(world.organisation_id)

    assert edges == facts
    assert {str(one[0]) for one in edges} >= {
        *(
            "given_by",
            "kept_under",
            "built_from",
            "approved_by",
            "relies_on",
            "decided_by",
            "made_with",
            "asked_by",
        ),
        *(
            "signs",
            "updates",
            "arranged_by",
            "places",
            "hands_out",
            "delivered_by",
            "received",
            "take_selected",
            "received_by",
            "looked_at",
            "made_from",
            "judges",
            "reviewed_by",
        ),
    }
    # What was made of the take and how it was judged is reached from it, and so from whoever is in it.
    take = Node(NodeKind.TAKE, UUID(world.arguments["take_id"]))
    below = around(world.organisation_id, take, Direction.DOWN, Frames(3, 5))
    master = Node(NodeKind.MASTER, UUID(world.arguments["master_id"]))
    assert below[master] == (Frames(3, 5),)
    assert Node(NodeKind.REVIEW, UUID(world.arguments["review_id"])) in below
    assert take in around(world.organisation_id, master, Direction.UP)
    with tenant(world.organisation_id):
        (signed,) = walk(Question(node=master, directions=(Direction.DOWN,), depth=1)).nodes[1:]
        assert signed.node.kind is NodeKind.CREDENTIAL


def test_what_was_on_record_before_the_graph_is_in_it(film: Film) -> None:
    a_cut(film.producer, film.sequence, of_take(film.take))
    facts, edges = facts_and_edges(film.organisation_id)
    with acting_as_owner(), tenant(film.organisation_id), connection.cursor() as cursor:
        cursor.execute("DELETE FROM generation_graphedge")
        cursor.execute("SELECT generation_graph_filled_v1()")

    assert facts_and_edges(film.organisation_id) == (facts, edges)
    assert len(edges) > 5


def test_every_frame_of_a_cut_leads_to_its_frame_of_a_take(film: Film) -> None:
    element = an_element(film.producer, film.first)
    a_cut(
        film.producer,
        film.sequence,
        of_take(film.take, 2, 10),
        of_element(element, 5, 9),
        of_take(film.take, 0, 3),
    )
    cut = _latest_cut(film)

    def behind(frame: int) -> dict[Node, object]:
        return around(film.organisation_id, cut, Direction.UP, Frames(frame, frame + 1))

    take, painted = Node(NodeKind.TAKE, film.take.id), Node(NodeKind.ELEMENT, element.id)
    assert behind(0)[take] == (Frames(2, 3),)
    assert behind(7)[take] == (Frames(9, 10),)
    assert (take in behind(8), behind(8)[painted]) == (False, (Frames(5, 6),))
    assert behind(12)[take] == (Frames(0, 1),)
    assert set(behind(15)) == {Node(NodeKind.PERSON, film.producer.user_id or new_id())}
    assert around(film.organisation_id, take, Direction.DOWN, Frames(2, 3))[cut] == (
        Frames(0, 1),
        Frames(14, 15),
    )


def test_verdicts_that_were_taken_back_stand_behind_nothing(film: Film) -> None:
    def kinds() -> set[object]:
        return {one[0] for one in facts_and_edges(film.organisation_id)[1] if one[2] == film.take.id}

    act = selected(film.producer, film.take)
    assert "take_selected" in kinds()
    take_back(act.id, note="Looked again.", actor=film.producer)
    assert "take_selected" not in kinds()
    judge_take(film.take.id, Verdict(selected=True), actor=film.producer)
    assert "take_selected" in kinds()
    facts, edges = facts_and_edges(film.organisation_id)
    assert edges == facts


@pytest.mark.usefixtures("committed_db")
class TestTakes:
    def test_a_take_decided_again_rests_on_its_latest_decision_alone(self) -> None:
        actor = a_member(Role.PRODUCER, Role.LEGAL)
        take, old, new = a_take(actor), *(_consent(actor) for _ in range(2))
        decided = [a_decision(actor, production, consent_ids=[consent]) for consent, production in (old, new)]
        for decision in decided:
            with tenant(actor.organisation_id):
                Take.objects.filter(id=take.id).update(decision_id=decision)

        behind = around(actor.organisation_id, Node(NodeKind.TAKE, take.id), Direction.UP)

        assert [one.id for one in behind if one.kind is NodeKind.CONSENT] == [new[0]]
        facts, edges = facts_and_edges(actor.organisation_id)
        assert edges == facts

    def test_consents_reach_through_three_generations_and_only_through_pictures(self) -> None:
        actor = a_member(Role.PRODUCER, Role.LEGAL)
        consent, production = _consent(actor)
        decision = a_decision(actor, production, consent_ids=[consent])
        first = _signed(actor, decision_id=decision)
        extended, varied, remixed, unrelated = (_signed(actor) for _ in range(4))
        pictures = {"source_sha256": "ab" * 32}
        a_descent(extended, first, kind="extend_after", first_frame=12, end_frame=17, **pictures)
        a_descent(varied, first)
        a_descent(remixed, extended, kind="remix", first_frame=0, end_frame=17, **pictures)
        start = Node(NodeKind.CONSENT, consent)

        out = around(actor.organisation_id, start, Direction.DOWN)
        with tenant(actor.organisation_id):
            history = walk(Question(node=start, directions=(Direction.DOWN,), with_history=True))

        takes = {one.id for one in out if one.kind is NodeKind.TAKE}
        assert takes == {first.id, extended.id, remixed.id}
        assert {one.node.id for one in history.nodes if one.node.kind is NodeKind.TAKE} == takes | {varied.id}
        assert unrelated.id not in takes
        behind = around(actor.organisation_id, Node(NodeKind.TAKE, remixed.id), Direction.UP, Frames(3, 4))
        assert start in behind
        assert behind[Node(NodeKind.TAKE, first.id)] == (Frames(12, 17),)


def _latest_cut(film: Film) -> Node:
    from generation.models import CutEdition

    with tenant(film.organisation_id):
        return Node(NodeKind.CUT, CutEdition.objects.latest("number").id)


def _consent(actor: Actor) -> tuple[UUID, UUID]:
    production = a_production(actor)
    performer = a_performer(actor)
    an_engagement(actor, production, performer)
    return a_consent(actor, production, performer).id, production.id


def _signed(actor: Actor, **columns: object) -> Take:
    take: Take = a_take(actor, state=TakeState.SIGNED, asset_id=new_id(), video_key="ab/ab.mp4", **columns)
    return take
