"""What a pack of rules would have changed: decisions on record, decided again on the very bytes that were hashed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.canonical import Canonical
from core.tenancy import tenant
from licensing.fact_reading import BadFacts
from licensing.models.decision import Decision
from licensing.rulebook.book import RuleBook
from licensing.rules import decide
from licensing.values import Decision as Outcome

_GATE = "GATE-"
_AT_ONCE = 500
_OF_RULE = {"duty": Outcome.ALLOW_WITH_DUTIES, "pass": Outcome.ALLOW}


@dataclass(frozen=True, slots=True)
class Flip:
    """One decision whose answer would be another one. `rules` are those that speak now or no longer do."""

    decision: UUID
    decided_at: datetime
    old: str
    new: str
    rules: tuple[str, ...]


@dataclass(slots=True)
class Replay:
    """`unreadable`: facts that the present vocabulary cannot read; a person looks at these."""

    book_sha256: str
    decisions: int = 0
    flips: list[Flip] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    unreadable: list[UUID] = field(default_factory=list)

    def as_json(self) -> dict[str, Canonical]:
        return {
            "book_sha256": self.book_sha256,
            "decisions": self.decisions,
            "flipped": len(self.flips),
            "counts": [
                {"old": old, "new": new, "decisions": number}
                for (old, new), number in sorted(self.counts.items())
            ],
            "flips": [
                {
                    "decision": str(one.decision),
                    "decided_at": one.decided_at.isoformat(),
                    "old": one.old,
                    "new": one.new,
                    "rules": list(one.rules),
                }
                for one in self.flips
            ],
            "unreadable": [str(one) for one in self.unreadable],
        }


def replay(
    organisation_id: UUID,
    *,
    book: RuleBook,
    since: datetime,
    until: datetime,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Replay:
    """Decide again what was decided from `since` to before `until`, by `book`, and tell what would be otherwise.

    What the gate itself said then, of names and of counsel, is taken as it was; approvals of legal review are not
    asked again. Nothing is written.
    """
    with tenant(organisation_id):
        ids = list(
            Decision.objects.filter(decided_at__gte=since, decided_at__lt=until)
            .order_by("decided_at", "id")
            .values_list("id", flat=True)
        )
    found = Replay(book.sha256_hex)
    for place in range(0, len(ids), _AT_ONCE):
        for row in _rows(organisation_id, ids[place : place + _AT_ONCE]):
            _weigh(found, row, book)
        progress(min(place + _AT_ONCE, len(ids)), len(ids))
    return found


def _rows(organisation_id: UUID, ids: Sequence[UUID]) -> Iterator[Decision]:
    with tenant(organisation_id):
        rows = list(Decision.objects.filter(id__in=ids).order_by("decided_at", "id"))
    yield from rows


def _weigh(found: Replay, row: Decision, book: RuleBook) -> None:
    found.decisions += 1
    try:
        verdict = decide(json.loads(bytes(row.facts)), book=book)
    except BadFacts:
        found.unreadable.append(row.id)
        return
    before = {str(reason["rule_id"]): str(reason["outcome"]) for reason in row.reasons}
    of_the_gate = {rule: outcome for rule, outcome in before.items() if rule.startswith(_GATE)}
    after = {rule.id: rule.outcome.value for rule in verdict.rules} | of_the_gate
    old, new = _decision(before), _decision(after)
    if old != new:
        rules = tuple(
            sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))
        )
        found.flips.append(Flip(row.id, row.decided_at, old.value, new.value, rules))
        found.counts[old.value, new.value] += 1


def _decision(said: dict[str, str]) -> Outcome:
    outcomes = (_OF_RULE.get(word) or Outcome(word) for word in said.values())
    return max(outcomes, key=lambda outcome: outcome.severity, default=Outcome.ALLOW)
