"""What a person may lift and what nobody may. Pure.

Nobody lifts a prohibition (`deny`), a consent that is missing or withdrawn, a strike, a notice a union is owed, a
release or a mark that a law asks for, and nothing that is unknown: those are cured by facts. What is left stands in
`powers.json`, rule by rule.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from core.digests import sha256_hex
from licensing.decision_cards import Reason
from licensing.values import Outcome

_BLOCKING = frozenset({Outcome.ESCALATE.value, Outcome.DENY_UNTIL.value, Outcome.DENY.value})
_COUNSEL_RULE = "GATE-COUNSEL"
_RULE = re.compile(r"\b[A-Z]{2,4}-\d{2}\b")


@dataclass(frozen=True, slots=True)
class Power:
    """What it takes to lift a rule.

    Attributes:
        outcomes: of the rule, that may be lifted; never `deny`.
        keys: 1, or 2 where the performer's side has to confirm.
        document: whether a paper has to be named, such as a buyer's approval.
        why: for whoever asks.
    """

    outcomes: frozenset[str]
    keys: int
    document: bool
    why: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """One reason that an approval was given for."""

    rule_id: str
    outcome: str
    message_sha256: str
    rules: tuple[str, ...] = ()

    def covers(self, reason: Reason) -> bool:
        """Whether `reason` is this one: the same rule, as severe, for the same fact.

        Of counsel's reason less than was approved is covered too: counsel may have confirmed some rules since.
        """
        if (reason.rule_id, reason.outcome) != (self.rule_id, self.outcome):
            return False
        if reason.rule_id == _COUNSEL_RULE:
            return bool(_RULE.findall(reason.message)) and set(_RULE.findall(reason.message)) <= set(
                self.rules
            )
        return sha256_hex(reason.message.encode()) == self.message_sha256


@lru_cache(maxsize=1)
def powers() -> dict[str, Power]:
    """By rule; what does not stand here is lifted by nobody."""
    stated = json.loads(Path(__file__).with_name("powers.json").read_text(encoding="utf-8"))["rules"]
    return {
        rule_id: Power(frozenset(one["outcomes"]), one["keys"], one["document"], one["why"])
        for rule_id, one in stated.items()
    }


def blocking(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """The reasons that speak against a use."""
    return tuple(reason for reason in reasons if reason.outcome in _BLOCKING)


def power_over(reason: Reason) -> Power | None:
    """What it takes to lift a reason, or None where nobody may."""
    power = powers().get(reason.rule_id)
    return power if power is not None and reason.outcome in power.outcomes else None


def lifted_of(reason: Reason) -> Lifted:
    """`reason` as an approval names it."""
    rules = tuple(_RULE.findall(reason.message)) if reason.rule_id == _COUNSEL_RULE else ()
    return Lifted(reason.rule_id, reason.outcome, sha256_hex(reason.message.encode()), rules)
