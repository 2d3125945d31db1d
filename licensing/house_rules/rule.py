"""One rule of an organisation's own: stricter by construction, because it can only add a finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from licensing.clauses.case import Case, met
from licensing.clauses.findings import Duty, Finding
from licensing.facts import FactsUnknown, Subject
from licensing.house_rules.conditions import FUNCTIONS
from licensing.house_rules.fact_names import SUBJECTS, value_of
from licensing.rulebook.book import RuleEntry
from licensing.values import Outcome


@dataclass(frozen=True, slots=True)
class Condition:
    function: str
    fact: str
    values: tuple[object, ...]

    def holds(self, case: Case, subject: Subject | None) -> bool:
        """Raises FactsUnknown where nobody has stated the fact."""
        return FUNCTIONS[self.function](value_of(case.facts, self.fact, subject).known(), self.values)


@dataclass(frozen=True, slots=True)
class OwnRule:
    """It speaks when all conditions hold; about each person apart where one of them is about people."""

    entry: RuleEntry
    conditions: tuple[Condition, ...]
    outcome: Outcome
    message: str
    duties: tuple[Duty, ...]

    @property
    def is_about_people(self) -> bool:
        return any(one.fact.startswith(f"{SUBJECTS}.") for one in self.conditions)

    @property
    def facts_read(self) -> frozenset[str]:
        return frozenset(one.fact for one in self.conditions)

    def check(self, case: Case) -> Iterator[Finding]:
        """What it finds; a fact it reads and nobody stated is unknown, as for every rule."""
        if not case.asked_on_or_after(self.entry.valid_from) or case.asked_after(self.entry.valid_until):
            return
        about = case.subjects if self.is_about_people else (None,)
        missing: list[str] = []
        for subject in about:
            try:
                yield from self._about(case, subject)
            except FactsUnknown as unknown:
                missing.extend(unknown.paths)
        if missing:
            raise FactsUnknown(missing)

    def _about(self, case: Case, subject: Subject | None) -> Iterator[Finding]:
        tests = [lambda one=one: one.holds(case, subject) for one in self.conditions]
        if not met(*tests):
            yield Finding(Outcome.PASS, f"{self.entry.title}: asked and not met.")
            return
        who = f"{subject.label}: " if subject else ""
        yield Finding(self.outcome, f"{who}{self.message}", duties=self.duties)
