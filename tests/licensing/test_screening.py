from __future__ import annotations

import re
import unicodedata
from itertools import product
from typing import Literal, TypeAlias
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.names import AliasKind
from licensing.screening import (
    BLOCK_LETTERS,
    AliasEntry,
    Certainty,
    Registry,
    _windows,
    _Word,
    _words,
    blocks_of,
    letters,
    screen,
)

Form: TypeAlias = Literal["NFC", "NFD", "NFKC"]

FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC")

HOUSE = UUID(int=7)
STARS = ("Crickett Jovansson", "Will Pilot", "Oréline Druz", "闻鹭", "Рахмир Петровин", "Zelindaya", "Art Zu")


def _entry(name: str, kind: AliasKind = AliasKind.ALIAS, who: str | None = None) -> AliasEntry:
    return AliasEntry(uuid5(HOUSE, who or name), kind, name, letters(name))


REGISTRY = Registry(
    [*(_entry(name) for name in STARS), _entry("Black Heron", AliasKind.ROLE, who="Crickett Jovansson")]
)


def _found(prompt: str) -> dict[str, Certainty]:
    names = {uuid5(HOUSE, name): name for name in STARS}
    return {names[hit.performer_id]: hit.certainty for hit in screen(prompt, REGISTRY)}


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("a portrait of Crickett Jovansson", "Crickett Jovansson"),
        ("CRICKETT JOVANSSON IN THE RAIN", "Crickett Jovansson"),
        ("Cricket Jovanson walks", "Crickett Jovansson"),
        ("C r i c k e t t J0vanss0n", "Crickett Jovansson"),
        ("c r i c k e t t  j o v a n s s o n", "Crickett Jovansson"),
        ("crickett\u200bjov@nsson dances", "Crickett Jovansson"),
        ("crickett_jovansson, crickett-jovansson", "Crickett Jovansson"),
        ("Crickett Jovansson's eyes", "Crickett Jovansson"),
        ("oreline druz smiles", "Oréline Druz"),
        ("聞鷺 walks", "闻鹭"),
        ("Rakhmir Petrovin sits", "Рахмир Петровин"),
        ("Will Pilot runs", "Will Pilot"),
        ("zelindaya in the rain", "Zelindaya"),
    ],
)
def test_a_name_is_found_under_any_spelling(prompt: str, name: str) -> None:
    assert _found(prompt) == {name: Certainty.EXACT}


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Crickett Jovanssen", "Crickett Jovansson"),
        ("криккетт йованссон", "Crickett Jovansson"),
        ("Krickett Yovansson", "Crickett Jovansson"),
        ("Crickett Ingrid Jovansson", "Crickett Jovansson"),
        ("the actress who played Black Heron", "Crickett Jovansson"),
        ("a man will pilot the iron ship", "Will Pilot"),
        ("the art zu collected", "Art Zu"),
    ],
)
def test_a_near_miss_is_a_question(prompt: str, name: str) -> None:
    assert _found(prompt) == {name: Certainty.FUZZY}


@pytest.mark.parametrize(
    "prompt",
    [
        "a cricket sings on a jovanneson street",
        "will you pile on, Pilot said",
        "a red ball rolls over the meadow",
        "a b c d",
        "",
        "🎬 ✨",
    ],
)
def test_what_names_nobody_finds_nobody(prompt: str) -> None:
    assert _found(prompt) == {}


def test_a_hit_says_what_it_met_and_where() -> None:
    (hit,) = screen("a man will pilot the iron ship", REGISTRY)

    assert (hit.wording, hit.alias, hit.kind) == ("will pilot", "Will Pilot", AliasKind.ALIAS)


@given(st.sampled_from(STARS[:3]), st.sampled_from(FORMS), st.booleans(), st.integers(0, 10))
def test_spelling_tricks_do_not_hide_a_name(name: str, form: Form, upper: bool, at: int) -> None:  # noqa: FBT001
    spelt = unicodedata.normalize(form, name.upper() if upper else name)
    hidden = f"{spelt[:at]}\u200d{spelt[at:]}"

    assert name in _found(f"in the rain {hidden} waits")


@given(st.text(max_size=300))
def test_any_text_can_be_screened(text: str) -> None:
    for hit in screen(text, REGISTRY):
        assert hit.wording
    assert all(len(block) <= 2 for block in blocks_of(text))


@given(st.text(min_size=1, max_size=60))
def test_a_registered_name_is_found_in_itself(name: str) -> None:
    if not letters(name):
        return

    assert screen(name, Registry([_entry(name)]))


@given(st.lists(st.text("abAB ", max_size=6), max_size=8), st.integers(1, 4))
def test_wordings_are_put_together_as_they_would_be_spelt_at_once(prompt: list[str], longest: int) -> None:
    words = _words(" ".join(prompt))
    expected = []
    for start, length in product(range(len(words)), range(1, longest + 1)):
        part = words[start : start + length]
        if len(part) < length:
            continue
        written = " ".join(word.written for word in part)
        expected.append((_bare(part), written, True))
        if length > BLOCK_LETTERS:
            expected.append((_bare([part[0], part[-1]]), written, False))

    assert [(one.bare, one.written, one.whole) for one in _windows(words, 1, longest)] == expected


def _bare(words: list[_Word]) -> str:
    return re.sub(r"(.)\1+", r"\1", "".join(word.bare for word in words))


def test_a_wording_that_met_nobody_meets_who_is_registered_later() -> None:
    """A register remembers what it was asked for."""
    register = Registry([_entry("Zelindaya")])
    prompt = "a portrait of Krickett Jovansonn"
    assert screen(prompt, register) == screen(prompt, register) == ()

    register.add(_entry("Crickett Jovansson"))

    (hit,) = screen(prompt, register)
    assert hit.certainty is Certainty.FUZZY
    assert screen(prompt, register) == (hit,)


def test_a_prompt_that_was_screened_before_is_screened_again_when_somebody_new_is_registered() -> None:
    registry = Registry([_entry("Zelindaya")])
    prompt = "Zelindaya meets Will Pilot"
    assert [hit.alias for hit in registry.named_in(prompt)] == ["Zelindaya"]
    assert registry.named_in(prompt) == screen(prompt, registry)

    registry.add(_entry("Will Pilot"))

    assert {hit.alias for hit in registry.named_in(prompt)} == {"Zelindaya", "Will Pilot"}


def test_a_prompt_is_screened_again_when_longer_names_are_looked_for() -> None:
    registry = Registry([_entry("Anna Bo Cara")])
    registry.longest = 1
    prompt = "Anna Bo Cara walks"
    assert registry.named_in(prompt) == ()

    registry.longest = 3

    assert [hit.alias for hit in registry.named_in(prompt)] == ["Anna Bo Cara"]
