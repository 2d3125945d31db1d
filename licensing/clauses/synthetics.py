"""Synthetics: invented characters in human roles (TVT-13, TVT-14, TVT-15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta

from licensing.clauses.case import Case, either, met, require
from licensing.clauses.findings import BEFORE_USE, PLAN, SAG_AFTRA, Duty, Finding
from licensing.facts import FactsUnknown
from licensing.values import Agreement, DutyKind, Outcome, SyntheticRole, ValueFinding

_WORKING_DAYS = 5
_WEEK = 7


def human_role(case: Case) -> bool:
    return case.facts.use.synthetic_role.known() == SyntheticRole.HUMAN


def business_days(since: date, until: date) -> int:
    """How many Mondays to Fridays have passed after `since`, `until` included."""
    weeks, rest = divmod(max((until - since).days, 0), _WEEK)
    days = (since + timedelta(days=count) for count in range(1, rest + 1))
    return weeks * _WORKING_DAYS + sum(1 for day in days if day.weekday() < _WORKING_DAYS)


def synthetic_2026(case: Case) -> Iterator[Finding]:
    """TVT-13. All conditions are named that fail, not the first."""
    if not _asked(case, Agreement.SAG_TVT_2026):
        return
    missing: list[str] = []
    for condition in (_finding_of_value, _notice_given, _terms_settled):
        try:
            yield from condition(case)
        except FactsUnknown as unknown:
            missing.extend(unknown.paths)
    if missing:
        raise FactsUnknown(missing)
    if _satisfied(case):
        yield Finding(Outcome.PASS, "The finding, the notice and the terms for the Synthetic stand.")


def _finding_of_value(case: Case) -> Iterator[Finding]:
    found = case.facts.synthetic.value_finding.known()
    if found != ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE:
        text = f"The finding recorded is {found}; it must be significant additional value."
        yield Finding(Outcome.DENY_UNTIL, text)


def _notice_given(case: Case) -> Iterator[Finding]:
    if case.happened(case.facts.synthetic.union_notice_at) is None:
        yield Finding(Outcome.DENY_UNTIL, "The Union has had no written notice.", duties=(_notify(),))


def _terms_settled(case: Case) -> Iterator[Finding]:
    if not _settled(case):
        text = "Nothing is agreed with the Union, and its clocks have not run in arbitration."
        yield Finding(Outcome.DENY_UNTIL, text, duties=(Duty(DutyKind.BARGAIN, SAG_AFTRA, {}, BEFORE_USE),))


def _satisfied(case: Case) -> bool:
    synthetic = case.facts.synthetic
    return met(
        lambda: synthetic.value_finding.known() == ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE,
        lambda: case.happened(synthetic.union_notice_at) is not None,
        lambda: _settled(case),
    )


def _settled(case: Case) -> bool:
    synthetic = case.facts.synthetic
    days = case.rule("TVT-13").whole_number("business_days_after_notice")

    def clocks_ran() -> bool:
        noticed = case.happened(synthetic.union_notice_at)
        return noticed is not None and business_days(noticed.astimezone(UTC).date(), case.today) >= days

    return either(
        lambda: case.happened(synthetic.agreed_at) is not None,
        lambda: met(lambda: case.happened(synthetic.arbitration_opened_at) is not None, clocks_ran),
    )


def plan_is_paid(case: Case) -> Iterator[Finding]:
    """TVT-14: once TVT-13 is satisfied."""
    if _asked(case, Agreement.SAG_TVT_2026) and _satisfied(case):
        duty = Duty(DutyKind.PAY_PLAN, PLAN, {"amount": None, "currency": None})
        yield Finding(
            Outcome.DUTY, "What is agreed or awarded for the Synthetic goes to the plan.", duties=(duty,)
        )


def synthetic_2023(case: Case) -> Iterator[Finding]:
    """TVT-15."""
    if not _asked(case, Agreement.SAG_TVT_2023):
        return
    synthetic = case.facts.synthetic
    if not met(
        lambda: case.happened(synthetic.union_notice_at) is not None,
        lambda: case.happened(synthetic.bargaining_opened_at) is not None,
    ):
        open_points = [
            what
            for what, event in (
                ("no notice of the Synthetic", synthetic.union_notice_at),
                ("no opportunity to bargain", synthetic.bargaining_opened_at),
            )
            if event.value is not None and case.happened(event) is None
        ]
        text = f"The Union has had {' and '.join(open_points)}."
        yield Finding(Outcome.ESCALATE, text, duties=(_notify(),))
        require(synthetic.union_notice_at, synthetic.bargaining_opened_at)
    else:
        yield Finding(Outcome.PASS, "The Union has had notice and an opportunity to bargain.")


def _asked(case: Case, edition: Agreement) -> bool:
    return met(lambda: human_role(case), lambda: case.of_edition(edition))


def _notify() -> Duty:
    return Duty(DutyKind.NOTIFY_UNION, SAG_AFTRA, {"about": "synthetic"}, BEFORE_USE)
