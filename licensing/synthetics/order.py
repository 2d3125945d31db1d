"""Which step may follow which, what each needs, and what all of them come to. Pure: no tables, no clock.

What the rulebook asks of a Synthetic is TVT-13 to TVT-15; here is only that a file cannot tell a story that did not
happen, such as bargaining before anybody was told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import starmap

from core.canonical import Canonical
from core.clock import rfc3339
from licensing.synthetics.errors import StepRefused
from licensing.synthetics.words import MONEY_STEPS, PROVED_STEPS, SyntheticState, SyntheticStepKind
from licensing.values import ValueFinding

_Kind = SyntheticStepKind
_AFTER: Mapping[_Kind, tuple[_Kind, ...]] = {
    _Kind.NOTICE_SENT: (_Kind.VALUE_FOUND,),
    _Kind.NOTICE_SERVED: (_Kind.NOTICE_SENT,),
    _Kind.BARGAINING_OPENED: (_Kind.NOTICE_SERVED,),
    _Kind.AGREED: (_Kind.BARGAINING_OPENED,),
    _Kind.ARBITRATION_OPENED: (_Kind.BARGAINING_OPENED,),
    _Kind.AWARDED: (_Kind.ARBITRATION_OPENED,),
    _Kind.PLAN_PAID: (_Kind.AGREED, _Kind.AWARDED),
}
_AGAIN = frozenset({_Kind.VALUE_FOUND, _Kind.PLAN_PAID, _Kind.NOTE})
_STATES = (
    (_Kind.CLOSED, SyntheticState.CLOSED),
    (_Kind.PLAN_PAID, SyntheticState.PLAN_PAID),
    (_Kind.AWARDED, SyntheticState.SETTLED),
    (_Kind.AGREED, SyntheticState.SETTLED),
    (_Kind.ARBITRATION_OPENED, SyntheticState.IN_ARBITRATION),
    (_Kind.BARGAINING_OPENED, SyntheticState.BARGAINING),
    (_Kind.NOTICE_SERVED, SyntheticState.CLOCK_RUNS),
    (_Kind.NOTICE_SENT, SyntheticState.NOTICE_SENT),
    (_Kind.VALUE_FOUND, SyntheticState.VALUE_FOUND),
)
_SHA256 = re.compile(r"[0-9a-f]{64}")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step as it is entered. Money in minor units, as agreed or awarded; what is not agreed is not entered."""

    kind: SyntheticStepKind
    happened_at: datetime
    finding: ValueFinding | None = None
    author: str = ""
    text: str = ""
    proof_sha256: str = ""
    amount_minor: int | None = None
    currency: str = ""
    plan: str = ""


def require_step(step: Step, taken: Sequence[Step], *, at: datetime) -> None:
    """Refuse a step that cannot be the next one.

    Raises:
        StepRefused: the message names what is missing.
    """
    name = step.kind.value.replace("_", " ")
    if any(one.kind == _Kind.CLOSED for one in taken):
        raise StepRefused("The case file is closed.")
    if step.happened_at > at:
        raise StepRefused("It cannot have happened after now.")
    before = _AFTER.get(step.kind, ())
    earlier = [one for one in taken if one.kind in before]
    if before and not earlier:
        wanted = " or ".join(one.value.replace("_", " ") for one in before)
        raise StepRefused(f"{name.capitalize()} follows {wanted}, which is not on record.")
    if any(step.happened_at < one.happened_at for one in earlier):
        raise StepRefused(f"{name.capitalize()} cannot lie before what it follows.")
    if step.kind not in _AGAIN and any(one.kind == step.kind for one in taken):
        raise StepRefused(f"{name.capitalize()} is on record already; add a note instead.")
    _require_content(step, name)


def _require_content(step: Step, name: str) -> None:
    if (step.kind == _Kind.VALUE_FOUND) != (step.finding is not None):
        raise StepRefused("A finding, and nothing else, says what value was found.")
    if step.kind == _Kind.VALUE_FOUND and not (step.author.strip() and step.text.strip()):
        raise StepRefused(
            "A finding names its author and says why, compared with a live actor or their replica."
        )
    if step.kind in PROVED_STEPS and not _SHA256.fullmatch(step.proof_sha256):
        raise StepRefused(f"{name.capitalize()} names the SHA-256 of the paper that shows it.")
    if step.proof_sha256 and not _SHA256.fullmatch(step.proof_sha256):
        raise StepRefused("The proof's SHA-256 has 64 hexadecimal digits in lower case.")
    has_money = step.amount_minor is not None and bool(_CURRENCY.fullmatch(step.currency))
    if (step.kind.value in MONEY_STEPS) != has_money or (not has_money and step.currency):
        raise StepRefused(
            "What was agreed, awarded or paid, and nothing else, names an amount and its currency."
        )
    if step.amount_minor is not None and step.amount_minor < 0:
        raise StepRefused("An amount is not below zero.")
    if step.kind == _Kind.PLAN_PAID and not step.plan.strip():
        raise StepRefused("Name the plan that was paid: the money goes to a plan, not to a person.")
    if step.kind in {_Kind.NOTE, _Kind.CLOSED} and not step.text.strip():
        raise StepRefused("Say it in words.")


def state_of(taken: Sequence[Step]) -> SyntheticState:
    """Where the file stands."""
    kinds = {one.kind for one in taken}
    return next((state for kind, state in _STATES if kind in kinds), SyntheticState.OPENED)


def facts_of_steps(taken: Sequence[Step]) -> dict[str, Canonical]:
    """The rulebook's facts about one file. What is not on record has not happened: the file is where it would be."""
    found = [one for one in taken if one.kind == _Kind.VALUE_FOUND]
    finding = found[-1].finding if found else None
    return {
        # Nobody having looked for the value is unknown, and never cleared.
        "value_finding": finding.value if finding else None,
        "union_notice_at": _when(taken, _Kind.NOTICE_SERVED),
        "bargaining_opened_at": _when(taken, _Kind.BARGAINING_OPENED),
        "agreed_at": _when(taken, _Kind.AGREED),
        "arbitration_opened_at": _when(taken, _Kind.ARBITRATION_OPENED),
    }


def strictest(files: Iterable[Mapping[str, Canonical]]) -> dict[str, Canonical] | None:
    """One set of facts that holds of every file; None when there is none.

    A request does not say which Synthetic it shows, so what one of them lacks, all of them lack.
    """
    rows = list(files)
    if not rows:
        return None
    return dict(starmap(_strictest_of, ((name, [row[name] for row in rows]) for name in rows[0])))


def _strictest_of(name: str, values: list[Canonical]) -> tuple[str, Canonical]:
    if name == "value_finding":
        good = ValueFinding.SIGNIFICANT_ADDITIONAL_VALUE.value
        wrong = [one for one in values if one is not None and one != good]
        return name, wrong[0] if wrong else None if None in values else good
    if False in values:
        return name, False
    # RFC 3339 in UTC sorts as text: the latest holds of all.
    return name, max(str(one) for one in values)


def _when(taken: Sequence[Step], kind: _Kind) -> str | bool:
    happened = [one.happened_at for one in taken if one.kind == kind]
    return rfc3339(happened[0]) if happened else False
