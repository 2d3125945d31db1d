"""Where takes come from, as pages and the API show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from generation.iterating.prompt_difference import Change, Run, words_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DescentCard:
    """One step from a parent to a child. Frames count from 0, ends are outside; None where no pictures went in."""

    kind: str
    parent_id: UUID
    child_id: UUID
    position: int
    first_frame: int | None
    end_frame: int | None
    source_sha256: str
    settings: Mapping[str, Any]
    words: tuple[Run, ...]
    changed: tuple[tuple[str, str, str], ...]
    """Settings that differ: name, what the parent had, what the child has."""

    @property
    def added(self) -> tuple[str, ...]:
        return words_of(self.words, Change.ADDED)

    @property
    def removed(self) -> tuple[str, ...]:
        return words_of(self.words, Change.REMOVED)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeCard:
    """A take of a family tree. `depth` counts from the oldest; `descents` are its parents', nearest first."""

    take_id: UUID
    shot_id: UUID
    shot_code: str
    number: int
    state: str
    prompt: str
    depth: int
    is_self: bool
    descents: tuple[DescentCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyCard:
    """The family of a take: whatever it came from, and whatever came from it. `is_cut`: there are more than shown."""

    relatives: tuple[RelativeCard, ...]
    is_cut: bool

    @property
    def is_alone(self) -> bool:
        return len(self.relatives) < 2  # noqa: PLR2004 - itself and another
