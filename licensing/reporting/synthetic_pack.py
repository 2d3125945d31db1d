"""Report 5: the notice pack of Synthetics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from accounts.values import Role
from licensing.owed.values import Currency, money
from licensing.reporting.definition import NONE, Cell, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.granted_notices import granted_files
from licensing.reporting.narrowing import agreements_of_productions, is_within
from licensing.synthetics.order import Step
from licensing.synthetics.reading import synthetic_cards
from licensing.synthetics.words import SyntheticStepKind
from web.templatetags.words import words

_Kind = SyntheticStepKind

COLUMNS = (
    Column("role", "The role, and the production.", 1.3),
    Column("why human role", "Why the role is a human one.", 1.8),
    Column("value finding + author", "The latest finding, why, and who found it.", 2.2),
    Column("notice sent/served", "When the Union was told, with the SHA-256 of what shows it.", 1.8),
    Column(
        "bargaining opened/closed",
        "When bargaining began, and when it ended in agreement or arbitration.",
        1.4,
    ),
    Column("arbitration", "When it was opened and what was awarded.", 1.2),
    Column("remuneration", "What was agreed or awarded.", 1.1),
    Column("plan payment", "What was paid to which plan, and when.", 1.5),
)


def rows(reading: Reading) -> Iterator[Row]:
    """One row for each case file, the first opened first; then those that other organisations granted to see."""
    scope = reading.scope
    agreements = agreements_of_productions(reading.actor.organisation_id) if scope.agreement else {}
    for card in reversed(synthetic_cards(reading.actor)):
        if scope.production_ids and card.production_id not in scope.production_ids:
            continue
        if scope.agreement is not None and agreements.get(card.production_id) != scope.agreement:
            continue
        if is_within(scope, card.opened_at):
            yield _row(f"{card.role} in {card.production_title}", card.why_human_role, card.steps)
    for one in granted_files(reading):
        yield _row(f"{one.role} in {one.production_title} ({one.whose})", one.why_human_role, one.steps)


def _row(role: str, why_human_role: str, steps: Sequence[Step]) -> Row:
    found = _steps(steps, _Kind.VALUE_FOUND)
    ended = _steps(steps, _Kind.AGREED, _Kind.ARBITRATION_OPENED)
    opened = _steps(steps, _Kind.BARGAINING_OPENED)
    return (
        role,
        why_human_role,
        _finding(found[-1]) if found else None,
        [*_told(steps, _Kind.NOTICE_SENT, "sent"), *_told(steps, _Kind.NOTICE_SERVED, "served")] or None,
        [f"opened {_day(one)}" for one in opened]
        + [f"closed {_day(one)}: {words(one.kind)}" for one in ended[:1]]
        or NONE,
        [f"{words(one.kind)} {_day(one)}" for one in _steps(steps, _Kind.ARBITRATION_OPENED, _Kind.AWARDED)],
        [_sum(one) for one in _steps(steps, _Kind.AGREED, _Kind.AWARDED)],
        [f"{_sum(one)} to {one.plan} on {_day(one)}" for one in _steps(steps, _Kind.PLAN_PAID)],
    )


def _steps(steps: Sequence[Step], *kinds: SyntheticStepKind) -> list[Step]:
    return [one for one in steps if one.kind in kinds]


def _finding(step: Step) -> Cell:
    return f"{words(step.finding)}: {step.text} (found by {step.author} on {_day(step)})"


def _told(steps: Sequence[Step], kind: SyntheticStepKind, word: str) -> list[str]:
    return [f"{word} {_day(one)}, proof {one.proof_sha256}" for one in _steps(steps, kind)]


def _day(step: Step) -> str:
    return step.happened_at.date().isoformat()


def _sum(step: Step) -> str:
    minor, currency = step.amount_minor or 0, step.currency
    known = currency in {one.value for one in Currency}
    return money(minor, currency) if known else f"{currency} {minor} minor units"


SYNTHETIC_PACK = ReportDefinition(
    code="synthetic_notice_pack",
    number=5,
    title="Synthetic notice pack",
    purpose="What was found, told, bargained and paid for each Synthetic in a human role.",
    readers="the union and studio legal",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD, Narrowing.AGREEMENT}),
    period_means="when the case file was opened",
    roles=(Role.LEGAL, Role.ADMIN, Role.PRODUCER, Role.UNION_REP, Role.AUDITOR),
    rows=rows,
    notes=(
        "Days are of UTC. No step is told that nobody entered, and no sum that was not agreed or awarded.",
        "A union's own organisation reads the files of studios that granted it sight under the agreement.",
    ),
)
