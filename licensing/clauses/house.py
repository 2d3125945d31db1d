"""The house's own rules and the industry's (APP-01, VEN-01, AWD-01, DOC-01)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from licensing.clauses.case import WITHOUT_MODEL, Case, either, met, require
from licensing.clauses.findings import Finding
from licensing.clauses.synthetics import human_role
from licensing.facts import Fact
from licensing.values import Outcome, OutputStatus, ProjectKind


def edition(case: Case) -> Iterator[Finding]:
    """APP-01: by the date the clause itself names, never by the day of the question."""
    if not either(lambda: bool(case.subjects), lambda: human_role(case)):
        return
    agreement = case.agreement
    edition = case.book.editions.get(agreement.value)
    if edition is None:
        yield Finding(Outcome.ESCALATE, f"No edition of {agreement} is in the rulebook.")
        return
    if edition.dated_by is None:
        return
    dates = _dates(case, edition.dated_by)
    for fact in dates:
        if fact.value is not None and not edition.holds_on(fact.value):
            begins = edition.valid_from.isoformat() if edition.valid_from else "the beginning"
            ends = edition.valid_until.isoformat() if edition.valid_until else "open end"
            text = f"{fact.path} is {fact.value.isoformat()}; {agreement} governs from {begins} to {ends}."
            yield Finding(Outcome.ESCALATE, text)
    require(*dates)
    if all(edition.holds_on(fact.known()) for fact in dates):
        yield Finding(Outcome.PASS, f"{agreement} governs by {edition.dated_by}.")


def _dates(case: Case, name: str) -> tuple[Fact[date], ...]:
    project = case.facts.project
    if name == "principal_photography_start":
        return (project.principal_photography_start,)
    if name == "production_start":
        return (project.production_start,)
    return tuple(subject.contract_date for subject in case.subjects)


def vendor_file(case: Case) -> Iterator[Finding]:
    """VEN-01."""
    if case.use in WITHOUT_MODEL:
        return
    model = case.facts.model
    if model.on_file.value is not None:
        lacking = [paper for paper in case.rule("VEN-01").texts("papers") if paper not in model.on_file.value]
        if lacking:
            yield Finding(Outcome.DENY_UNTIL, f"Not on file for {_named(case)}: {', '.join(lacking)}.")
    if model.terms_changed.value:
        yield Finding(Outcome.DENY_UNTIL, f"The terms of {_named(case)} have changed since they were filed.")
    require(model.name, model.version, model.on_file, model.terms_changed)


def _named(case: Case) -> str:
    model = case.facts.model
    return f"{model.name.value or 'the model'} {model.version.value or ''}".strip()


def award_campaign(case: Case) -> Iterator[Finding]:
    """AWD-01."""
    if met(
        lambda: case.facts.project.kind.known() == ProjectKind.FEATURE,
        lambda: case.facts.use.output_status.known() == OutputStatus.FINAL,
        lambda: bool(case.subjects),
        case.facts.project.award_campaign.known,
    ):
        yield Finding(
            Outcome.WARN, "The picture campaigns for awards that ask for demonstrably human performances."
        )


def archive_like(case: Case) -> Iterator[Finding]:
    """DOC-01."""
    if met(
        lambda: case.facts.project.kind.known() == ProjectKind.DOCUMENTARY,
        case.makes_output,
        case.facts.use.archive_like.known,
    ):
        yield Finding(Outcome.ESCALATE, "Synthetic material looks like archive.")
