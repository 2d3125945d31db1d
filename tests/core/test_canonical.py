import json
import unicodedata

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from core.canonical import Canonical, NotCanonical, canonical_bytes

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_LEAVES = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | _TEXT
VALUES: st.SearchStrategy[Canonical] = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_what_is_written_is_read_back(value: Canonical) -> None:
    assert json.loads(canonical_bytes(value)) == value


# Names of ASCII and others, so that both ways of writing are taken; controls, quotes and what lies beyond 16 bits.
_NAMES = st.text(st.characters(max_codepoint=0x7F)) | _TEXT
_WRITTEN = st.recursive(
    _LEAVES | st.text(st.sampled_from('"\\/\b\f\n\r\t\x00\x1f\x7f\u2028\ufb33\U0001f600é')),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(_NAMES, inner),
    max_leaves=25,
)


@given(_WRITTEN)
def test_it_is_what_the_standard_says_whichever_way_it_is_written(value: Canonical) -> None:
    assert canonical_bytes(value) == rfc8785.dumps(value)


@given(st.dictionaries(_TEXT, _LEAVES, min_size=2), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_matter(value: dict[str, Canonical], chance: object) -> None:
    names = list(value)
    chance.shuffle(names)  # type: ignore[attr-defined]  # hypothesis' Random

    assert canonical_bytes({name: value[name] for name in names}) == canonical_bytes(value)


def test_members_are_ordered_by_utf16_as_the_standard_says() -> None:
    # RFC 8785 section 3.2.3: U+FB33 sorts after U+1F600, whose first UTF-16 unit is D83D.
    assert canonical_bytes({"\ufb33": 1, "\U0001f600": 2}) == '{"\U0001f600":2,"\ufb33":1}'.encode()


def test_composed_and_decomposed_letters_stay_different() -> None:
    composed, decomposed = "é", unicodedata.normalize("NFD", "é")

    assert canonical_bytes(composed) != canonical_bytes(decomposed)


def test_true_is_no_one_and_false_no_zero() -> None:
    assert canonical_bytes([True, 1, False, 0, None]) == b"[true,1,false,0,null]"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (1.0, r"\$"),
        (float("nan"), r"\$"),
        ({"a": [0, 0.5]}, r"\$\.a\[1\]"),
        (2**53, r"\$"),
        (-(2**53), r"\$"),
        (b"bytes", r"\$"),
        ({1: "number as a name"}, r"\$"),
        ({"a": {"b": {1, 2}}}, r"\$\.a\.b"),
        (object(), r"\$"),
    ],
)
def test_a_value_without_one_spelling_is_refused_with_its_place(value: Canonical, path: str) -> None:
    with pytest.raises(NotCanonical, match=path):
        canonical_bytes(value)


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}, ["a\ud800b"]])
def test_half_a_surrogate_is_refused(value: Canonical) -> None:
    with pytest.raises(NotCanonical):
        canonical_bytes(value)
