from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.authorship.scale import TierFacts, placing, scale

TIERS = scale().tiers
CHOSEN = TierFacts(
    frames=100, generated=100, altered=0, declared_human=0, takes=4, selected=4, prompted=4, arranged=True
)


@st.composite
def facts(draw: st.DrawFn) -> TierFacts:
    kinds = [draw(st.integers(0, 500)) for _ in range(4)]
    takes = draw(st.integers(0, 20))
    return TierFacts(
        frames=sum(kinds),
        generated=kinds[0],
        altered=kinds[1],
        declared_human=kinds[2],
        takes=takes,
        selected=draw(st.integers(0, takes)),
        prompted=draw(st.integers(0, takes)),
        arranged=draw(st.booleans()),
    )


def place(known: TierFacts) -> int:
    """0 for the most human tier."""
    found = placing(known, TIERS)
    assert found is not None
    return TIERS.index(found.tier)


def code(known: TierFacts) -> str:
    found = placing(known, TIERS)
    assert found is not None
    return found.tier.code


def test_the_scale_is_dated_says_whose_it_is_and_goes_down_by_steps() -> None:
    known = scale()

    date.fromisoformat(known.edition)
    assert "own scale" in known.whose
    shares = [tier.most_machine_percent for tier in known.tiers]
    assert shares == sorted(shares)
    assert (known.tiers[-1].most_machine_percent, known.tiers[-1].needs) == (100, ())
    assert len({tier.code for tier in known.tiers}) == len(known.tiers)


def test_a_work_without_frames_has_no_tier() -> None:
    assert placing(replace(CHOSEN, frames=0, generated=0), TIERS) is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"generated": 0, "declared_human": 100, "takes": 0, "selected": 0, "prompted": 0}, "human_made"),
        ({"generated": 10, "declared_human": 90}, "human_led"),
        ({"generated": 11, "declared_human": 89}, "shared"),
        ({"generated": 50, "declared_human": 50}, "shared"),
        ({"generated": 51, "declared_human": 49}, "human_directed"),
        ({}, "human_directed"),
        ({"selected": 3}, "machine_made"),
        ({"prompted": 3}, "machine_made"),
        ({"arranged": False}, "machine_made"),
        ({"generated": 0, "declared_human": 99, "takes": 0, "selected": 0, "prompted": 0}, "human_led"),
    ],
)
def test_each_step_of_the_scale_at_its_bound(changed: dict[str, int | bool], expected: str) -> None:
    assert code(replace(CHOSEN, **changed)) == expected  # type: ignore[arg-type]  # by name


def test_what_is_missing_for_the_next_tier_is_said() -> None:
    found = placing(replace(CHOSEN, selected=3), TIERS)

    assert found is not None
    assert found.short_of_the_next == ("1 of 4 stretches come from takes that nobody has selected.",)


@given(facts())
def test_every_work_with_frames_has_one_tier_and_keeps_its_bounds(known: TierFacts) -> None:
    found = placing(known, TIERS)

    assert (found is None) == (known.frames == 0)
    if found is not None:
        assert known.machine * 100 <= found.tier.most_machine_percent * known.frames
        assert bool(found.short_of_the_next) == (TIERS.index(found.tier) > 0)


@given(facts().filter(lambda known: known.frames > 0 and known.unknown > 0))
def test_a_frame_declared_human_never_lowers_and_one_found_generated_never_raises(known: TierFacts) -> None:
    declared = replace(known, declared_human=known.declared_human + 1)
    generated = replace(known, generated=known.generated + 1)

    assert place(declared) <= place(known) == place(generated)


@given(facts().filter(lambda known: known.frames > 0 and known.selected < known.takes))
def test_choosing_a_take_never_makes_a_work_less_human(known: TierFacts) -> None:
    assert place(replace(known, selected=known.selected + 1)) <= place(known)


@given(facts().filter(lambda known: known.frames > 0), st.integers(2, 9))
def test_the_length_of_a_work_does_not_matter(known: TierFacts, times: int) -> None:
    longer = replace(
        known,
        frames=known.frames * times,
        generated=known.generated * times,
        altered=known.altered * times,
        declared_human=known.declared_human * times,
    )

    assert place(longer) == place(known)
