"""What a check finds, in the form it is told in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

# A log that is wrong throughout is wrong in a million places; whoever reads the list has understood long before.
MOST_OF_A_KIND = 1000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that does not agree.

    Attributes:
        kind: stable code, see docs/audit-log.md.
        log: origin of the log, or empty where the problem is of no single log.
        what: the place and the finding, for a person.
    """

    kind: str
    log: str
    what: str


@dataclass(slots=True)
class Findings:
    """The problems of one log, in the order they were found, no kind more often than `MOST_OF_A_KIND`."""

    log: str
    _problems: list[Problem] = field(default_factory=list)
    _number: Counter[str] = field(default_factory=Counter)

    def add(self, kind: str, what: str) -> None:
        self._number[kind] += 1
        if self._number[kind] <= MOST_OF_A_KIND:
            self._problems.append(Problem(kind, self.log, what))

    def take_over(self, other: Findings) -> None:
        """Add what `other` found in another part of the same log."""
        for problem in other._problems:
            self.add(problem.kind, problem.what)
        for kind, number in other._number.items():
            self._number[kind] += max(0, number - MOST_OF_A_KIND)

    def all(self) -> list[Problem]:
        """Every problem kept, and for each kind how many more there were."""
        more = [
            Problem(kind, self.log, f"and {number - MOST_OF_A_KIND} more of this kind")
            for kind, number in self._number.items()
            if number > MOST_OF_A_KIND
        ]
        return self._problems + more
