"""What the house demands of screens at each step, and whether a file meets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.tenancy import tenant
from generation.models import InputAttestation, ScreenPolicy
from generation.screens.errors import ScreensNotClear
from generation.screens.queries import ScreenCard, ScreenReport
from generation.screens.values import (
    DEMAND_IN_WORDS,
    Demand,
    ScreenKind,
    ScreenStep,
    demand_by_default,
    is_met,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyCard:
    """What is demanded. `stated_at` None: the house has said nothing, and this holds by default."""

    kind: ScreenKind
    step: ScreenStep
    demand: Demand
    reason: str = ""
    stated_at: datetime | None = None

    @property
    def in_words(self) -> str:
        return DEMAND_IN_WORDS[self.demand]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenScreen:
    """One answer that is not enough, and what is demanded."""

    card: ScreenCard
    policy: PolicyCard

    @property
    def cure(self) -> str:
        if self.policy.demand in {Demand.ATTEST, Demand.ATTEST_LIKENESS, Demand.ATTEST_FLAGGED}:
            if self.policy.step is ScreenStep.RENDER:
                return "Legal looks at the reference and answers for it on its page."
            return "Legal looks at the finished file and approves it under Legal review of the file."
        return "Legal may change what is demanded; an operator may install a screen."

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.card.kind.value,
            "outcome": self.card.outcome.value,
            "why": self.card.why.value if self.card.why else "",
            "demand": self.policy.demand.value,
            "words": f"{self.card.in_words}; it {self.policy.in_words}.",
            "cure": self.cure,
        }


def policies(organisation_id: UUID) -> dict[tuple[ScreenStep, ScreenKind], PolicyCard]:
    """What holds now, for every step and kind."""
    with tenant(organisation_id):
        rows = ScreenPolicy.objects.order_by("step", "kind", "-stated_at", "-id").distinct("step", "kind")
        stated = {
            (ScreenStep(row.step), ScreenKind(row.kind)): PolicyCard(
                kind=ScreenKind(row.kind),
                step=ScreenStep(row.step),
                demand=Demand(row.demand),
                reason=row.reason,
                stated_at=row.stated_at,
            )
            for row in rows
        }
    return {
        (step, kind): stated.get((step, kind))
        or PolicyCard(kind=kind, step=step, demand=demand_by_default(kind, step))
        for step in ScreenStep
        for kind in ScreenKind
    }


def open_screens(
    organisation_id: UUID,
    step: ScreenStep,
    report: ScreenReport,
    *,
    shows_a_likeness: bool = True,
    attested: frozenset[ScreenKind] = frozenset(),
) -> tuple[OpenScreen, ...]:
    """The answers in `report` that are not enough at `step`; `attested` are those that a person answered for."""
    held = policies(organisation_id)
    return tuple(
        OpenScreen(card=card, policy=held[step, card.kind])
        for card in report.cards
        if not is_met(
            held[step, card.kind].demand,
            card.outcome,
            shows_a_likeness=shows_a_likeness,
            attested=card.kind in attested,
        )
    )


def refuse_unless_met(
    organisation_id: UUID, step: ScreenStep, report: ScreenReport, *, called: str = "A reference of this take"
) -> None:
    """Let a file go on, where every demand at `step` is met; `called` is how it is spoken of before it is used.

    Raises:
        ScreensNotClear: naming each answer that is not enough.
    """
    found = open_screens(organisation_id, step, report, attested=_attested(organisation_id, report))
    refuse_open(found, what=step, called=called)


def refuse_open(
    found: tuple[OpenScreen, ...], *, what: ScreenStep, called: str = "A reference of this take"
) -> None:
    """Raise unless nothing is open.

    Raises:
        ScreensNotClear: naming each answer that is not enough.
    """
    if found:
        told = " ".join(f"{one.card.in_words}; it {one.policy.in_words}. {one.cure}" for one in found)
        raise ScreensNotClear(f"{_STOPPED[what].format(called)} {told}", [one.as_json() for one in found])


_STOPPED = {
    ScreenStep.RENDER: "{} may not be used yet.",
    ScreenStep.SIGN: "Nothing was signed.",
    ScreenStep.DELIVER: "Nothing was delivered.",
}


def _attested(organisation_id: UUID, report: ScreenReport) -> frozenset[ScreenKind]:
    if report.run_id is None:
        return frozenset()
    with tenant(organisation_id):
        rows = InputAttestation.objects.filter(run_id=report.run_id).values_list("kinds", flat=True)
        return frozenset(ScreenKind(kind) for kinds in rows for kind in kinds)
