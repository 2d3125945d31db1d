"""An answer of the graph for a terminal and for a file: a tree in plain text, JSON, and a drawing by itself. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from generation.graph.answering import Answer, Line
from generation.graph.picture import Box, Picture, picture_of
from generation.graph.values import Direction, Node, NodeKind

_MOST_TITLE, _MOST_DETAIL = 19, 24
_WORDS = {Direction.UP: "It rests on", Direction.DOWN: "On it rest"}
# As on the page: agreed, decided, made, left the house.
_COLOURS: Mapping[str, str] = {
    **dict.fromkeys((NodeKind.PERFORMER, NodeKind.CONSENT, NodeKind.REPLICA), "#2e7d4f"),
    **dict.fromkeys((NodeKind.DECISION, NodeKind.APPROVAL, NodeKind.REVIEW), "#a86a00"),
    **dict.fromkeys(
        (
            *(NodeKind.TRAINING, NodeKind.TAKE, NodeKind.CREDENTIAL, NodeKind.CUT),
            *(NodeKind.ELEMENT, NodeKind.MASTER),
        ),
        "#2b5fb3",
    ),
    **dict.fromkeys((NodeKind.DELIVERY, NodeKind.RECIPIENT), "#b3372b"),
}
_STYLE = (
    "text{font:600 12.5px/1 sans-serif;fill:#1d1d1f}.d{font-weight:400;font-size:11.5px;fill:#5c5c66}"
    "rect{fill:#fff;stroke:#8a8a94}.s{stroke:#2b5fb3;stroke-width:2.5}path{fill:none;stroke:#8a8a94}"
    ".h{stroke-dasharray:4 4}.b{stroke:none}"
)


def tree_lines(answer: Answer) -> Iterator[str]:
    """The answer as lines. What was told before is named again and not opened again."""
    start = answer.start
    yield _told(start)
    for direction in answer.asked.directions:
        lines = {line.node: line for line in answer.lines if line.reached.direction in (None, direction)}
        onwards = _onwards(answer, direction, lines)
        yield f"{_WORDS[direction]}:" if onwards.get(start.node) else f"{_WORDS[direction]}: nothing"
        yield from _branches(start.node, onwards, lines, "", {start.node})
    if answer.unnamed:
        yield "Not named: " + ", ".join(f"{number} {kind}" for kind, number in answer.unnamed.items())
    if not answer.is_whole:
        yield "There is more: a bound was met."


def as_json(answer: Answer) -> dict[str, Any]:
    """Nodes and edges, frames counted from 0 and ending before `end`."""
    return {
        "node": str(answer.start.node),
        "nodes": [
            {
                "node": str(line.node),
                "title": line.name.title,
                "detail": line.name.detail,
                "depth": line.reached.depth,
                "direction": line.reached.direction.value if line.reached.direction else None,
                "frames": None
                if line.reached.frames is None
                else [{"first": one.first, "end": one.end} for one in line.reached.frames],
            }
            for line in answer.lines
        ],
        "edges": [
            {"kind": one.kind, "child": str(one.child), "parent": str(one.parent), "carries": one.carries}
            for one in answer.edges
        ],
        "unnamed": dict(answer.unnamed),
        "is_whole": answer.is_whole,
    }


def svg_of(answer: Answer) -> str:
    """A drawing that needs no style sheet beside it."""
    picture = picture_of(answer)
    title = escape(f"What {answer.start.name.title} rests on, and what rests on it")
    lines = "".join(
        f'<path d="{one.path}"/>' if one.carries else f'<path class="h" d="{one.path}"/>'
        for one in picture.lines
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{picture.width}" height="{picture.height}" '
        f'viewBox="0 0 {picture.width} {picture.height}" role="img"><title>{title}</title><style>{_STYLE}</style>'
        f'<rect class="b" width="100%" height="100%"/>{lines}'
        f"{''.join(_drawn(box, picture) for box in picture.boxes)}</svg>\n"
    )


def _onwards(
    answer: Answer, direction: Direction, lines: Mapping[Node, Line]
) -> dict[Node, list[tuple[str, Node]]]:
    onwards: dict[Node, list[tuple[str, Node]]] = defaultdict(list)
    for edge in answer.edges:
        if edge.child in lines and edge.parent in lines:
            here, there = (
                (edge.child, edge.parent) if direction is Direction.UP else (edge.parent, edge.child)
            )
            onwards[here].append((edge.kind.replace("_", " "), there))
    return {
        here: sorted(set(after), key=lambda one: (one[0], lines[one[1]].name.title, str(one[1])))
        for here, after in onwards.items()
    }


def _branches(
    node: Node,
    onwards: Mapping[Node, Sequence[tuple[str, Node]]],
    lines: Mapping[Node, Line],
    indent: str,
    told: set[Node],
) -> Iterator[str]:
    after = onwards.get(node, ())
    for number, (kind, other) in enumerate(after, start=1):
        is_last = number == len(after)
        again = other in told
        yield f"{indent}{'└─' if is_last else '├─'} {kind}: {_told(lines[other])}{' (above)' if again else ''}"
        if not again:
            told.add(other)
            yield from _branches(other, onwards, lines, indent + ("   " if is_last else "│  "), told)


def _told(line: Line) -> str:
    frames = line.reached.frames
    of_it = f", frames {', '.join(str(one) for one in frames)}" if frames else ""
    return f"{line.name.title} ({line.name.detail}{of_it}) {line.node}"


def _drawn(box: Box, picture: Picture) -> str:
    start = ' class="s"' if box.is_start else ""
    return (
        f"<g><title>{escape(f'{box.kind}: {box.title}')}</title>"
        f'<rect x="{box.x}" y="{box.y}" width="{picture.box_width}" height="{picture.box_height}" rx="6"{start}/>'
        f'<rect class="b" x="{box.x}" y="{box.bar_y}" width="4" height="{box.bar_height}" rx="2" '
        f'style="fill:{_COLOURS.get(box.kind, "#8a8a94")}"/>'
        f'<text x="{box.text_x}" y="{box.title_y}">{escape(_short(box.title, _MOST_TITLE))}</text>'
        f'<text class="d" x="{box.text_x}" y="{box.detail_y}">{escape(_short(box.detail, _MOST_DETAIL))}</text></g>'
    )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
