"""Strings that are nearly a given one, without comparing it with all of them. Pure.

Near is what `rapidfuzz.fuzz.ratio` scores at least `NEAR`, among strings that begin with the same letters. Such a
pair of lengths a and b is at most 12 % of a + b insertions and deletions apart, d say. Every string has a mark of 64
bits: which letters it holds once, and which twice or more. One insertion or deletion changes one bit of it at most,
so strings whose marks differ in more than d bits are not near. Marks are compared a shelf at a time, which takes a
processor a few instructions for each; the few strings that are left are compared letter by letter, and none that is
near is missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

NEAR = 88
SAME_LETTERS = 2
"""How many letters at the beginning must be the same."""

_ALL = 100
_HALF_A_MARK = 32


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The strings of one shelf by their lengths: `numbers[i]` is of length `lengths[i]` and bears `marks[i]`."""

    lengths: NDArray[np.int64]
    marks: NDArray[np.uint64]
    numbers: NDArray[np.int64]


class _Shelf:
    """Strings that begin with the same letters. Read while others add: who finds a string finds all before it."""

    def __init__(self) -> None:
        self._lengths: list[int] = []
        self._marks: list[int] = []
        self._numbers: list[int] = []
        self._sorted: _Sorted | None = None

    def add(self, number: int, text: str) -> None:
        self._lengths.append(len(text))
        self._marks.append(_mark(text))
        # Last: as many strings are there as have a number.
        self._numbers.append(number)

    def sorted(self) -> _Sorted:
        known, there = self._sorted, len(self._numbers)
        if known is None or len(known.numbers) != there:
            lengths = np.array(self._lengths[:there], dtype=np.int64)
            order = np.argsort(lengths, kind="stable")
            marks = np.array(self._marks[:there], dtype=np.uint64)
            numbers = np.array(self._numbers[:there], dtype=np.int64)
            known = self._sorted = _Sorted(lengths[order], marks[order], numbers[order])
        return known


class NearIndex:
    """Strings by their number; the first one added is 0."""

    def __init__(self) -> None:
        self._strings: list[str] = []
        self._shelves: dict[str, _Shelf] = {}

    def add(self, text: str) -> None:
        shelf = self._shelves.get(text[:SAME_LETTERS])
        if shelf is None:
            shelf = self._shelves[text[:SAME_LETTERS]] = _Shelf()
        self._strings.append(text)
        shelf.add(len(self._strings) - 1, text)

    def like(self, text: str) -> Iterator[int]:
        """The numbers of all strings that are near, in the order in which they were added."""
        yield from self.like_each([text])[0]

    def like_each(self, texts: Sequence[str]) -> list[list[int]]:
        """As `like`, of each of several strings; together they take a fraction of the time."""
        found: list[list[int]] = [[] for _ in texts]
        alike: dict[tuple[str, int], list[int]] = {}
        for place, text in enumerate(texts):
            alike.setdefault((text[:SAME_LETTERS], len(text)), []).append(place)
        for (head, length), places in alike.items():
            shelf = self._shelves.get(head)
            if shelf is not None:
                self._search(shelf.sorted(), length, [texts[place] for place in places], places, found)
        return found

    def _search(
        self, shelf: _Sorted, length: int, texts: list[str], places: list[int], found: list[list[int]]
    ) -> None:
        near = _lengths_near(length)
        low, high = np.searchsorted(shelf.lengths, (near.start, near.stop))
        if low == high:
            return
        apart = _most_apart(length)[shelf.lengths[low:high] - near.start]
        marks = np.array([_mark(text) for text in texts], dtype=np.uint64)
        differ = np.bitwise_count(shelf.marks[low:high] ^ marks[:, np.newaxis])
        rows, columns = np.nonzero(differ <= apart)
        strings = self._strings
        for row, number in zip(rows.tolist(), shelf.numbers[low:high][columns].tolist(), strict=True):
            if fuzz.ratio(texts[row], strings[number], score_cutoff=NEAR):
                found[places[row]].append(number)
        for row in set(rows.tolist()):
            # By length they were compared; in the order they were added they are told.
            found[places[row]].sort()


def _mark(text: str) -> int:
    """Which letters stand in `text`, and in the upper half which of them twice; letters share bits in fives or so."""
    once = twice = 0
    for letter in text:
        bit = 1 << (ord(letter) % _HALF_A_MARK)
        twice |= once & bit
        once |= bit
    return once | twice << _HALF_A_MARK


def _lengths_near(length: int) -> range:
    return range(length * NEAR // (2 * _ALL - NEAR), length * (2 * _ALL - NEAR) // NEAR + 2)


@lru_cache(maxsize=512)
def _most_apart(length: int) -> NDArray[np.int16]:
    """The most insertions and deletions between a string of `length` and a near one of each of `_lengths_near`."""
    found = [_apart(length, other) for other in _lengths_near(length)]
    return np.array([-1 if apart is None else apart for apart in found], dtype=np.int16)


def _apart(one: int, other: int) -> int | None:
    """The most insertions and deletions between near strings of these lengths; None: such are never near."""
    most = (_ALL - NEAR) * (one + other) // _ALL
    # Every pair of one insertion and one deletion leaves the difference of the lengths as it is.
    most -= (most - abs(one - other)) % 2
    return most if most >= abs(one - other) else None
