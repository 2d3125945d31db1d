"""Writers, crew and directors (WGA-01, CRW-01). A fact that is absent was not asked; null was, and is unknown."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import Case
from licensing.clauses.findings import BEFORE_USE, WRITERS_GUILD, Duty, Finding
from licensing.facts import Fact
from licensing.values import DutyKind, Outcome


def _says(fact: Fact[bool], answer: bool) -> bool:  # noqa: FBT001 - which of the two answers is meant
    return fact.stated and fact.known() is answer


def writers(case: Case) -> Iterator[Finding]:
    """WGA-01."""
    workplace = case.facts.workplace
    if _says(workplace.ai_required_of_writer, True):
        yield Finding(Outcome.DENY, "A writer is required to use AI.")
    if _says(workplace.ai_material_given_to_writer, True) and not workplace.disclosed_to_writer.known():
        duty = Duty(DutyKind.DISCLOSE, WRITERS_GUILD, {"what": "AI material", "to": "writer"}, BEFORE_USE)
        yield Finding(Outcome.DUTY, "AI material was handed to a writer without saying so.", duties=(duty,))


def crew(case: Case) -> Iterator[Finding]:
    """CRW-01."""
    workplace = case.facts.workplace
    if _says(workplace.crew_prompting_displaces, True):
        yield Finding(Outcome.ESCALATE, "Prompting is asked of crew and displaces a covered employee.")
    if _says(workplace.director_consulted, False):
        yield Finding(Outcome.WARN, "The director was not consulted.")
