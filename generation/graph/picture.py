"""A graph drawn in layers from left to right: geometry for an SVG. Pure.

What a box rests on stands left of it. Where there are many of a kind, one box stands for them and says how many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from generation.graph.answering import Answer, Line
from generation.graph.values import Direction, Node, NodeKind

BOX_WIDTH, BOX_HEIGHT = 158, 44
_COLUMN, _ROW, _MARGIN = 188, 56, 8
_SWEEPS = 4
MOST_OF_A_KIND = 6
"""More of one kind on one side than these are one box."""


@dataclass(frozen=True, slots=True)
class Box:
    """`node` None: it stands for `number` of its kind."""

    kind: str
    title: str
    detail: str
    x: float
    y: float
    node: Node | None
    number: int = 1
    is_start: bool = False

    @property
    def text_x(self) -> float:
        return self.x + 13

    @property
    def title_y(self) -> float:
        return self.y + 19

    @property
    def detail_y(self) -> float:
        return self.y + 34

    @property
    def bar_y(self) -> float:
        return self.y + 6

    @property
    def bar_height(self) -> int:
        return BOX_HEIGHT - 12


@dataclass(frozen=True, slots=True)
class Line2D:
    """From a box to one that rests on it, as the path of an SVG."""

    path: str
    carries: bool


# Pixels; a page shows about eleven hundred.
_WIDE = 1500


@dataclass(frozen=True, slots=True)
class Picture:
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line2D, ...]
    box_width: int = BOX_WIDTH
    text_width: int = BOX_WIDTH - 5
    box_height: int = BOX_HEIGHT

    @property
    def is_wide(self) -> bool:
        """Whether it cannot be read any more where all of it is to be seen at once."""
        return self.width > _WIDE


_Key = tuple[str, str]


def picture_of(answer: Answer) -> Picture:
    """The nodes that are named, with their edges."""
    keys, members = _grouped(answer.lines)
    links: dict[tuple[_Key, _Key], bool] = {}
    for edge in answer.edges:
        pair = (keys[edge.parent], keys[edge.child])
        if pair[0] != pair[1]:
            links[pair] = links.get(pair, False) or edge.carries
    columns = _ordered(_layers(list(members), links), links)
    height = max(len(column) for column in columns) * _ROW - (_ROW - BOX_HEIGHT) + 2 * _MARGIN
    places = {
        key: (
            _MARGIN + place * _COLUMN,
            (height - (len(column) * _ROW - (_ROW - BOX_HEIGHT))) / 2 + row * _ROW,
        )
        for place, column in enumerate(columns)
        for row, key in enumerate(column)
    }
    return Picture(
        width=len(columns) * _COLUMN - (_COLUMN - BOX_WIDTH) + 2 * _MARGIN,
        height=height,
        boxes=tuple(_box(members[key], *place, start=answer.start.node) for key, place in places.items()),
        lines=tuple(_line(places[left], places[right], carries) for (left, right), carries in links.items()),
    )


def _grouped(lines: Sequence[Line]) -> tuple[dict[Node, _Key], dict[_Key, list[Line]]]:
    """By node the box it stands in, and by box what stands in it."""
    alike: dict[tuple[NodeKind, Direction | None], list[Line]] = defaultdict(list)
    for line in lines:
        alike[line.node.kind, line.reached.direction].append(line)
    members: dict[_Key, list[Line]] = {}
    for (kind, direction), some in alike.items():
        if len(some) > MOST_OF_A_KIND:
            members[f"{kind} {direction}", ""] = some
        else:
            members |= {(kind.value, str(one.node.id)): [one] for one in some}
    return {line.node: key for key, some in members.items() for line in some}, members


def _layers(keys: Sequence[_Key], links: Mapping[tuple[_Key, _Key], bool]) -> dict[_Key, int]:
    """The column of each box: after all that it rests on, and no further left than it has to be."""
    lefts: dict[_Key, list[_Key]] = defaultdict(list)
    rights: dict[_Key, list[_Key]] = defaultdict(list)
    for left, right in links:
        lefts[right].append(left)
        rights[left].append(right)
    layer = dict.fromkeys(keys, 0)
    # As many rounds as there are boxes end also where boxes that stand for many rest on each other.
    for _ in keys:
        moved = False
        for left, right in links:
            if layer[right] <= layer[left] < len(keys):
                layer[right] = layer[left] + 1
                moved = True
        if not moved:
            break
    for key in keys:
        if not lefts[key] and rights[key]:
            layer[key] = max(0, min(layer[one] for one in rights[key]) - 1)
    used = {number: place for place, number in enumerate(sorted(set(layer.values())))}
    return {key: used[number] for key, number in layer.items()}


def _ordered(layer: Mapping[_Key, int], links: Iterable[tuple[_Key, _Key]]) -> list[list[_Key]]:
    """Columns whose boxes stand near what they are tied to (barycentre sweeps; Sugiyama and others, 1981)."""
    columns: list[list[_Key]] = [[] for _ in range(max(layer.values()) + 1)]
    for key in sorted(layer):
        columns[layer[key]].append(key)
    tied: dict[_Key, list[_Key]] = defaultdict(list)
    for left, right in links:
        tied[left].append(right)
        tied[right].append(left)
    for _ in range(_SWEEPS):
        for column in columns:
            height = {key: row - len(other) / 2 for other in columns for row, key in enumerate(other)}
            column.sort(
                key=lambda key: (
                    sum(height[one] for one in tied[key]) / len(tied[key]) if tied[key] else height[key],
                    key,
                )
            )
    return columns


def _box(some: Sequence[Line], x: float, y: float, *, start: Node) -> Box:
    first = some[0]
    kind = first.node.kind.value
    if len(some) > 1:
        return Box(kind, f"{len(some)} {many_of(kind)}", "in the table", x, y, None, len(some))
    frames = first.reached.frames
    detail = (
        f"frame{'s' if len(frames) > 1 or frames[0].end - frames[0].first > 1 else ''} {frames[0]}"
        if frames
        else ""
    )
    more = " …" if frames and len(frames) > 1 else ""
    return Box(kind, first.name.title, detail + more or kind, x, y, first.node, is_start=first.node == start)


def many_of(kind: str) -> str:
    """The plural of a kind's word."""
    return (
        "people" if kind == "person" else kind.removesuffix("y") + "ies" if kind.endswith("y") else f"{kind}s"
    )


def _line(left: tuple[float, float], right: tuple[float, float], carries: bool) -> Line2D:  # noqa: FBT001 - a fact
    x1, y1 = left[0] + BOX_WIDTH, left[1] + BOX_HEIGHT / 2
    x2, y2 = right[0], right[1] + BOX_HEIGHT / 2
    bend = max(24.0, (x2 - x1) / 2)
    return Line2D(f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}", carries)
