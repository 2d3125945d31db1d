"""One question to the graph, answered for whoever asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.values import Actor
from core.tenancy import tenant
from generation.authorship.timecode import frame_of
from generation.graph.errors import FrameUnreadable, NoSuchNode
from generation.graph.naming import names_of
from generation.graph.sight import sight_of
from generation.graph.values import HAS_FRAMES, Edge, Frames, Node, NodeKind, Question, Reached
from generation.graph.walking import walk
from generation.models import CutEdition
from licensing.graph_names import RecordName


@dataclass(frozen=True, slots=True)
class Line:
    """A node that was reached, by name."""

    reached: Reached
    name: RecordName

    @property
    def node(self) -> Node:
        return self.reached.node


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is around a node, nearest first, the node itself before all.

    `unnamed`: by kind how many there are besides that do not concern whoever asks. `is_whole` False: a bound was met.
    """

    asked: Question
    lines: tuple[Line, ...]
    edges: tuple[Edge, ...]
    counts: Mapping[str, int]
    unnamed: Mapping[str, int]
    is_whole: bool

    @property
    def start(self) -> Line:
        return self.lines[0]


def graph(asked: Question, *, actor: Actor, kinds: frozenset[NodeKind] | None = None) -> Answer:
    """What the node of the question rests on, and what rests on it.

    Args:
        asked: the question.
        actor: who asks; see `generation.graph.sight` for how much they see.
        kinds: name no node of another kind; all are walked through.

    Raises:
        NoSuchNode: there is none of this id that the actor sees.
        FrameUnreadable: frames were asked for of something that has none.
    """
    if asked.frames and asked.node.kind not in HAS_FRAMES:
        raise FrameUnreadable(f"A {asked.node.kind} has no frames.")
    sight = sight_of(asked.node, actor=actor)
    if sight is None:
        raise NoSuchNode("There is no such thing here, or it does not concern you.")
    with tenant(sight.organisation_id):
        found = walk(asked)
        shown = [
            one
            for one in found.nodes
            if sight.names(one.node) and (kinds is None or one.node == asked.node or one.node.kind in kinds)
        ]
        names = names_of([one.node for one in shown], sight.reader)
    lines = tuple(Line(one, names[one.node]) for one in shown if one.node in names)
    named = {line.node for line in lines}
    return Answer(
        asked=asked,
        lines=lines,
        edges=tuple(edge for edge in found.edges if edge.child in named and edge.parent in named),
        counts=dict(Counter(line.node.kind.value for line in lines[1:])),
        unnamed=dict(Counter(one.node.kind.value for one in found.nodes if not sight.names(one.node))),
        is_whole=found.is_whole,
    )


def cut_that_counts(organisation_id: UUID, sequence_id: UUID) -> Node:
    """The order of a sequence that counts.

    Raises:
        NoSuchNode: there is no such sequence here, or nobody has put it in order.
    """
    with tenant(organisation_id):
        row = CutEdition.objects.filter(sequence_id=sequence_id).order_by("-number").first()
    if row is None:
        raise NoSuchNode("Nobody has put this sequence in order, or it is not here.")
    return Node(NodeKind.CUT, row.id)


def at_frame(asked: Question, text: str, *, actor: Actor) -> Question:
    """The question about one frame or stretch, as people write it.

    Args:
        asked: the question about all frames.
        text: "137" or "137-140", counted from 1 with both ends inside, or the timecode of a frame of a cut.
        actor: who asks.

    Raises:
        FrameUnreadable: it is neither, or lies before the cut begins.
    """
    text = text.strip()
    if ":" in text:
        return replace(asked, frames=_at_timecode(asked.node, text, actor))
    first, _, last = text.partition("-")
    try:
        frames = Frames(int(first) - 1, int(last or first))
    except ValueError as unreadable:
        raise FrameUnreadable(f"{text!r} is no frame, such as 137 or 137-140.") from unreadable
    if not 0 <= frames.first < frames.end <= 2**31 - 1:
        raise FrameUnreadable("Frames count from 1, and the first comes before the last.")
    return replace(asked, frames=frames)


def _at_timecode(node: Node, text: str, actor: Actor) -> Frames:
    with tenant(actor.organisation_id, user_id=actor.user_id):
        cut = CutEdition.objects.filter(id=node.id).first() if node.kind is NodeKind.CUT else None
    if cut is None or not cut.fps:
        raise FrameUnreadable("Only a cut has timecode; name the frame by its number.")
    try:
        frame = frame_of(text, fps=cut.fps) - cut.start_frame
    except ValueError as unreadable:
        raise FrameUnreadable(str(unreadable)) from unreadable
    if frame < 0:
        raise FrameUnreadable(f"{text} lies before the cut begins.")
    return Frames(frame, frame + 1)
