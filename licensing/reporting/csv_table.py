"""A report as CSV (RFC 4180, UTF-8), written row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from licensing.reporting.definition import Column, Row, cell_text

# What a spreadsheet takes for a formula, where a cell begins with it; the wide forms are read as the narrow ones.
_ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were written, and how many of their cells hold nothing because nothing is recorded."""

    rows: int
    not_recorded: int


def write_csv(path: Path, columns: tuple[Column, ...], rows: Iterable[Row]) -> Written:
    """Write `rows` under a head of machine names; no more than one row is held.

    Raises:
        ValueError: a row has more or fewer cells than there are columns.
    """
    count = missing = 0
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([column.name for column in columns])
        for row in rows:
            if len(row) != len(columns):
                raise ValueError(f"A row of {len(row)} cells does not fit {len(columns)} columns.")
            cells = [_plain(cell_text(value)) for value in row]
            writer.writerow([neutralised(cell) for cell in cells])
            count += 1
            missing += cells.count("")
    return Written(count, missing)


def read_rows(path: Path) -> Iterator[list[str]]:
    """The rows of a CSV that `write_csv` wrote, as they were before they were neutralised, without the head."""
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        for row in reader:
            yield [_restored(cell) for cell in row]


def neutralised(cell: str) -> str:
    """`cell` so that no spreadsheet computes it: an apostrophe stands before what it would take for a formula."""
    return f"'{cell}" if cell.startswith("'") or cell.lstrip(" \u00a0").startswith(_ACTS) else cell


def _restored(cell: str) -> str:
    return cell.removeprefix("'")


def _plain(cell: str) -> str:
    """Without what no table can hold; one line end for all."""
    return cell.replace("\x00", "").replace("\r\n", "\n")
