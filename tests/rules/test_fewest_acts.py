"""The fewest acts that repair the most, beside every choice there is."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.foresight.covering import steps

_NEEDS = st.dictionaries(
    st.integers(0, 11), st.frozensets(st.sampled_from("abcdef"), max_size=3), max_size=10
)


@given(needs=_NEEDS)
def test_no_fewer_acts_repair_as_much(needs: dict[int, frozenset[str]]) -> None:
    weights = {broken: broken + 1 for broken in needs}
    acts = sorted({act for taken in needs.values() for act in taken})

    for step in steps(needs, weights):
        best = max(
            sum(weights[one] for one, taken in needs.items() if taken and taken <= set(chosen))
            for chosen in combinations(acts, len(step.acts))
        )
        fewer = max(
            (
                sum(weights[one] for one, taken in needs.items() if taken and taken <= set(chosen))
                for chosen in combinations(acts, len(step.acts) - 1)
            ),
            default=0,
        )
        assert step.is_exact
        assert fewer < step.repaired == best


_MANY_NEEDS = st.dictionaries(
    st.integers(0, 40), st.frozensets(st.integers(10, 30).map(str), max_size=3), min_size=12, max_size=40
)


@settings(max_examples=25)
@given(needs=_MANY_NEEDS)
def test_many_acts_are_chosen_as_if_every_worth_were_worked_out_anew(
    needs: dict[int, frozenset[str]],
) -> None:
    weights = {broken: broken % 4 + 1 for broken in needs}
    told = steps(needs, weights)

    if any(not step.is_exact for step in told):
        assert [(step.acts, step.repaired) for step in told] == _one_by_one(needs, weights)


def _one_by_one(
    needs: Mapping[int, frozenset[str]], weights: Mapping[int, int]
) -> list[tuple[tuple[str, ...], int]]:
    """The greedy choice by its definition: what every next bundle would repair for each act it adds."""

    def repaired(chosen: frozenset[str]) -> int:
        return sum(weights[one] for one, taken in needs.items() if taken and taken <= chosen)

    chosen: tuple[str, ...] = ()
    told = []
    while missing := {taken - frozenset(chosen) for taken in needs.values()} - {frozenset()}:
        have = frozenset(chosen)
        best = max(
            sorted(missing, key=sorted), key=lambda more: (repaired(have | more) - repaired(have)) / len(more)
        )
        chosen = (*chosen, *sorted(best))
        told.append((chosen, repaired(frozenset(chosen))))
    return told


def test_many_acts_are_chosen_by_use_and_say_so() -> None:
    needs = {number: frozenset({f"act {number:02}"}) for number in range(15)}
    told = steps(needs, {number: 15 - number for number in range(15)})

    assert [step.repaired for step in told][:3] == [15, 29, 42]
    assert told[-1].repaired == sum(range(1, 16))
    assert not any(step.is_exact for step in told)
    assert steps({1: frozenset()}, {1: 7}) == ()
