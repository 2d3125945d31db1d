"""Strings that are nearly a given one, without comparing it with all of them. Pure.

Near is what `rapidfuzz.fuzz.ratio` scores at least `NEAR`, among strings that begin with the same letters. Such a
pair of lengths a and b is at most 12 % of a + b insertions and deletions apart, d say. Every string has a mark of 64
bits: which letters it holds once, and which twice or more. One insertion or deletion changes one bit of it at most,
so strings whose marks differ in more than d bits are not near. Marks are compared a shelf at a time, which takes a
processor a few instructions for each; the few strings that are left are compared letter by letter, and none that is
near is missed.
"""

from __future__ import annotations

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
class _OfLengths:
    """Strings of lengths near a given one: their marks, how far apart a near one may be, and their numbers."""

    marks: NDArray[np.uint64]
    apart: NDArray[np.int16]
    numbers: NDArray[np.int64]


class _Sorted:
    """The strings of one shelf by their lengths."""

    def __init__(self, lengths: list[int], marks: list[int], numbers: list[int]) -> None:
        self.count = len(numbers)
        unordered = np.array(lengths, dtype=np.int64)
        order = np.argsort(unordered, kind="stable")
        self._lengths = unordered[order]
        self._marks = np.array(marks, dtype=np.uint64)[order]
        self._numbers = np.array(numbers, dtype=np.int64)[order]
        self._near: dict[int, _OfLengths] = {}

    def near(self, length: int) -> _OfLengths:
        found = self._near.get(length)
        if found is None:
            lengths = _lengths_near(length)
            low, high = np.searchsorted(self._lengths, (lengths.start, lengths.stop))
            apart = _most_apart(length)[self._lengths[low:high] - lengths.start]
            found = self._near[length] = _OfLengths(self._marks[low:high], apart, self._numbers[low:high])
        return found


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
        if known is None or known.count != there:
            known = _Sorted(self._lengths[:there], self._marks[:there], self._numbers[:there])
            self._sorted = known
        return known


class NearIndex:
    """Strings by their number; the first one added is 0."""

    def __init__(self) -> None:
        self.count = 0
        """How many strings are found by now."""
        self._strings: list[str] = []
        self._shelves: dict[str, _Shelf] = {}

    def add(self, text: str) -> None:
        shelf = self._shelves.get(text[:SAME_LETTERS])
        if shelf is None:
            shelf = self._shelves[text[:SAME_LETTERS]] = _Shelf()
        self._strings.append(text)
        shelf.add(len(self._strings) - 1, text)
        self.count = len(self._strings)

    def settle(self) -> None:
        """Sort what was added since, so that no question has to."""
        for shelf in list(self._shelves.values()):
            shelf.sorted()

    def like(self, text: str) -> list[int]:
        """The numbers of all strings that are near, in the order in which they were added."""
        shelf = self._shelves.get(text[:SAME_LETTERS])
        if shelf is None:
            return []
        near = shelf.sorted().near(len(text))
        alike = np.bitwise_count(near.marks ^ np.uint64(_mark(text))) <= near.apart
        strings = self._strings
        found = [
            number
            for number in near.numbers[alike].tolist()
            if fuzz.ratio(text, strings[number], score_cutoff=NEAR)
        ]
        return sorted(found)


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
