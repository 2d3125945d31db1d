"""What flips, shot by shot, as a strip of bars: geometry for an SVG. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.foresight.values import ShotLine

WIDTH = 720
_LABEL, _NUMBER, _ROW, _BAR = 150, 40, 26, 16
MOST_ROWS = 24


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar, in user units. `kind` names its colour and its place in the key."""

    kind: str
    x: float
    width: float
    takes: int


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    y: int
    text_y: int
    takes: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """`rest`: shots that did not fit; the table beside it has them."""

    height: int
    rows: tuple[Row, ...]
    rest: int
    bar: int = _BAR
    width: int = WIDTH
    number_x: int = WIDTH - _NUMBER + 8


def picture_of(lines: Sequence[ShotLine]) -> Picture:
    """The shots most touched, each as long as it has takes."""
    shown = lines[:MOST_ROWS]
    most = max((line.takes for line in shown), default=1)
    rows = tuple(_row(number, line, most) for number, line in enumerate(shown))
    return Picture(height=len(rows) * _ROW + 4, rows=rows, rest=len(lines) - len(shown))


def _row(number: int, line: ShotLine, most: int) -> Row:
    y = number * _ROW + 4
    x = float(_LABEL)
    each = (WIDTH - _LABEL - _NUMBER) / most
    parts = []
    for kind, takes in (
        ("signed", line.stops.signed),
        ("running", line.stops.running),
        ("queued", line.stops.queued),
        ("opens", line.opens.total),
        ("stays", line.stays),
    ):
        if takes:
            parts.append(Part(kind, round(x, 2), round(takes * each, 2), takes))
            x += takes * each
    return Row(line.code, y, y + _BAR - 4, line.takes, tuple(parts))
