"""What leaves the house: training licences and replicas handed on (TVT-21, TVT-22, WGA-02)."""

from __future__ import annotations

from collections.abc import Iterator

from licensing.clauses.case import Case, met, require
from licensing.clauses.findings import BEFORE_USE, SAG_AFTRA, WRITERS_GUILD, Duty, Finding
from licensing.facts import Fact
from licensing.values import DutyKind, Event, Outcome, UnionAnswer, Use


def to_another_owner(case: Case) -> Iterator[Finding]:
    """TVT-21. Silence is no approval."""
    if not met(lambda: case.use == Use.TRANSFER_REPLICA, case.under_tv_theatrical):
        return
    transfer = case.facts.use.transfer
    if not met(
        lambda: transfer.union_answer.known() == UnionAnswer.APPROVED,
        transfer.assumed_in_writing.known,
    ):
        asked = transfer.union_asked_at.value
        days = case.rule("TVT-21").whole_number("union_answers_within_days")
        ask = Duty(
            DutyKind.NOTIFY_UNION, SAG_AFTRA, {"about": "transfer", "answers_within_days": days}, BEFORE_USE
        )
        open_points = []
        if transfer.union_answer.value not in (None, UnionAnswer.APPROVED):
            open_points.append(f"the Union's answer is {transfer.union_answer.value}")
        if transfer.assumed_in_writing.value is False:
            open_points.append("the transferee has not assumed the duties in writing")
        text = f"The replica cannot pass on: {' and '.join(open_points)}."
        yield Finding(Outcome.ESCALATE, text, duties=() if asked else (ask,))
        require(transfer.union_answer, transfer.assumed_in_writing)
    else:
        yield Finding(Outcome.PASS, "The Union approved and the transferee assumed the duties in writing.")


def footage_for_training(case: Case) -> Iterator[Finding]:
    """TVT-22."""
    if met(lambda: _licensed_out(case), case.under_tv_theatrical):
        yield from _notice(case, case.facts.use.training.union_notice_at, SAG_AFTRA)


def scripts_for_training(case: Case) -> Iterator[Finding]:
    """WGA-02."""
    if met(
        lambda: _licensed_out(case),
        case.facts.project.writers_guild_covered.known,
        lambda: case.in_force("WGA-02"),
    ):
        yield from _notice(case, case.facts.use.training.writers_notice_at, WRITERS_GUILD)


def _licensed_out(case: Case) -> bool:
    """Whether material goes, for pay, to somebody unaffiliated who trains a public commercial system."""
    training = case.facts.use.training
    return met(
        lambda: case.use == Use.LICENSE_FOR_TRAINING,
        lambda: not training.affiliated.known(),
        training.for_pay.known,
        training.public_commercial.known,
    )


def _notice(case: Case, notice: Fact[Event], union: str) -> Iterator[Finding]:
    pending = case.facts.use.training.meeting_pending
    if met(lambda: case.happened(notice) is not None, lambda: not pending.known()):
        yield Finding(Outcome.PASS, f"{union} has had written notice, and no meeting is pending.")
        return
    open_points = []
    if notice.value is not None and case.happened(notice) is None:
        open_points.append("has had no written notice of the training licence")
    if pending.value:
        open_points.append("has asked for a meeting that is pending")
    duty = Duty(DutyKind.NOTIFY_UNION, union, {"about": "training licence"}, BEFORE_USE)
    yield Finding(Outcome.ESCALATE, f"{union} {' and '.join(open_points)}.", duties=(duty,))
    require(notice, pending)
