"""The two moments of a question about another time: what held then, by what was on record when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core import clock
from licensing.agreeing.errors import UnknownMoment


@dataclass(frozen=True, slots=True)
class Moment:
    """`as_of`: what held then; `known_at`: by what had been entered by then."""

    as_of: datetime
    known_at: datetime

    @property
    def settled(self) -> datetime:
        """Up to here everything that was entered counts: what began later had not begun, or was not known."""
        return min(self.as_of, self.known_at)


def moment(as_of: datetime, known_at: datetime | None = None) -> Moment:
    """`as_of` by the knowledge of `known_at`, or of now where that is not said.

    Raises:
        UnknownMoment: a time without its offset, or knowledge of the future.
    """
    now = clock.now()
    known = known_at or now
    for path, one in (("as_of", as_of), ("known_at", known)):
        if one.tzinfo is None:
            raise UnknownMoment(path, "lacks its offset from UTC")
    if known > now:
        raise UnknownMoment("known_at", "lies in the future")
    return Moment(as_of, known)
