"""What is owed beside uses: custody of replica files, the Union's meeting, registration (TVT-20, TVT-23, US-01)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from licensing.clauses.case import TV_THEATRICAL, met, require
from licensing.clauses.findings import BEFORE_USE, PUBLIC, SAG_AFTRA, Duty, Finding
from licensing.facts import Fact
from licensing.rulebook.book import RuleBook
from licensing.values import Agreement, DutyKind, Event, Outcome

_MONTHS = 12
_SHORTEST_MONTH = 28


class MatterKind(StrEnum):
    """What is asked about when it is no use."""

    REPLICA_ACCESS = "replica_access"
    UNION_MEETING = "union_meeting"
    REGISTRATION = "registration"


@dataclass(frozen=True, slots=True)
class Access:
    """Somebody wants to open scans or replica files of a person."""

    person_id: Fact[str]
    on_access_list: Fact[bool]
    business_need: Fact[bool]
    copying_prevented: Fact[bool]
    logged_at: Fact[Event]


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting on generative AI that the Union has with a producer."""

    last_held_at: Fact[Event]
    report_ready_at: Fact[Event]


@dataclass(frozen=True, slots=True)
class Registration:
    """A work goes to the register of copyright, or into a chain of title."""

    ai_more_than_trivial: Fact[bool]
    ai_material_listed: Fact[bool]
    human_authorship_described: Fact[bool]
    process_kept: Fact[bool]


@dataclass(frozen=True, slots=True)
class Matter:
    asked_at: Fact[datetime]
    kind: Fact[MatterKind]
    agreement: Fact[Agreement]
    access: Access
    meeting: Meeting
    registration: Registration

    def happened(self, event: Fact[Event]) -> datetime | None:
        when = event.known()
        return None if when is False or when > self.asked_at.known() else when


def custody(matter: Matter, _: RuleBook) -> Iterator[Finding]:
    """TVT-20. Who asked is kept, whether or not the files were opened."""
    if not met(
        lambda: matter.kind.known() == MatterKind.REPLICA_ACCESS,
        lambda: matter.agreement.known() in TV_THEATRICAL,
    ):
        return
    access = matter.access
    label = access.person_id.known()
    reasons = [
        text
        for fact, text in (
            (access.on_access_list, "whoever asks is not on the access list"),
            (access.business_need, "there is no legitimate business need"),
            (access.copying_prevented, "nothing reasonable is done against copying"),
        )
        if fact.value is False
    ]
    logged = access.logged_at.value is not None and matter.happened(access.logged_at) is not None
    keep = Duty(DutyKind.RECORD_BASIS, label, {"about": "access to replica files"}, BEFORE_USE)
    owed = () if logged else (keep,)
    if reasons:
        yield Finding(Outcome.DENY, f"{label}: {'; '.join(reasons)}.", duties=owed)
    require(access.on_access_list, access.business_need, access.copying_prevented, access.logged_at)
    if not reasons and owed:
        yield Finding(Outcome.DUTY, f"{label}: the access is entered in the access log.", duties=owed)
    elif not reasons:
        yield Finding(Outcome.PASS, f"{label}: the access is limited, needed and logged.")


def semi_annual_meeting(matter: Matter, book: RuleBook) -> Iterator[Finding]:
    """TVT-23. Owed from the last meeting on; where none was held, at once."""
    if not met(
        lambda: matter.kind.known() == MatterKind.UNION_MEETING,
        lambda: matter.agreement.known() in TV_THEATRICAL,
    ):
        return
    meeting = matter.meeting
    held, ready = matter.happened(meeting.last_held_at), matter.happened(meeting.report_ready_at)
    today = matter.asked_at.known().astimezone(UTC).date()
    months = book["TVT-23"].whole_number("months")
    due = _months_after(held.astimezone(UTC).date(), months) if held else today
    notice = Duty(DutyKind.NOTIFY_UNION, SAG_AFTRA, {"about": "generative AI meeting"}, due.isoformat())
    report = Duty(DutyKind.REPORT_USAGE, SAG_AFTRA, {"about": "generative AI meeting"}, due.isoformat())
    # A report from before the last meeting was for that one.
    is_ready = ready is not None and (held is None or ready > held)
    state = "the report is ready" if is_ready else "the report is not ready"
    word = "was" if due < today else "is"
    text = f"The next meeting {word} due on {due.isoformat()}; {state}."
    yield Finding(Outcome.DUTY, text, duties=(notice,) if is_ready else (notice, report))


def chain_of_title(matter: Matter, _: RuleBook) -> Iterator[Finding]:
    """US-01."""
    asked = matter.registration
    if not met(
        lambda: matter.kind.known() == MatterKind.REGISTRATION,
        asked.ai_more_than_trivial.known,
    ):
        return
    parts = {
        "ai_material_listed": asked.ai_material_listed,
        "human_authorship_described": asked.human_authorship_described,
        "process_kept": asked.process_kept,
    }
    missing = [name for name, fact in parts.items() if fact.value is False]
    if missing:
        duty = Duty(DutyKind.RECORD_BASIS, PUBLIC, {"about": "registration", "missing": list(missing)}, None)
        yield Finding(Outcome.DUTY, f"Still to be done: {', '.join(missing)}.", duties=(duty,))
    require(*parts.values())
    if not missing:
        yield Finding(Outcome.PASS, "The AI material is listed and human authorship is described and kept.")


def _months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, _MONTHS)
    for last in range(day.day, _SHORTEST_MONTH - 1, -1):
        try:
            return date(day.year + years, month + 1, last)
        except ValueError:
            continue
    return date(day.year + years, month + 1, day.day)
