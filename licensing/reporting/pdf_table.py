"""A report as PDF: a cover that says what it rests on, then the rows. Landscape A4, written page by page.

Deterministic: the same cover and rows give the same bytes. A report of few columns is a table whose head stands on
every page; of many, each row is a block of lines in which every cell has its heading above it, because twenty columns
side by side are columns nobody can read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from licensing.documents.print_fonts import BOLD_FONT, TEXT_FONT
from licensing.reporting.definition import Column
from licensing.reporting.wrapping import Face, face

NOT_RECORDED = "not recorded"
"""What stands where a cell is empty."""

_PAGE = landscape(A4)
_MARGIN = 12 * mm
_WIDTH = _PAGE[0] - 2 * _MARGIN
_TOP, _BOTTOM = _PAGE[1] - 20 * mm, 15 * mm
_GUTTER = 9 * mm
_PAD = 1.6 * mm
_MOST_SIDE_BY_SIDE = 9.0
_INK = colors.HexColor("#1c1f24")
_FAINT = colors.HexColor("#5b6470")
_LINE = colors.HexColor("#c9cfd6")
_GROUND = colors.HexColor("#f3f5f7")
_WARN = colors.HexColor("#8a4b00")
_ACCENT = colors.HexColor("#1f4f8f")
_PAGES = "number-of-pages"


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands before the rows. `facts`: pairs of a word and what it is."""

    title: str
    purpose: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    made: str


def write_pdf(path: Path, cover: Cover, columns: tuple[Column, ...], rows: Iterable[Sequence[str]]) -> int:
    """Write the report; the number of its pages."""
    sheet = _Sheet(path, cover)
    _write_cover(sheet, cover, columns)
    bands = bands_of(columns)
    sheet.new_page()
    if len(bands) == 1:
        sheet.head = lambda: _write_head(sheet, bands[0])
        sheet.head()
    empty = True
    for number, row in enumerate(rows, start=1):
        empty = False
        _write_row(sheet, bands, number, row)
    if empty:
        sheet.y -= 3 * mm
        sheet.paragraph("Nothing of this kind is on record in this scope.", face(TEXT_FONT, 9), _FAINT)
    return sheet.finish()


def bands_of(columns: tuple[Column, ...]) -> list[list[tuple[int, Column]]]:
    """The columns in lines under each other, each line about as wide as the next; with their place in the row."""
    total = sum(column.width for column in columns)
    share = total / math.ceil(total / _MOST_SIDE_BY_SIDE)
    bands: list[list[tuple[int, Column]]] = [[]]
    used = 0.0
    for place, column in enumerate(columns):
        if bands[-1] and used + column.width / 2 > share * len(bands):
            bands.append([])
        bands[-1].append((place, column))
        used += column.width
    return bands


def printed(column: Column) -> str:
    """A heading as people read it."""
    return " ".join(column.heading.replace("_", " ").replace("+", " + ").split())


def _nothing() -> None:
    """The head of a page that has none."""


