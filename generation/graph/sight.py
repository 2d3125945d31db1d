"""Who sees how much of a graph.

Who works for the studio sees all of it. A performer, whoever acts for one, and whoever was granted sight see what
comes of the consents that concern them, by kind and day; of everything else around it they are told how many.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from accounts.values import Actor
from core import clock
from core.tenancy import tenant
from generation.doors import SEES_THE_WHOLE_GRAPH
from generation.graph.naming import Reader, names_of
from generation.graph.values import Direction, Node, NodeKind, Question
from generation.graph.walking import walk
from licensing.agreeing.acting_for import performers_acted_for
from licensing.agreeing.sight import consents_granted
from licensing.doors import SEES_EVERYBODY
from licensing.graph_names import consents_of

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Sight:
    """`concerned`: the nodes that may be named; None are all of the organisation's."""

    organisation_id: UUID
    reader: Reader
    concerned: frozenset[Node] | None = None

    def names(self, node: Node) -> bool:
        return self.concerned is None or node in self.concerned


def sight_of(node: Node, *, actor: Actor) -> Sight | None:
    """How `actor` sees `node` and what is around it; None where they see nothing of it."""
    if actor.is_one_of(*SEES_THE_WHOLE_GRAPH):
        reader = Reader(everybody=actor.is_one_of(*SEES_EVERYBODY))
        with tenant(actor.organisation_id, user_id=actor.user_id):
            if names_of([node], reader):
                return Sight(actor.organisation_id, reader)
    for organisation_id, mine in _concerning(actor):
        with tenant(organisation_id):
            concerned = _coming_of(mine)
        if node in concerned:
            return Sight(organisation_id, Reader(everybody=True, outside=True), concerned)
    return None


def _concerning(actor: Actor) -> Iterator[tuple[UUID, frozenset[Node]]]:
    """By organisation the performers and consents that concern the actor, their own organisation first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        performers = performers_acted_for(actor, on=clock.now())
        consents = consents_of(performers)
    if performers:
        own = [Node(NodeKind.PERFORMER, one) for one in performers]
        yield actor.organisation_id, frozenset([*own, *(Node(NodeKind.CONSENT, one) for one in consents)])
    granted: dict[UUID, set[Node]] = {}
    for one in consents_granted(actor):
        seen = granted.setdefault(one.organisation_id, set())
        seen |= {Node(NodeKind.CONSENT, one.consent_id), Node(NodeKind.PERFORMER, one.performer_id)}
    for organisation_id, nodes in granted.items():
        yield organisation_id, frozenset(nodes)


def _coming_of(mine: frozenset[Node]) -> frozenset[Node]:
    """`mine` and everything that rests on a consent among it."""
    found = set(mine)
    for one in mine:
        # Of a performer, only the consents that may be seen lead on.
        if one.kind is NodeKind.CONSENT:
            asked = Question(node=one, directions=(Direction.DOWN,), most=_MOST)
            found |= {reached.node for reached in walk(asked).nodes}
    return frozenset(found)
