"""Captions say what the scene shows, in words that the vocabulary knows."""

import re

import numpy as np
import pytest

from generation.training.captions import CLOSINGS, OPENINGS, caption, vocabulary
from generation.training.scenes import ALL_CONCEPTS, Concepts


def understood(text: str) -> dict[str, set[str]]:
    words = vocabulary()
    found: dict[str, set[str]] = {}
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in words:
            found.setdefault(words[word]["kind"], set()).add(words[word]["concept"])
    return found


@pytest.mark.parametrize("seed", range(5))
def test_plain_captions_name_exactly_the_four_concepts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    for concepts in ALL_CONCEPTS[seed::97]:
        text = caption(concepts, rng=rng, plain=True)

        assert understood(text) == {
            "background": {concepts.background},
            "shape": {concepts.shape},
            "colour": {concepts.colour},
            "motion": {concepts.motion},
        }, text


def test_training_captions_never_name_a_wrong_concept() -> None:
    rng = np.random.default_rng(1)
    for concepts in ALL_CONCEPTS[::7]:
        for kind, named in understood(caption(concepts, rng=rng)).items():
            assert named == {getattr(concepts, kind)}


def test_fillers_name_no_concept() -> None:
    assert not understood(" ".join((*OPENINGS, *CLOSINGS)))


def test_the_same_generator_state_writes_the_same_caption() -> None:
    concepts: Concepts = ALL_CONCEPTS[0]

    assert caption(concepts, rng=np.random.default_rng(5)) == caption(concepts, rng=np.random.default_rng(5))


def test_every_word_has_one_meaning() -> None:
    words = vocabulary()

    assert len(words) > 60
    assert all(word == word.lower() for word in words)
    assert {entry["kind"] for entry in words.values()} == {"background", "shape", "colour", "motion"}