class _Sheet:
    """A canvas with the height that is left on its page."""

    def __init__(self, path: Path, cover: Cover) -> None:
        self._canvas = Canvas(str(path), pagesize=_PAGE, invariant=1, pageCompression=1, lang="en-GB")
        self._canvas.setTitle(cover.title)
        self._canvas.setCreator("Countersign")
        self._cover = cover
        self.head: Callable[[], None] = _nothing
        self.number = 0
        self.y = _TOP
        self._furnish()

    def new_page(self) -> None:
        self._canvas.showPage()
        self._furnish()
        self.head()

    def finish(self) -> int:
        self._canvas.showPage()
        # The number of pages is known only now; every page refers to it.
        self._canvas.beginForm(_PAGES, 0, -2, 20 * mm, 8)
        self._canvas.setFont(TEXT_FONT, 7)
        self._canvas.setFillColor(_FAINT)
        self._canvas.drawString(0, 0, str(self.number))
        self._canvas.endForm()
        self._canvas.save()
        return self.number

    def has(self, height: float) -> bool:
        return bool(self.y - height >= _BOTTOM)

    def text(self, x: float, y: float, line: str, style: Face, ink: colors.Color) -> None:
        self._canvas.setFont(style.font, style.size)
        self._canvas.setFillColor(ink)
        self._canvas.drawString(x, y, line)

    def box(self, x: float, y: float, width: float, height: float) -> None:
        self._canvas.setFillColor(_GROUND)
        self._canvas.rect(x, y, width, height, stroke=0, fill=1)

    def rule(self, y: float, ink: colors.Color = _LINE, x: float = _MARGIN, width: float = _WIDTH) -> None:
        self._canvas.setStrokeColor(ink)
        self._canvas.setLineWidth(0.5)
        self._canvas.line(x, y, x + width, y)

    def paragraph(
        self, text: str, style: Face, ink: colors.Color, x: float = _MARGIN, width: float = _WIDTH
    ) -> None:
        """Lines from the present height down, over as many pages as they take."""
        leading = style.size * 1.35
        for line in style.lines(text, width):
            if not self.has(leading):
                self.new_page()
            self.y -= leading
            self.text(x, self.y + leading - style.size, line, style, ink)

    def _furnish(self) -> None:
        self.number += 1
        small = face(TEXT_FONT, 7)
        self.text(_MARGIN, _PAGE[1] - 11 * mm, "Countersign", face(BOLD_FONT, 8), _ACCENT)
        title = small.lines(self._cover.title, _WIDTH * 0.6)[0]
        self.text(_MARGIN + 26 * mm, _PAGE[1] - 11 * mm, title, small, _FAINT)
        made = self._cover.made
        self.text(_PAGE[0] - _MARGIN - small.width_of(made), _PAGE[1] - 11 * mm, made, small, _FAINT)
        self.rule(_PAGE[1] - 14 * mm)
        place = f"Page {self.number} of "
        x = _PAGE[0] - _MARGIN - small.width_of(place) - 9 * mm
        self.text(x, 8 * mm, place, small, _FAINT)
        self._canvas.saveState()
        self._canvas.translate(x + small.width_of(place), 8 * mm)
        self._canvas.doForm(_PAGES)
        self._canvas.restoreState()
        foot = "Countersign applies recorded rules; it gives no legal advice. An empty field is not cleared."
        self.text(_MARGIN, 8 * mm, foot, small, _FAINT)
        self.y = _TOP


def _write_cover(sheet: _Sheet, cover: Cover, columns: tuple[Column, ...]) -> None:
    sheet.y -= 4 * mm
    sheet.paragraph(cover.title, face(BOLD_FONT, 19), _INK)
    sheet.y -= 1 * mm
    sheet.paragraph(cover.purpose, face(TEXT_FONT, 10), _FAINT)
    sheet.y -= 4 * mm
    label, value = face(BOLD_FONT, 8.4), face(TEXT_FONT, 8.4)
    for name, said in cover.facts:
        lines = value.lines(said, _WIDTH - 52 * mm)
        height = len(lines) * 11.4 + 4
        if not sheet.has(height):
            sheet.new_page()
        sheet.box(_MARGIN, sheet.y - height, _WIDTH, height)
        sheet.rule(sheet.y - height, colors.white)
        sheet.text(_MARGIN + _PAD, sheet.y - 10.4, name, label, _INK)
        for step, line in enumerate(lines):
            sheet.text(_MARGIN + 50 * mm, sheet.y - 10.4 - step * 11.4, line, value, _INK)
        sheet.y -= height
    sheet.y -= 3 * mm
    for note in cover.notes:
        sheet.paragraph(note, face(TEXT_FONT, 8.4), _WARN)
        sheet.y -= 1.2 * mm
    sheet.y -= 3 * mm
    if not sheet.has(24 * mm):
        sheet.new_page()
    sheet.paragraph("What the columns say", face(BOLD_FONT, 10.5), _INK)
    sheet.y -= 1 * mm
    _write_legend(sheet, columns)


def _write_legend(sheet: _Sheet, columns: tuple[Column, ...]) -> None:
    """Each heading with its meaning, in two columns."""
    label, value = face(BOLD_FONT, 7.4), face(TEXT_FONT, 7.4)
    width = _WIDTH / 2 - 4 * mm
    for left in range(0, len(columns), 2):
        pair = columns[left : left + 2]
        told = [value.lines(one.meaning, width - 42 * mm) for one in pair]
        heads = [label.lines(printed(one), 40 * mm) for one in pair]
        height = max(len(lines) for lines in (*told, *heads)) * 10 + 2.5
        if not sheet.has(height):
            sheet.new_page()
        for place in range(len(pair)):
            x = _MARGIN + place * (_WIDTH / 2)
            _write_lines(sheet, x, heads[place], label, _INK)
            _write_lines(sheet, x + 42 * mm, told[place], value, _FAINT)
        sheet.y -= height


