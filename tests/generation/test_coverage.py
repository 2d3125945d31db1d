from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from generation.coverage import Meaning, UnderstoodWord, coverage_of
from generation.model_defaults import model_defaults

WORDS = {
    "red": Meaning("colour", "red"),
    "ball": Meaning("shape", "ball"),
    "sphere": Meaning("shape", "ball"),
}


def test_sorts_words_into_understood_and_ignored_ones() -> None:
    found = coverage_of("A RED sphere dances over the café, red!", WORDS)

    assert found.understood == (
        UnderstoodWord("red", "colour", "red"),
        UnderstoodWord("sphere", "shape", "ball"),
    )
    assert found.ignored == ("dances", "café")


@given(st.text())
def test_never_fails_and_never_lists_a_word_twice(prompt: str) -> None:
    found = coverage_of(prompt, WORDS)

    words = [each.word for each in found.understood] + list(found.ignored)
    assert len(words) == len(set(words))


def test_reads_the_vocabulary_of_a_model_folder(pristine_model: Path) -> None:
    defaults = model_defaults(pristine_model)

    assert defaults.vocabulary is not None
    assert defaults.vocabulary["sea"] == Meaning("background", "sea")
    assert (defaults.render.width, defaults.render.height, defaults.render.num_frames) == (96, 64, 17)


def test_a_folder_without_defaults_has_an_open_vocabulary(model: Path) -> None:
    (model / "defaults.json").unlink()

    defaults = model_defaults(model)

    assert defaults.vocabulary is None
    assert defaults.render.max_sequence_length == 512
