"""Which words of a prompt a model with a closed vocabulary understands.

A small model answers an unknown word with a confident wrong picture. Saying beforehand which words will be passed
over keeps a small vocabulary from looking like a fault.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

# Words that carry grammar, no picture: listed neither as understood nor as ignored.
_GRAMMAR = frozenset(
    {
        *("a", "an", "the", "and", "or", "of", "to", "in", "on", "at", "by", "it", "its", "is", "are", "be"),
        *("we", "see", "with", "that", "this", "over", "under", "above", "across", "against", "into", "from"),
        *("for", "as", "us", "moves", "moving", "goes", "going", "comes", "coming", "gets", "getting"),
    }
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word says to the model: `kind` such as colour, `concept` such as red."""

    kind: str
    concept: str


@dataclass(frozen=True, slots=True)
class UnderstoodWord:
    word: str
    kind: str
    concept: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """Words of one prompt in order of appearance, each once, in lower case."""

    understood: tuple[UnderstoodWord, ...]
    ignored: tuple[str, ...]


def coverage_of(prompt: str, vocabulary: Mapping[str, Meaning]) -> Coverage:
    """Sort the words of `prompt` into understood and ignored ones."""
    understood: list[UnderstoodWord] = []
    ignored: list[str] = []
    words = dict.fromkeys(match.group().lower() for match in _WORD.finditer(prompt))
    for word in words:
        meaning = vocabulary.get(word)
        if meaning is not None:
            understood.append(UnderstoodWord(word=word, kind=meaning.kind, concept=meaning.concept))
        elif word not in _GRAMMAR:
            ignored.append(word)
    return Coverage(understood=tuple(understood), ignored=tuple(ignored))
