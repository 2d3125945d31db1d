"""A picture in 256 bits: where it gets brighter or darker from left to right and from top to bottom.

The kind is known as dHash. Both directions are taken, because one alone is shared by too many plain pictures; and of
each place it is kept whether there is a change at all, because in a flat sky the direction is noise. Bars around a
picture (letterbox, pillarbox) are cut off first, so that they do not push it out of its places. Pure numpy.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_PLACES = 8
# Levels of luma: what differs less may turn round in any encoder.
_CHANGES = 2.0
# Of 128. A picture with fewer changing places looks like any other plain picture.
LEAST_CHANGING = 32
# A bar is black and has nothing in it, at any time. Limited range puts black at 16; encoders ring a little.
_BLACKEST = 28
_MOST_CUT = 0.3


def words_of(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:
    """Words of pictures of one video, uint64 (n, 4); zeroes for a picture that holds too little.

    The first 128 bits say where it gets brighter, the other 128 where it changes at all.

    Args:
        pictures: uint8 (n, height, width) luma, sides at least 32.
    """
    if not len(pictures):
        return np.zeros((0, 4), np.uint64)
    inside = _without_bars(pictures)
    across = np.diff(_means(inside, _PLACES, _PLACES + 1), axis=2)
    down = np.diff(_means(inside, _PLACES + 1, _PLACES), axis=1)
    rises = np.concatenate((across.reshape(len(inside), -1), down.reshape(len(inside), -1)), axis=1)
    changing = np.abs(rises) >= _CHANGES
    bits = np.concatenate((rises >= _CHANGES, changing), axis=1)
    words = np.packbits(bits, axis=1).view(">u8").astype(np.uint64)
    words[changing.sum(axis=1) < LEAST_CHANGING] = 0
    return words


def differing(one: npt.NDArray[np.uint64], other: npt.NDArray[np.uint64]) -> npt.NDArray[np.float64]:
    """By how much words differ, 0 to 1, row by row: one where either of the two holds nothing.

    Of the places that change in either picture, the share in which they disagree; a change against none counts half.
    """
    either = np.bitwise_count(one[..., 2:] | other[..., 2:]).sum(axis=-1, dtype=np.int64)
    one_alone = np.bitwise_count(one[..., 2:] ^ other[..., 2:]).sum(axis=-1, dtype=np.int64)
    both = one[..., 2:] & other[..., 2:]
    turned = np.bitwise_count(both & (one[..., :2] ^ other[..., :2])).sum(axis=-1, dtype=np.int64)
    held = one.any(axis=-1) & other.any(axis=-1)
    return np.where(held, (turned + one_alone / 2) / np.maximum(1, either), 1.0)


def _without_bars(pictures: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    rows = _inside(pictures.max(axis=0).max(axis=1))
    columns = _inside(pictures.max(axis=0).max(axis=0))
    return pictures[:, rows, columns]


def _inside(brightest: npt.NDArray[np.uint8]) -> slice:
    """What lies between bars, along one side of the picture; all of it where bars would take most of it."""
    lit = np.flatnonzero(brightest > _BLACKEST)
    length = len(brightest)
    if not len(lit) or lit[0] > _MOST_CUT * length or lit[-1] < (1 - _MOST_CUT) * length:
        return slice(0, length)
    return slice(int(lit[0]), int(lit[-1]) + 1)


def _means(pictures: npt.NDArray[np.uint8], rows: int, columns: int) -> npt.NDArray[np.float64]:
    """Mean luma in `rows` x `columns` places of equal size, with the parts of pixels on their borders."""
    count, height, width = pictures.shape
    sums = np.zeros((count, height + 1, width + 1))
    sums[:, 1:, 1:] = pictures.cumsum(axis=1, dtype=np.float64).cumsum(axis=2)
    corners = _at(_at(sums, np.linspace(0, height, rows + 1), 1), np.linspace(0, width, columns + 1), 2)
    means: npt.NDArray[np.float64] = (
        np.diff(np.diff(corners, axis=1), axis=2) * (rows * columns) / (height * width)
    )
    return means


def _at(sums: npt.NDArray[np.float64], places: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
    """`sums` between whole places, along one axis."""
    below = np.minimum(places.astype(int), sums.shape[axis] - 2)
    part = (places - below).reshape([-1 if one == axis else 1 for one in range(3)])
    between: npt.NDArray[np.float64] = sums.take(below, axis) * (1 - part) + sums.take(below + 1, axis) * part
    return between
