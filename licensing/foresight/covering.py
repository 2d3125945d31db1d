"""The fewest acts that repair the most. Pure.

Every broken thing names the acts it takes, all of them. Which acts, for each number of acts, repair the most is found
exactly while there are few acts, and by taking the most useful next ones where there are many.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations
from typing import Generic, TypeAlias, TypeVar

Act = TypeVar("Act", bound=Hashable)
Broken = TypeVar("Broken", bound=Hashable)

MOST_EXACT = 10

# Acts are compared by number: they are values of many fields, and everything here is done a thousand times.
_Bundle: TypeAlias = frozenset[int]


@dataclass(frozen=True, slots=True)
class Step(Generic[Act]):
    """These acts together repair so much. `is_exact`: no others, as few, repair more."""

    acts: tuple[Act, ...]
    repaired: int
    is_exact: bool


def steps(needs: Mapping[Broken, frozenset[Act]], weights: Mapping[Broken, int]) -> tuple[Step[Act], ...]:
    """What one act repairs at best, what two do, and so on until all that can be repaired is.

    Args:
        needs: the acts each broken thing takes; one that takes none cannot be repaired and counts nowhere.
        weights: how much each counts.
    """
    everything = sorted({act for acts in needs.values() for act in acts}, key=str)
    numbers = {act: number for number, act in enumerate(everything)}
    bundles: dict[_Bundle, int] = {}
    for broken, acts in needs.items():
        if acts:
            bundle = frozenset([numbers[act] for act in acts])
            bundles[bundle] = bundles.get(bundle, 0) + weights[broken]
    is_exact = len(everything) <= MOST_EXACT
    told: list[Step[Act]] = []
    for chosen, repaired in _exactly(bundles, range(len(everything))) if is_exact else _greedily(bundles):
        if repaired and (not told or repaired > told[-1].repaired):
            told.append(Step(tuple(everything[act] for act in chosen), repaired, is_exact))
    return tuple(told)


def _exactly(bundles: Mapping[_Bundle, int], acts: Collection[int]) -> Iterator[tuple[tuple[int, ...], int]]:
    for number in range(1, len(acts) + 1):
        best = max(combinations(acts, number), key=lambda chosen: _repaired(bundles, frozenset(chosen)))
        yield best, _repaired(bundles, frozenset(best))


def _repaired(bundles: Mapping[_Bundle, int], chosen: _Bundle) -> int:
    return sum(weight for bundle, weight in bundles.items() if bundle <= chosen)


def _greedily(bundles: Mapping[_Bundle, int]) -> Iterator[tuple[tuple[int, ...], int]]:
    """Again and again the bundle that repairs the most for each act it adds; of two alike the first by their acts."""
    left = _Left(bundles)
    chosen: tuple[int, ...] = ()
    repaired = 0
    while (best := left.most_useful()) is not None:
        chosen = (*chosen, *sorted(best))
        repaired += left.take(best)
        yield chosen, repaired


class _Left:
    """What is still broken, each with the acts it still takes, and how much every such bundle would repair.

    An act that is taken changes the worth of few bundles; only these are worked out again.
    """

    def __init__(self, bundles: Mapping[_Bundle, int]) -> None:
        self._weights = dict(bundles)
        self._with_act: dict[int, set[_Bundle]] = {}
        for bundle in self._weights:
            self._file(bundle)
        self._gains = {bundle: self._gain(bundle) for bundle in self._weights}
        # Not taken out when a gain changes: one whose gain is no longer this is passed over.
        self._queue = [_place(bundle, gain) for bundle, gain in self._gains.items()]
        heapify(self._queue)

    def most_useful(self) -> _Bundle | None:
        while self._queue:
            _, acts, gain = self._queue[0]
            bundle = frozenset(acts)
            if self._gains.get(bundle) == gain:
                return bundle
            heappop(self._queue)
        return None

    def take(self, acts: _Bundle) -> int:
        """Choose `acts`; what that repairs."""
        touched = {bundle for act in acts for bundle in self._with_act.pop(act, ())}
        repaired, stale = 0, set[_Bundle]()
        for bundle in touched:
            weight = self._weights.pop(bundle)
            del self._gains[bundle]
            for act in bundle - acts:
                self._with_act[act].discard(bundle)
            if rest := bundle - acts:
                self._weights[rest] = self._weights.get(rest, 0) + weight
                self._file(rest)
                stale.add(rest)
            else:
                repaired += weight
        # Whatever holds a bundle that is new, or weighs more, repairs more than it did.
        for bundle in {wider for rest in stale for act in rest for wider in self._with_act[act]}:
            gain = self._gain(bundle)
            if self._gains.get(bundle) != gain:
                self._gains[bundle] = gain
                heappush(self._queue, _place(bundle, gain))
        return repaired

    def _file(self, bundle: _Bundle) -> None:
        for act in bundle:
            self._with_act.setdefault(act, set()).add(bundle)

    def _gain(self, bundle: _Bundle) -> int:
        near = {other for act in bundle for other in self._with_act[act]}
        return sum(self._weights[other] for other in near if other <= bundle)


def _place(bundle: _Bundle, gain: int) -> tuple[float, list[int], int]:
    acts = sorted(bundle)
    return -gain / len(acts), acts, gain
