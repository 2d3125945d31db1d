"""What is near is found by its pieces exactly where comparing with everything finds it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz

from licensing.near_names import NEAR, SAME_LETTERS, NearIndex

# Few letters, so that strings meet by chance.
_TEXT = st.text("abc", max_size=26)


def _compared(text: str, strings: list[str]) -> list[int]:
    return [
        number
        for number, one in enumerate(strings)
        if one[:SAME_LETTERS] == text[:SAME_LETTERS] and fuzz.ratio(text, one) >= NEAR
    ]


def _index(strings: list[str]) -> NearIndex:
    index = NearIndex()
    for one in strings:
        index.add(one)
    return index


@st.composite
def _spoilt(draw: st.DrawFn) -> tuple[str, str]:
    """A string, and the same after a few letters were put in and taken out anywhere."""
    text = draw(st.text("abcdefgh", min_size=1, max_size=30))
    other = list(text)
    for _ in range(draw(st.integers(0, 7))):
        place = draw(st.integers(0, len(other)))
        if draw(st.booleans()) or not other:
            other.insert(place, draw(st.sampled_from("abcdefgh")))
        else:
            del other[min(place, len(other) - 1)]
    return text, "".join(other)


@settings(max_examples=3_000)
@given(_spoilt())
def test_a_spoilt_string_is_found_exactly_when_it_is_near(pair: tuple[str, str]) -> None:
    text, other = pair

    assert _index([other]).like(text) == _compared(text, [other])


@settings(max_examples=300)
@given(_TEXT, st.lists(_TEXT, max_size=40))
def test_nothing_near_is_missed_and_nothing_else_is_found(text: str, strings: list[str]) -> None:
    assert _index(strings).like(text) == _compared(text, strings)


# Letters that share a bit of the mark with each other, in threes.
_SHARING = st.text("aA!bB1qQ", max_size=20)


@settings(max_examples=300)
@given(_SHARING, st.lists(_SHARING, max_size=30))
def test_letters_that_share_a_bit_hide_nothing(text: str, strings: list[str]) -> None:
    assert _index(strings).like(text) == _compared(text, strings)


@settings(max_examples=200)
@given(st.lists(_TEXT, max_size=20), st.lists(_TEXT, max_size=20), _TEXT)
def test_what_is_added_after_a_search_is_found_by_the_next(
    strings: list[str], later: list[str], text: str
) -> None:
    index = _index(strings)
    index.like(text)
    for one in later:
        index.add(one)

    assert index.like(text) == _compared(text, strings + later)
