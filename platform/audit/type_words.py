"""The shape of what a type of entry is called where people read it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TypeWords:
    """A type of entry in words.

    Attributes:
        title: what happened, as a sentence without its stop.
        meaning: what follows from it and what it does not say, for somebody who reads it years later.
    """

    title: str
    meaning: str
