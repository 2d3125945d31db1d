"""The frame signature of MPEG-7's video signature, from which the ISCC Video-Code is made. Pure numpy.

380 numbers of three levels tell how parts of a picture's luma compare with each other. FFmpeg's filter `signature`
computes them too; it is missing from the wheel we read video with, so they are computed here. The parts compared
were found by showing that filter one bright cell at a time and reading what it answered; tests hold what is computed
here against what it printed for drawn pictures of many sizes.

Source: ISO/IEC 15938-3:2002/Amd 4:2010 (video signature tools); ISO 24138:2024, Video-Code.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

_CELLS = 32
ELEMENTS = 380
# The first elements are means against middle grey; all others are differences of two means.
_MEANS = 32
_MIDDLE_GREY = 128
# Elements of one kind share a threshold below which a third of them count as level.
_KINDS = (20, 12, 116, 25, 36, 30, 62, 9, 50, 20)
_LEVEL_SHARE = 0.333
# Sums of means of whole numbers: what differs below this is rounding.
_DECIMALS = 9
# Smaller pictures leave cells empty, and are no film.
LEAST_SIDE = _CELLS


def frame_signatures(luma: npt.NDArray[np.uint8]) -> npt.NDArray[np.int32]:
    """The signatures of pictures, int32 (n, 380) of 0, 1 and 2.

    Args:
        luma: uint8 (n, height, width), both sides at least `LEAST_SIDE`; as coded, not stretched to full range.
    """
    values = cell_means(luma).reshape(len(luma), -1) @ _weights().T
    values[:, :_MEANS] -= _MIDDLE_GREY
    values = values.round(_DECIMALS)
    levels = np.ones(values.shape, np.int32)
    start = 0
    for size in _KINDS:
        kind = values[:, start : start + size]
        threshold = np.sort(np.abs(kind), axis=1)[:, int(size * _LEVEL_SHARE)][:, None]
        levels[:, start : start + size] += (kind > threshold).astype(np.int32) - (kind < -threshold)
        start += size
    return levels


def cell_means(luma: npt.NDArray[np.uint8]) -> npt.NDArray[np.float64]:
    """Mean luma in 32 x 32 cells, float64 (n, 32, 32). Each pixel belongs to one cell."""
    _count, height, width = luma.shape
    rows, columns = _cell_starts(height), _cell_starts(width)
    sums = np.add.reduceat(np.add.reduceat(luma, rows, axis=1, dtype=np.int64), columns, axis=2)
    area = np.diff(rows, append=height)[:, None] * np.diff(columns, append=width)[None, :]
    means: npt.NDArray[np.float64] = sums / area
    return means


def _cell_starts(length: int) -> npt.NDArray[np.int64]:
    """First pixel of each cell: pixel i lies in cell i * 32 // length."""
    return -(-np.arange(_CELLS) * length // _CELLS)


@cache
def _weights() -> npt.NDArray[np.float64]:
    """Weight of each cell in each element, (380, 1024): the mean of some cells less the mean of others."""
    regions = json.loads(Path(__file__).with_name("frame_signature_regions.json").read_text(encoding="ascii"))
    weights = np.zeros((ELEMENTS, _CELLS, _CELLS))
    for element, sides in enumerate(regions):
        for sign, rectangles in zip((1, -1), sides, strict=True):
            cells = np.zeros((_CELLS, _CELLS))
            for top, left, bottom, right in rectangles:
                cells[top : bottom + 1, left : right + 1] = 1
            weights[element] += sign * cells / max(1, cells.sum())
    return weights.reshape(ELEMENTS, -1)
