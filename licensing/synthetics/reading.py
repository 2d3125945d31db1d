"""What people, and the gate, read of case files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from accounts.values import Actor
from audit.coverage import covered_sql
from core.canonical import Canonical
from core.tenancy import tenant
from licensing.models.synthetic import SyntheticFile, SyntheticStep
from licensing.moments import Moment
from licensing.owed.clocks import clocks, due_of
from licensing.owed.values import DueWord
from licensing.owed_queries import calendar_of
from licensing.synthetics.errors import NoSuchSyntheticFile
from licensing.synthetics.order import Step, facts_of_steps, state_of, strictest
from licensing.synthetics.words import SyntheticState, SyntheticStepKind
from licensing.values import Agreement, ValueFinding

_CLOCKS = ("TVT-13-bargain", "TVT-13-arbitration", "TVT-13-latest")
_ENDS_CLOCK = {
    "TVT-13-bargain": {SyntheticStepKind.BARGAINING_OPENED},
    "TVT-13-arbitration": {SyntheticStepKind.AGREED, SyntheticStepKind.ARBITRATION_OPENED},
    "TVT-13-latest": {SyntheticStepKind.AGREED, SyntheticStepKind.ARBITRATION_OPENED},
}


@dataclass(frozen=True, slots=True)
class ClockCard:
    """A clock of the bargaining. `due_at` None: no date can be counted, and `words` say why."""

    name: str
    words: str
    due_at: datetime | None
    met_at: datetime | None
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticFileCard:
    id: UUID
    production_id: UUID
    production_title: str
    role: str
    why_human_role: str
    state: str
    opened_at: datetime
    steps: tuple[Step, ...]
    clocks: tuple[ClockCard, ...]


def synthetic_cards(actor: Actor) -> tuple[SyntheticFileCard, ...]:
    """Every case file, the latest first."""
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return tuple(_card(row) for row in _rows())


def synthetic_card(file_id: UUID, *, actor: Actor) -> SyntheticFileCard:
    """One case file.

    Raises:
        NoSuchSyntheticFile: not here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        row = _rows().filter(id=file_id).first()
        if row is None:
            raise NoSuchSyntheticFile("There is no such case file here.")
        return _card(row)


def steps_of(row: SyntheticFile) -> tuple[Step, ...]:
    """The steps of a file, in the order they were entered."""
    return tuple(step_of(one) for one in row.steps.all())


def synthetic_facts(production_id: UUID, moment: Moment | None = None) -> dict[str, Canonical] | None:
    """What the rulebook reads of a production's open files; None when there is none.

    Call inside `core.tenancy.tenant`. A step counts when the log covers it; a finding that speaks against the
    Synthetic counts at once. With `moment` the files are as they were then.
    """
    uid = "licensing_syntheticstep.entry_uid"
    by, at = ("%s", [moment.known_at] * covered_sql("", by="%s").count("%s")) if moment else (None, [])
    covered = RawSQL(covered_sql(uid, by=by), at, output_field=BooleanField())  # noqa: S611 - our own
    rows = SyntheticStep.objects.filter(file__production_id=production_id).annotate(is_in_log=covered)
    files = SyntheticFile.objects.filter(production_id=production_id)
    if moment is not None:
        rows = rows.filter(recorded_at__lte=moment.known_at, happened_at__lte=moment.as_of)
        files = files.filter(opened_at__lte=moment.settled)
    file_ids = files.values_list("id", flat=True)
    counted: dict[UUID, list[Step]] = {file_id: [] for file_id in file_ids}
    for row in rows:
        if row.file_id in counted and (row.is_in_log or _speaks_against(row)):
            counted[row.file_id].append(step_of(row))
    return strictest(_open_facts(counted.values()))


def _open_facts(files: Iterable[list[Step]]) -> list[dict[str, Canonical]]:
    return [facts_of_steps(steps) for steps in files if state_of(steps) != SyntheticState.CLOSED]


def _speaks_against(row: SyntheticStep) -> bool:
    return row.finding is not None and row.finding != ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE


def _rows() -> QuerySet[SyntheticFile]:
    return SyntheticFile.objects.select_related("production").prefetch_related("steps")


def _card(row: SyntheticFile) -> SyntheticFileCard:
    steps = steps_of(row)
    return SyntheticFileCard(
        id=row.id,
        production_id=row.production_id,
        production_title=row.production.title,
        role=row.role,
        why_human_role=row.why_human_role,
        state=state_of(steps).value,
        opened_at=row.opened_at,
        steps=steps,
        clocks=_clocks(row.production.agreement, steps),
    )


def _clocks(agreement: str | None, steps: tuple[Step, ...]) -> tuple[ClockCard, ...]:
    """The clocks of TVT-13, counted on the calendar that was entered for the agreement."""
    served = next((one.happened_at for one in steps if one.kind == SyntheticStepKind.NOTICE_SERVED), None)
    if agreement != Agreement.SAG_TVT_2026 or served is None:
        return ()
    calendar, cards = calendar_of(agreement), []
    for name in _CLOCKS:
        due = due_of(DueWord.CLOCK, opened_at=served, clock_id=name, since=served, calendar=calendar)
        met = min((one.happened_at for one in steps if one.kind in _ENDS_CLOCK[name]), default=None)
        cards.append(ClockCard(name, due.words, due.at, met, clocks()[name].grade))
    return tuple(cards)


def step_of(row: SyntheticStep) -> Step:
    """A step, of its row."""
    return Step(
        kind=SyntheticStepKind(row.kind),
        happened_at=row.happened_at,
        finding=ValueFinding(row.finding) if row.finding else None,
        author=row.author,
        text=row.text,
        proof_sha256=row.proof_sha256,
        amount_minor=row.amount_minor,
        currency=row.currency,
        plan=row.plan,
    )
