"""Report 12: what a buyer was asked and approved (Netflix)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from accounts.models.user import User
from accounts.values import Role
from licensing.models.decision import Decision
from licensing.models.owed import ObligationEnd
from licensing.models.review import ReviewApproval, ReviewCase
from licensing.models.sign_off import BuyerApproval
from licensing.owed.values import EndKind
from licensing.reporting.definition import NONE, Cell, Column, Narrowing, Reading, ReportDefinition, Row
from licensing.reporting.narrowing import in_period, of_productions
from licensing.review.words import StoredState
from licensing.values import DutyKind
from web.templatetags.words import words

_RULES = ("NFX-01", "NFX-02", "NFX-03", "NFX-04")
# In the order of the buyer's guidance.
_FIVE = (
    ("no_recreation", "recreates nobody's work"),
    ("no_store_reuse_train", "tool does not store, reuse or train"),
    ("secured", "secured"),
    ("temporary_only", "temporary only"),
    ("no_talent_work_without_consent", "no talent or union work without consent"),
)
_AT_ONCE = 250
_OPEN = "not answered yet"

COLUMNS = (
    Column("use case", "What was asked, of which production.", 2),
    Column("matrix row", "The rules of the buyer's guidance that asked for approval, and why.", 2.6),
    Column(
        "five answers", "The buyer's five questions, as they were answered in the facts of the decision.", 2.2
    ),
    Column(
        "approver", "Who approved or refused; the buyer's own person where their paper is on record.", 1.2
    ),
    Column("date", "When.", 1),
    Column("conditions", "Under which conditions and limits, and the SHA-256 of the paper.", 2),
)


def rows(reading: Reading) -> Iterator[Row]:
    """Cases of legal review that a buyer's rule opened, then the buyer's own papers, each the first first.

    A paper that was recorded for coming decisions is about a use of the production, and about no answers.
    """
    scope = reading.scope
    cases = (
        ReviewCase.objects.filter(of_productions(scope), in_period(scope, "opened_at"))
        .filter(rule_ids__overlap=list(_RULES))
        .select_related("decision", "approval", "production")
        .prefetch_related("events")
        .order_by("opened_at", "id")
    )
    for case in cases.iterator(chunk_size=_AT_ONCE):
        yield (
            _use_case(case.decision, case.production.title),
            _matrix(case.decision),
            five_answers(case.decision),
            *answer_of(case),
        )
    papers = (
        ObligationEnd.objects.filter(obligation__duty=DutyKind.BUYER_APPROVAL, kind=EndKind.SERVED)
        .filter(of_productions(scope, "obligation__production_id"), in_period(scope, "at"))
        .filter(obligation__decision__isnull=False)
        .select_related("obligation__decision", "obligation__production")
        .order_by("at", "id")
    )
    for end in papers.iterator(chunk_size=_AT_ONCE):
        decision = end.obligation.decision
        yield (
            _use_case(decision, end.obligation.production.title if end.obligation.production else ""),
            _matrix(decision),
            five_answers(decision),
            end.served_to,
            end.served_on,
            f"as in the paper, SHA-256 {end.document_sha256}",
        )

    approvals = (
        BuyerApproval.objects.filter(of_productions(scope), in_period(scope, "recorded_at"))
        .select_related("production")
        .order_by("recorded_at", "id")
    )
    for one in approvals.iterator(chunk_size=_AT_ONCE):
        yield (
            f"{one.production.title}: {words(one.use)}",
            None,
            None,
            one.approved_by,
            one.approved_at,
            _conditions(one),
        )


def _conditions(one: BuyerApproval) -> list[str]:
    until = [f"until {one.valid_until:%Y-%m-%d}"] if one.valid_until else []
    taken_back = [f"taken back on {one.recorded_at:%Y-%m-%d}: {one.reason}"] if one.withdrawn else []
    said = [one.conditions] if one.conditions else []
    return [*said, *until, *taken_back, f"as in the paper, SHA-256 {one.document_sha256}"]


def _use_case(decision: Decision, title: str) -> str:
    asked: dict[str, Any] = decision.asked
    said = [words(asked[name]) for name in ("use", "purpose", "output_status") if asked.get(name)]
    scenes = f", scenes {', '.join(asked['scenes'])}" if asked.get("scenes") else ""
    return f"{title}: {', '.join(said)}{scenes}"


def _matrix(decision: Decision) -> list[str] | None:
    return [
        f"{one['rule_id']}: {one['message']}" for one in decision.reasons if one["rule_id"] in _RULES
    ] or None


def five_answers(decision: Decision) -> Cell:
    """The answers in the facts of a decision; None, and so not recorded, where none was given."""
    answers = json.loads(bytes(decision.facts)).get("buyer_answers") or {}
    if not any(answers.get(name) for name, _ in _FIVE):
        return None
    return [f"{said}: {answers.get(name) or 'not recorded'}" for name, said in _FIVE]


def answer_of(case: ReviewCase) -> tuple[Cell, Cell, Cell]:
    """Who answered a case, when, and under which conditions and limits. Call inside `core.tenancy.tenant`."""
    approval: ReviewApproval | None = getattr(case, "approval", None)
    if approval is not None:
        paper = [f"paper SHA-256 {approval.document_sha256}"] if approval.document_sha256 else []
        limits = [
            f"until {approval.valid_until:%Y-%m-%d}",
            f"media {', '.join(words(one) for one in approval.media)}",
            f"territories {', '.join(approval.territories)}",
        ]
        return _name(approval.approved_by_id), approval.approved_at, [*approval.conditions, *limits, *paper]
    if case.state in (StoredState.REFUSED, StoredState.WITHDRAWN):
        last = [one for one in case.events.all() if one.act == case.state]
        by = _name(last[-1].by_id) if last else None
        return by, case.closed_at, f"{words(case.state)}: {last[-1].text if last and last[-1].text else NONE}"
    return _OPEN, _OPEN, _OPEN


def _name(user_id: UUID | None) -> str | None:
    who = User.objects.filter(id__in=[user_id] if user_id else []).first()
    return (who.full_name or who.email) if who else None


BUYER_LOG = ReportDefinition(
    code="buyer_approval_log",
    number=12,
    title="Buyer approval log",
    purpose="What the buyer's guidance made a question of, how its five questions were answered, and who approved.",
    readers="the buyer and studio legal",
    columns=COLUMNS,
    narrowings=frozenset({Narrowing.PRODUCTION, Narrowing.PERIOD}),
    period_means="when the case was opened, or the buyer's paper recorded",
    roles=(Role.LEGAL, Role.ADMIN, Role.PRODUCER, Role.AUDITOR),
    rows=rows,
    notes=(
        (
            "Whoever approved here is of the studio's legal review. The buyer's own approval is a paper: where one "
            "is on record its SHA-256 stands among the conditions."
        ),
    ),
)
