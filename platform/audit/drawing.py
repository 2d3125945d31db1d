"""A proof of inclusion as steps and as a picture: which hash is joined with which, up to the root.

Nothing here reads a table or knows a page. A template turns boxes and lines into SVG; shapes carry classes and
never a style, because the content security policy lets no inline style pass.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from audit.merkle import Span, inclusion_spans, node_hash

# In units of the picture, chosen so that a telephone's 320 pixels still show its words.
WIDTH = 360
_CENTRE, _LEFT, _RIGHT = 180, 58, 302
_BOX_WIDTH, _BOX_HEIGHT = 114, 42
_WIDE = 250
_ROW = 66
_MARGIN = 4
_SHOWN_DIGITS = 8

# A larger number fills a box by itself.
_LARGEST_WITH_ITS_WORD = 9_999_999
_BILLION = 1_000_000_000


class Side(StrEnum):
    """Where the other hash stands: what is hashed is the left one, then the right one."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Step:
    """One joining of two hashes.

    Attributes:
        side: where the given hash stands.
        given_hex: the hash that the proof gives.
        given: the entries it covers.
        result_hex: SHA-256 of a byte 1, the left hash and the right hash.
        result: the entries that the result covers.
    """

    number: int
    side: Side
    given_hex: str
    given: Span
    result_hex: str
    result: Span


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with a hash and what it covers. `kind`: entry, given, computed, root or checkpoint."""

    kind: str
    x: int
    y: int
    width: int
    height: int
    title: str
    caption: str

    @property
    def centre_x(self) -> int:
        return self.x + self.width // 2

    @property
    def title_y(self) -> int:
        return self.y + 18

    @property
    def caption_y(self) -> int:
        return self.y + 34


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn, in the order of drawing. `lines` are paths in SVG's own notation."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]


def steps_to_root(*, leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes]) -> tuple[Step, ...]:
    """Every joining from the leaf to the root, lowest first.

    Whether the last result is the root that was signed is for the caller to compare.

    Raises:
        ValueError: the tree has no such leaf, or the proof is of another length than its place calls for.
    """
    spans = inclusion_spans(index=index, size=size)
    steps = []
    here, covered = leaf_hash, (index, index + 1)
    for number, (given, span) in enumerate(zip(proof, spans, strict=True), start=1):
        on_the_left = span[0] < covered[0]
        here = node_hash(given, here) if on_the_left else node_hash(here, given)
        covered = (min(span[0], covered[0]), max(span[1], covered[1]))
        side = Side.LEFT if on_the_left else Side.RIGHT
        steps.append(Step(number, side, given.hex(), span, here.hex(), covered))
    return tuple(steps)


def draw(steps: Sequence[Step], *, leaf_hash: bytes, index: int, size: int, root: bytes) -> Picture:
    """The path as a ladder: the entry at the foot, the signed root and its checkpoint at the head.

    Args:
        steps: from `steps_to_root`.
        leaf_hash: hash of the entry.
        index: its place.
        size: size of the checkpoint's tree.
        root: the root that the checkpoint says; the last step's result when the proof holds.
    """
    boxes = [
        _box("checkpoint", _CENTRE, 0, "Checkpoint", f"signed for {entries_in_words(size)}", width=_WIDE),
        _box("root", _CENTRE, 1, shortened(root.hex()), f"root over {entries_in_words(size)}", width=_WIDE),
    ]
    lines = [_up_the_middle(1)]
    row = 1
    for step in reversed(steps):
        # The uppermost result is the root, which has a box already.
        if row > 1:
            boxes.append(
                _box("computed", _CENTRE, row, shortened(step.result_hex), covered_in_words(step.result))
            )
        row += 1
        beside = _LEFT if step.side is Side.LEFT else _RIGHT
        boxes.append(_box("given", beside, row, shortened(step.given_hex), covered_in_words(step.given)))
        lines += [_up_the_middle(row), _elbow(beside, row)]
    if not steps:
        # The only entry: its hash is the root, and both are shown.
        row += 1
        lines.append(_up_the_middle(row))
    boxes.append(
        _box("entry", _CENTRE, row, shortened(leaf_hash.hex()), covered_in_words((index, index + 1)))
    )
    return Picture(WIDTH, _top(row) + _BOX_HEIGHT + _MARGIN, tuple(boxes), tuple(lines))


def shortened(digest_hex: str) -> str:
    return f"{digest_hex[:_SHOWN_DIGITS]}…"


def covered_in_words(span: Span) -> str:
    """One entry by its place, several by their number: two places would not fit into a box."""
    start, end = span
    if end - start == 1:
        return f"entry {start:,}" if start <= _LARGEST_WITH_ITS_WORD else f"{start:,}"
    count = end - start
    return entries_in_words(count) if count <= _LARGEST_WITH_ITS_WORD else _roughly(count)


def entries_in_words(count: int) -> str:
    if count == 1:
        return "1 entry"
    return f"{count:,} entries" if count < _BILLION else f"{_roughly(count)} entries"


def _roughly(count: int) -> str:
    return f"{count / 1_000_000:.1f} million" if count < _BILLION else f"{count / _BILLION:,.1f} billion"


def _box(kind: str, centre: int, row: int, title: str, caption: str, *, width: int = _BOX_WIDTH) -> Box:
    return Box(kind, centre - width // 2, _top(row), width, _BOX_HEIGHT, title, caption)


def _top(row: int) -> int:
    return _MARGIN + row * _ROW


def _up_the_middle(row: int) -> str:
    """From the box of `row` in the middle to the one above it."""
    return f"M{_CENTRE} {_top(row)}V{_top(row - 1) + _BOX_HEIGHT}"


def _elbow(x: int, row: int) -> str:
    """From the box at the side up and over to the line in the middle."""
    return f"M{x} {_top(row)}V{_top(row) - (_ROW - _BOX_HEIGHT) // 2}H{_CENTRE}"
