"""The fewest acts that repair the most, beside every choice there is."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
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


def test_many_acts_are_chosen_by_use_and_say_so() -> None:
    needs = {number: frozenset({f"act {number:02}"}) for number in range(15)}
    told = steps(needs, {number: 15 - number for number in range(15)})

    assert [step.repaired for step in told][:3] == [15, 29, 42]
    assert told[-1].repaired == sum(range(1, 16))
    assert not any(step.is_exact for step in told)
    assert steps({1: frozenset()}, {1: 7}) == ()
