"""What was changed from one prompt to the next, word by word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

# Matching is quadratic in the words; a prompt of thousands of letters stays far below.
_MOST_WORDS = 1000


class Change(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words with the same fate."""

    change: Change
    text: str


def difference(before: str, after: str) -> tuple[Run, ...]:
    """`after` as runs of words, with what it lost of `before` in between. Spaces are no difference, case is."""
    old, new = before.split()[:_MOST_WORDS], after.split()[:_MOST_WORDS]
    runs: list[Run] = []
    for tag, old_from, old_to, new_from, new_to in SequenceMatcher(
        None, old, new, autojunk=False
    ).get_opcodes():
        if tag == "equal":
            runs.append(Run(Change.SAME, " ".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            runs.append(Run(Change.REMOVED, " ".join(old[old_from:old_to])))
        if new_to > new_from:
            runs.append(Run(Change.ADDED, " ".join(new[new_from:new_to])))
    return tuple(runs)


def words_of(runs: tuple[Run, ...], change: Change) -> tuple[str, ...]:
    """The words of one fate, in order."""
    return tuple(word for run in runs if run.change is change for word in run.text.split())