def _write_lines(sheet: _Sheet, x: float, lines: Sequence[str], style: Face, ink: colors.Color) -> None:
    for step, line in enumerate(lines):
        sheet.text(x, sheet.y - 8 - step * 10, line, style, ink)


_CELL = (TEXT_FONT, 7.2)
_HEADING = (BOLD_FONT, 7.2)
_LABEL = (TEXT_FONT, 5.8)
_LEADING = 9.2
_LABEL_HEIGHT = 8.0


def _places(band: list[tuple[int, Column]]) -> list[tuple[float, float]]:
    """Where each column of a band begins, and how wide its text may be."""
    unit = (_WIDTH - _GUTTER) / sum(column.width for _, column in band)
    places, x = [], _MARGIN + _GUTTER
    for _, column in band:
        places.append((x, unit * column.width - 2 * _PAD))
        x += unit * column.width
    return places


def _write_head(sheet: _Sheet, band: list[tuple[int, Column]]) -> None:
    style = face(*_HEADING)
    places = _places(band)
    heads = [
        style.lines(printed(column), width) for (_, column), (_, width) in zip(band, places, strict=True)
    ]
    height = max(len(lines) for lines in heads) * _LEADING + 2 * _PAD
    sheet.box(_MARGIN, sheet.y - height, _WIDTH, height)
    for lines, (x, _) in zip(heads, places, strict=True):
        for step, line in enumerate(lines):
            sheet.text(x, sheet.y - _PAD - 7 - step * _LEADING, line, style, _INK)
    sheet.y -= height
    sheet.rule(sheet.y)


def _write_row(sheet: _Sheet, bands: list[list[tuple[int, Column]]], number: int, row: Sequence[str]) -> None:
    style = face(*_CELL)
    label_height = _LABEL_HEIGHT if len(bands) > 1 else 0.0
    blocks = [
        [
            style.lines(row[place] or NOT_RECORDED, width)
            for (place, _), (_, width) in zip(band, _places(band), strict=True)
        ]
        for band in bands
    ]
    heights = [max(map(len, cells)) * _LEADING + label_height + 2 * _PAD for cells in blocks]
    # A row is not torn where it fits on a page of its own.
    if not sheet.has(sum(heights)) and sum(heights) <= _TOP - _BOTTOM - 30:
        sheet.new_page()
    for place, (band, cells) in enumerate(zip(bands, blocks, strict=True)):
        if not sheet.has(min(heights[place], 30 * mm)):
            sheet.new_page()
        if place == 0:
            sheet.text(_MARGIN, sheet.y - _PAD - 7, str(number), face(*_LABEL), _FAINT)
        _write_band(sheet, band, cells, row, label_height)
        is_last = place == len(bands) - 1
        if is_last:
            sheet.rule(sheet.y, _FAINT if len(bands) > 1 else _LINE)
        else:
            sheet.rule(sheet.y, _GROUND, _MARGIN + _GUTTER, _WIDTH - _GUTTER)


def _write_band(
    sheet: _Sheet,
    band: list[tuple[int, Column]],
    cells: list[list[str]],
    row: Sequence[str],
    label_height: float,
) -> None:
    """One line of a row, over as many pages as its longest cell takes."""
    style, label = face(*_CELL), face(*_LABEL)
    places = _places(band)
    if label_height:
        for (_, column), (x, width) in zip(band, places, strict=True):
            sheet.text(x, sheet.y - _PAD - 5, label.lines(printed(column), width)[0], label, _ACCENT)
    sheet.y -= _PAD + label_height
    first, most = 0, max(map(len, cells))
    while first < most:
        fitting = max(1, int((sheet.y - _BOTTOM) / _LEADING))
        for (place, _), lines, (x, _) in zip(band, cells, places, strict=True):
            ink = _INK if row[place] else _WARN
            for step, line in enumerate(lines[first : first + fitting]):
                sheet.text(x, sheet.y - 7 - step * _LEADING, line, style, ink)
        sheet.y -= min(fitting, most - first) * _LEADING
        first += fitting
        if first < most:
            sheet.new_page()
    sheet.y -= _PAD
