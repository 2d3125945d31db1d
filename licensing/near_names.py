"""Strings that are nearly a given one, without comparing it with all of them. Pure.

Near is what `rapidfuzz.fuzz.ratio` scores at least `NEAR`, among strings that begin with the same letters. Such a
pair of lengths a and b is at most 12 % of a + b insertions and deletions apart, d say. Cut the rest of a string into
more pieces than that and one of them stands in the other string untouched, at most so many places further on. So
pieces are looked up, and only strings that share one are compared; none that is near is missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz import fuzz, process

NEAR = 88
SAME_LETTERS = 2
"""How many letters at the beginning must be the same."""

_ALL = 100


@dataclass(frozen=True, slots=True)
class _Cut:
    """Which part of a string one of its pieces is."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class _Look:
    """Where pieces of strings of one length may stand in a string of another one."""

    shelf: tuple[int, int]
    length: int
    starts: tuple[int, ...]


class NearIndex:
    """Strings by their number; the first one added is 0."""

    def __init__(self) -> None:
        self._strings: list[str] = []
        self._heads: dict[str, dict[tuple[int, int], dict[str, list[int]]]] = {}

    def add(self, text: str) -> None:
        shelves = self._heads.setdefault(text[:SAME_LETTERS], {})
        for number, cut in enumerate(_cuts(len(text))):
            pieces = shelves.setdefault((len(text), number), {})
            pieces.setdefault(text[cut.start : cut.start + cut.length], []).append(len(self._strings))
        # Last: who finds the number finds the string.
        self._strings.append(text)

    def like(self, text: str) -> Iterator[int]:
        """The numbers of all strings that are near, in the order in which they were added."""
        shelves = self._heads.get(text[:SAME_LETTERS])
        if shelves is None:
            return
        candidates: set[int] = set()
        for look in _looks(len(text)):
            pieces = shelves.get(look.shelf)
            if pieces is None:
                continue
            for start in look.starts:
                found = pieces.get(text[start : start + look.length])
                if found:
                    candidates.update(found)
        strings, numbers = self._strings, [one for one in sorted(candidates) if one < len(self._strings)]
        compared = process.extract_iter(
            text, [strings[one] for one in numbers], scorer=fuzz.ratio, score_cutoff=NEAR
        )
        for _, _, place in compared:
            yield numbers[place]


def _apart(one: int, other: int) -> int | None:
    """The most insertions and deletions between near strings of these lengths; None: such are never near."""
    most = (_ALL - NEAR) * (one + other) // _ALL
    # Every pair of one insertion and one deletion leaves the difference of the lengths as it is.
    most -= (most - abs(one - other)) % 2
    return most if most >= abs(one - other) else None


def _lengths_near(length: int) -> range:
    return range(length * NEAR // (2 * _ALL - NEAR), length * (2 * _ALL - NEAR) // NEAR + 2)


@lru_cache(maxsize=512)
def _cuts(length: int) -> tuple[_Cut, ...]:
    """The pieces of a string of this length, after its head: one more than any near string can spoil."""
    most = max(apart for other in _lengths_near(length) if (apart := _apart(length, other)) is not None)
    rest = max(length - SAME_LETTERS, 0)
    number = max(1, min(most + 1, rest))
    bounds = [SAME_LETTERS + rest * place // number for place in range(number + 1)]
    return tuple(_Cut(low, high - low) for low, high in pairwise(bounds))


@lru_cache(maxsize=512)
def _looks(length: int) -> tuple[_Look, ...]:
    """Where to look in a string of `length` for the pieces of all strings that might be near."""
    found = []
    for other in _lengths_near(length):
        apart = _apart(length, other)
        if apart is None:
            continue
        # Of more pieces than are needed, as many as cannot all be spoilt are enough; the longest say the most.
        taken = sorted(enumerate(_cuts(other)), key=lambda one: -one[1].length)[: apart + 1]
        deleted, inserted = (apart + other - length) // 2, (apart + length - other) // 2
        for number, cut in taken:
            starts = tuple(
                start
                for start in range(cut.start - deleted, cut.start + inserted + 1)
                if not cut.length or SAME_LETTERS <= start <= length - cut.length
            )
            if starts:
                found.append(_Look((other, number), cut.length, starts))
    return tuple(found)
