"""What a clause finds: an outcome, the fact that failed in words, and what is owed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.canonical import Canonical
from licensing.values import DutyKind, Outcome

BEFORE_USE = "before_use"
BEFORE_DELIVERY = "before_delivery"

SAG_AFTRA = "sag_aftra"
WRITERS_GUILD = "wga"
ACTRA = "actra"
PLAN = "plan"
PUBLIC = "public"
BUYER = "buyer"

_NOTHING: Mapping[str, Canonical] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Duty:
    """Something owed. A null inside `inputs` is a figure still to be entered.

    Args:
        to: a person_id, the code of a union, "plan", "buyer" or "public".
        due: a date, a time, "before_use", "before_delivery" or None.
    """

    duty: DutyKind
    to: str
    inputs: Mapping[str, Canonical] = field(default_factory=lambda: _NOTHING)
    due: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a clause says. `cure` None: the cure the rulebook gives for the whole rule."""

    outcome: Outcome
    text: str
    cure: str | None = None
    duties: tuple[Duty, ...] = ()
