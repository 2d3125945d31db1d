from __future__ import annotations

import pytest

from audit.entry_field_words import FIELD_WORDS, field_in_words
from audit.entry_fields import FIELDS
from audit.entry_types import EntryType
from audit.entry_words import (
    TYPE_WORDS,
    actor_in_words,
    meaning_of,
    title_of,
)


@pytest.mark.parametrize("entry_type", EntryType)
def test_every_type_of_entry_has_words(entry_type: EntryType) -> None:
    words = TYPE_WORDS[entry_type]

    assert words.title[0].isupper()
    assert not words.title.endswith(".")
    assert words.meaning.endswith(".")
    assert entry_type.value not in words.title
    assert "_" not in words.title + words.meaning


def test_no_two_types_are_told_alike() -> None:
    titles = [words.title for words in TYPE_WORDS.values()]

    assert len(titles) == len(set(titles))


def test_every_field_of_every_type_has_words_and_no_word_is_left_over() -> None:
    fields = {name for known in FIELDS.values() for name in (*known.required, *known.optional)}

    assert fields == FIELD_WORDS.keys()


def test_a_type_of_a_later_version_is_shown_by_its_name() -> None:
    assert title_of("audit.moon.eaten") == "audit.moon.eaten"
    assert meaning_of("audit.moon.eaten") == ""
    assert field_in_words("how_much") == "How much"


def test_actors_are_told_apart_and_never_by_name() -> None:
    first = actor_in_words("user:018f0000-0000-7000-8000-0000000000aa")
    second = actor_in_words("user:018f0000-0000-7000-8000-0000000000bb")

    assert first != second
    assert actor_in_words("worker:render-1") == "the worker render-1"
    assert actor_in_words("system") == "the system"
