"""Words of the graph: what its nodes are, and how one rests on another."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class NodeKind(StrEnum):
    """What a node is, from what is agreed to what left the house.

    `replica` is an asset in custody, adapters among them; `training` what made an adapter of a likeness; `credential`
    a signed file of ours; `cut` one saved order of a sequence; `element` something made by hand; `reference` media
    that a production works from; `review` a judgement of a finished file.
    """

    PERFORMER = "performer"
    CONSENT = "consent"
    REPLICA = "replica"
    APPROVAL = "approval"
    DECISION = "decision"
    MODEL = "model"
    PERSON = "person"
    TRAINING = "training"
    ELEMENT = "element"
    TAKE = "take"
    CREDENTIAL = "credential"
    CUT = "cut"
    MASTER = "master"
    REVIEW = "review"
    REFERENCE = "reference"
    DELIVERY = "delivery"
    RECIPIENT = "recipient"


class Direction(StrEnum):
    """`up`: what a node rests on. `down`: what rests on it."""

    UP = "up"
    DOWN = "down"


HAS_FRAMES = frozenset(
    {
        *(NodeKind.TAKE, NodeKind.MASTER, NodeKind.CREDENTIAL, NodeKind.CUT, NodeKind.DELIVERY),
        NodeKind.ELEMENT,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Node:
    kind: NodeKind
    id: UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True, order=True)
class Frames:
    """A stretch of frames, counted from 0; `end` is the first one outside."""

    first: int
    end: int

    def __str__(self) -> str:
        return f"{self.first + 1}" if self.end == self.first + 1 else f"{self.first + 1} to {self.end}"


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` rests on `parent`. `carries`: whoever is in the parent is in the child, as far as frames meet."""

    kind: str
    child: Node
    parent: Node
    carries: bool = True


@dataclass(frozen=True, slots=True)
class Reached:
    """A node that was reached: in how many steps, by which direction, and with which of its frames.

    `frames` None are all of them.
    """

    node: Node
    depth: int
    direction: Direction | None
    frames: tuple[Frames, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """What was found around one node. `is_whole` False: a bound was met, and there is more."""

    start: Node
    nodes: tuple[Reached, ...]
    edges: tuple[Edge, ...]
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked of the graph.

    Args:
        node: where to begin.
        frames: those of `node` that are meant; None means all.
        directions: where to go.
        depth: at most so many steps.
        most: at most so many edges in each direction.
        with_history: also along edges that carry nobody, such as from a variation to the take before it.
        through: step on no node of another kind; None means any.
    """

    node: Node
    frames: Frames | None = None
    directions: tuple[Direction, ...] = field(default=(Direction.UP, Direction.DOWN))
    depth: int = 64
    most: int = 2000
    with_history: bool = False
    through: frozenset[NodeKind] | None = None


def joined(stretches: list[Frames]) -> tuple[Frames, ...]:
    """The same frames in as few stretches as there can be, in order."""
    found: list[Frames] = []
    for one in sorted(stretches):
        if found and one.first <= found[-1].end:
            found[-1] = Frames(found[-1].first, max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)
