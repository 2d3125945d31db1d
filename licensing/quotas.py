"""How much of a consent is left: words, figures, and what the gate says when it is not enough. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from licensing.decision_cards import Reason
from licensing.values import Outcome

QUOTA_RULE = "GATE-QUOTA"
MS_PER_SECOND = 1000
_HOUSE_GRADE = "A"
_NAMED_JOBS = 3


class QuotaUnit(StrEnum):
    """What a consent may limit. Amounts of `seconds` are counted in milliseconds.

    `uses` are deliveries. `takes_as_uses` are the uses of consents whose signed words count every signed take as one.
    """

    USES = "uses"
    TAKES_AS_USES = "takes_as_uses"
    TAKES = "takes"
    SECONDS = "seconds"


class ReservationState(StrEnum):
    """`expired`: its time was over and somebody else needed the room, or the sweep came by."""

    HELD = "held"
    COMMITTED = "committed"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class _Said:
    """A unit in words. `job` and `jobs`: what holds of it; `what_is_one` where the noun does not tell."""

    noun: str
    one: str
    job: str = "take"
    jobs: str = "takes"
    what_is_one: str = ""


_SAID = {
    QuotaUnit.USES: _Said("uses", "use", "delivery", "deliveries", " Each delivery is one."),
    QuotaUnit.TAKES_AS_USES: _Said(
        "uses", "use", what_is_one=" Each signed take is one, by the words that were signed."
    ),
    QuotaUnit.TAKES: _Said("takes", "take"),
    QuotaUnit.SECONDS: _Said("seconds of video", "second of video"),
}

Amounts = Mapping[QuotaUnit, int | None]
"""What a job takes of each unit; None: it takes some, and nobody said how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaState:
    """One limit of a consent as it stands. `reserved` is held by `jobs`, whose time is not over."""

    consent_id: str
    unit: QuotaUnit
    most: int
    used: int
    reserved: int
    jobs: tuple[str, ...] = ()

    @classmethod
    def of_row(cls, row: Sequence[Any]) -> QuotaState:
        """The state in a row of consent, unit, most, used, and what is held by job."""
        consent, unit, most, used, held = row
        return cls(
            consent_id=consent,
            unit=QuotaUnit(unit),
            most=most,
            used=used,
            reserved=sum((held or {}).values()),
            jobs=tuple(sorted(held or {})),
        )

    @property
    def left(self) -> int:
        return max(self.most - self.used - self.reserved, 0)

    @property
    def in_words(self) -> str:
        """What is left, as its page tells it."""
        gone = [f"{self.shown(self.used)} used"] if self.used else []
        if self.reserved:
            gone.append(f"{self.shown(self.reserved)} held by work under way")
        why = f": {' and '.join(gone)}" if gone else ""
        said = _SAID[self.unit]
        return f"{self.shown(self.left)} of {self.counted(self.most)} left{why}.{said.what_is_one}"

    @property
    def noun(self) -> str:
        """What is counted, for a person."""
        return _SAID[self.unit].noun

    def counted(self, amount: int) -> str:
        """`amount` with what is counted: `1 use`, `2 uses`."""
        shown, said = self.shown(amount), _SAID[self.unit]
        return f"{shown} {said.one if shown == '1' else said.noun}"

    def shown(self, amount: int) -> str:
        """`amount` as people count it: seconds with up to three decimals."""
        if self.unit is not QuotaUnit.SECONDS:
            return str(amount)
        whole, rest = divmod(amount, MS_PER_SECOND)
        return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")


def take_amounts(duration_ms: int | None) -> Amounts:
    """What one take takes: a take, its length, and a use where the signed words count takes as uses."""
    return {QuotaUnit.TAKES_AS_USES: 1, QuotaUnit.TAKES: 1, QuotaUnit.SECONDS: duration_ms}


def delivery_amounts() -> Amounts:
    """What one delivery takes of each consent that it relies on: one use."""
    return {QuotaUnit.USES: 1}


def quota_reasons(
    quotas: Iterable[QuotaState], relied_on: Collection[str], amounts: Amounts, *, whose: Mapping[str, str]
) -> tuple[Reason, ...]:
    """Why what is left of the consents relied on is not enough, one reason for every limit that is in the way.

    Args:
        quotas: the limits on record, without what the job itself holds.
        relied_on: the consents that the verdict rests on.
        amounts: what the job takes.
        whose: the performer of each consent, by id.
    """
    return tuple(
        reason
        for quota in quotas
        if quota.consent_id in relied_on and quota.unit in amounts
        for reason in _reasons(quota, amounts[quota.unit], whose.get(quota.consent_id, "the performer"))
    )


def _reasons(quota: QuotaState, amount: int | None, person: str) -> Iterable[Reason]:
    if amount is not None and amount <= quota.left:
        return
    clause = f"Terms of consent {quota.consent_id}, most {quota.noun}: {person} allows"
    is_are = "is" if quota.shown(quota.used) == "1" else "are"
    figures = f"{quota.counted(quota.most)}, {quota.shown(quota.used)} {is_are} used"
    if quota.reserved:
        figures += f" and {quota.shown(quota.reserved)} reserved by {_running(quota)}"
    if amount is None and quota.left:
        # Whoever asks knows the length; nobody else can say it for them.
        yield Reason(
            QUOTA_RULE,
            Outcome.DENY_UNTIL.value,
            f"{clause} {figures}; nobody said how many this takes of the {quota.shown(quota.left)} left.",
            "State the length of the video.",
            _HOUSE_GRADE,
        )
        return
    wanted = "" if amount in (None, 1) else f"; this takes {quota.shown(amount or 0)}"
    jobs = _SAID[quota.unit].jobs
    waiting = f"wait until {jobs} end without using what they hold, or " if quota.reserved else ""
    yield Reason(
        QUOTA_RULE,
        Outcome.DENY_UNTIL.value,
        f"{clause} {figures}{wanted}.",
        f"{waiting}agree on a new limit with the performer, in a new consent that supersedes this one.".capitalize(),
        _HOUSE_GRADE,
    )


def _running(quota: QuotaState) -> str:
    jobs, said = quota.jobs, _SAID[quota.unit]
    if not jobs:
        return "work that still runs"
    named = ", ".join(jobs[:_NAMED_JOBS])
    more = f" and {len(jobs) - _NAMED_JOBS} more" if len(jobs) > _NAMED_JOBS else ""
    noun = said.job if len(jobs) == 1 else said.jobs
    return f"{len(jobs)} {noun} still running ({named}{more})"
