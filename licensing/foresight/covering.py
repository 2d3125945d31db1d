"""The fewest acts that repair the most. Pure.

Every broken thing names the acts it takes, all of them. Which acts, for each number of acts, repair the most is found
exactly while there are few acts, and by taking the most useful next ones where there are many.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

Act = TypeVar("Act", bound=Hashable)
Broken = TypeVar("Broken", bound=Hashable)

MOST_EXACT = 10


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
    bundles: dict[frozenset[Act], int] = {}
    for broken, acts in needs.items():
        if acts:
            bundles[acts] = bundles.get(acts, 0) + weights[broken]
    everything = sorted(frozenset[Act]().union(*bundles), key=str)
    found = _exactly if len(everything) <= MOST_EXACT else _greedily
    told: list[Step[Act]] = []
    for step in found(bundles, everything):
        if step.repaired and (not told or step.repaired > told[-1].repaired):
            told.append(step)
    return tuple(told)


def _exactly(bundles: Mapping[frozenset[Act], int], acts: Collection[Act]) -> Iterator[Step[Act]]:
    for number in range(1, len(acts) + 1):
        best = max(combinations(acts, number), key=lambda chosen: _repaired(bundles, frozenset(chosen)))
        yield Step(best, _repaired(bundles, frozenset(best)), is_exact=True)


def _greedily(bundles: Mapping[frozenset[Act], int], acts: Collection[Act]) -> Iterator[Step[Act]]:
    chosen: tuple[Act, ...] = ()
    while len(chosen) < len(acts):
        have = frozenset(chosen)
        # The next whole bundle that repairs the most for each act it adds.
        missing = {bundle - have for bundle in bundles} - {frozenset()}
        if not missing:
            return
        best = max(
            sorted(missing, key=lambda more: sorted(map(str, more))),
            key=lambda more: (_repaired(bundles, have | more) - _repaired(bundles, have)) / len(more),
        )
        chosen = (*chosen, *sorted(best, key=str))
        yield Step(chosen, _repaired(bundles, frozenset(chosen)), is_exact=False)


def _repaired(bundles: Mapping[frozenset[Act], int], chosen: frozenset[Act]) -> int:
    return sum(weight for bundle, weight in bundles.items() if bundle <= chosen)
