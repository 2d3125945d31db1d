"""Walks over rows of any shape find what plain Python finds, and nothing of another studio."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.values import Actor, Role
from core.ids import new_id
from core.tenancy import tenant
from generation.graph.values import Direction, Frames, Node, NodeKind, Question, joined
from generation.graph.walking import walk
from generation.models import GraphEdge
from tests.factories.accounts import a_member
from tests.factories.graphs import Fact, answered_plainly, write_facts

pytestmark = pytest.mark.usefixtures("committed_db")

KINDS = list(NodeKind)
LENGTH = 12


def _nodes(number: int) -> list[Node]:
    return [Node(KINDS[place % len(KINDS)], new_id()) for place in range(number)]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Node], list[Fact]]:
    """Up to ten nodes, each resting on some of those before it, by edges of every form."""
    nodes = _nodes(draw(st.integers(2, 10)))
    facts: dict[tuple[Node, Node, Any], Fact] = {}
    for place, child in enumerate(nodes):
        for parent in draw(st.lists(st.sampled_from(nodes[:place]), max_size=3)) if place else ():
            form = draw(st.sampled_from(["whole", "same", "shifted", "from a stretch", "in a stretch"]))
            first, there = draw(st.integers(0, 6)), draw(st.integers(0, 6))
            long = draw(st.integers(1, LENGTH - 6))
            mine, theirs = (first, first + long), (there, there + long)
            fact = Fact(
                child,
                parent,
                mine if form in ("shifted", "in a stretch") else None,
                theirs if form in ("shifted", "from a stretch") else None,
                is_exact=form in ("same", "shifted"),
                carries=draw(st.booleans()) or draw(st.booleans()),
            )
            facts.setdefault((child, parent, fact.child_frames and fact.child_frames[0]), fact)
    return nodes, list(facts.values())


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=histories(),
    direction=st.sampled_from(Direction),
    place=st.integers(0, 9),
    frames=st.none()
    | st.builds(lambda first, long: Frames(first, first + long), st.integers(0, 9), st.integers(1, 5)),
    with_history=st.booleans(),
)
def test_what_is_reached_is_what_plain_python_reaches_frame_by_frame(
    history: tuple[list[Node], list[Fact]],
    direction: Direction,
    place: int,
    frames: Frames | None,
    with_history: bool,  # noqa: FBT001 - drawn
) -> None:
    actor = a_member(Role.LEGAL)
    nodes, facts = history
    write_facts(actor.organisation_id, facts)
    asked = Question(
        node=nodes[place % len(nodes)], frames=frames, directions=(direction,), with_history=with_history
    )

    with tenant(actor.organisation_id):
        found = walk(asked)

    reached = {
        one.node: None
        if one.frames is None
        else frozenset(frame for each in one.frames for frame in range(each.first, each.end))
        for one in found.nodes[1:]
    }
    assert found.is_whole
    assert reached == answered_plainly(asked, direction, facts)


def _chain(actor: Actor, length: int) -> list[Node]:
    nodes = _nodes(length)
    pairs = zip(nodes[1:], nodes, strict=False)
    write_facts(actor.organisation_id, [Fact(child, parent) for child, parent in pairs])
    return nodes


def _found(organisation_id: UUID, node: Node, **asked: Any) -> tuple[list[Node], bool]:  # noqa: ANN401 - any bound
    with tenant(organisation_id):
        found = walk(Question(node=node, **asked))
    return [one.node for one in found.nodes[1:]], found.is_whole


def test_depth_and_rows_are_bounded_and_what_is_left_out_is_said() -> None:
    actor = a_member(Role.LEGAL)
    nodes = _chain(actor, 9)

    down = _found(actor.organisation_id, nodes[0], directions=(Direction.DOWN,), depth=3)
    few = _found(actor.organisation_id, nodes[0], directions=(Direction.DOWN,), most=4)
    exactly = _found(actor.organisation_id, nodes[0], directions=(Direction.DOWN,), most=8)

    assert down == (nodes[1:4], True)
    assert few == (nodes[1:5], False)
    assert exactly == (nodes[1:], True)


def test_a_circle_somebody_forged_ends_the_walk_all_the_same() -> None:
    actor = a_member(Role.LEGAL)
    nodes = _chain(actor, 4)
    write_facts(actor.organisation_id, [Fact(nodes[0], nodes[-1])])

    assert _found(actor.organisation_id, nodes[1], directions=(Direction.UP,))[0] == [
        nodes[0],
        nodes[3],
        nodes[2],
    ]


def test_nobody_meets_an_edge_of_another_studio() -> None:
    actor, stranger = a_member(Role.LEGAL), a_member(Role.LEGAL)
    nodes = _chain(actor, 4)

    assert _found(stranger.organisation_id, nodes[0]) == ([], True)
    with tenant(stranger.organisation_id):
        assert not GraphEdge._base_manager.exists()  # past the manager, to the policies
    assert len(_found(actor.organisation_id, nodes[0])[0]) == 3


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE generation_graphedge SET kind = 'x'",
        "DELETE FROM generation_graphedge",
        "TRUNCATE generation_graphedge",
        (
            "INSERT INTO generation_graphedge (organisation_id, kind, child_kind, child_id, parent_kind, parent_id,"
            " is_exact, carries) SELECT organisation_id, 'x', 'take', gen_random_uuid(), 'take', gen_random_uuid(),"
            " false, true FROM generation_graphedge"
        ),
        (
            "SELECT generation_graph_put_v1(gen_random_uuid(), 'x', 'take', gen_random_uuid(), 'take',"
            " gen_random_uuid(), false, NULL)"
        ),
        "SELECT generation_graph_filled_v1()",
    ],
)
def test_the_application_writes_no_edge_by_itself(act: str) -> None:
    actor = a_member(Role.LEGAL)
    _chain(actor, 2)
    with (
        tenant(actor.organisation_id),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act)


def test_stretches_that_touch_are_one() -> None:
    assert joined([Frames(4, 6), Frames(0, 2), Frames(2, 3), Frames(5, 9)]) == (Frames(0, 3), Frames(4, 9))
