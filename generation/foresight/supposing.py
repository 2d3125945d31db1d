"""An event from plain fields, as forms and the API send them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generation.errors import WhatIfUnfit
from generation.foresight.values import WhatIf
from licensing.foresight.events import (
    ConsentEnds,
    Event,
    HousePackInForce,
    RateChanges,
    StrikeEnds,
    StrikeStarts,
    TimePasses,
)
from licensing.owed.values import ANY_CATEGORY, RateKind
from licensing.values import Agreement, PerformerCategory


def _rate(asked: Mapping[str, Any]) -> RateChanges:
    if asked["rate_kind"] not in set(RateKind):
        raise WhatIfUnfit("kind", "is no kind of figure")
    kind = RateKind(asked["rate_kind"])
    currency = asked.get("currency") or ""
    if kind.is_percent and currency:
        raise WhatIfUnfit("currency", "a percentage has none")
    if not kind.is_percent and not currency:
        raise WhatIfUnfit("currency", "is needed for an amount")
    if kind.is_of_one_deal and not (asked.get("performer") or asked.get("deal_production")):
        raise WhatIfUnfit("performer", "a figure of one deal names its performer or its production")
    if asked["category"] != ANY_CATEGORY and asked["category"] not in set(PerformerCategory):
        raise WhatIfUnfit("category", "is no category of performers")
    return RateChanges(
        agreement=Agreement(asked["agreement"]),
        category=asked["category"],
        kind=kind,
        currency=currency,
        amount=asked["amount"],
        valid_from=asked["valid_from"],
        performer_id=asked.get("performer"),
        production_id=asked.get("deal_production"),
    )


KINDS: Mapping[str, tuple[tuple[str, ...], Callable[[Mapping[str, Any]], Event]]] = {
    "consent_ends": (("consent",), lambda asked: ConsentEnds(asked["consent"])),
    "strike_starts": (("agreement",), lambda asked: StrikeStarts(Agreement(asked["agreement"]))),
    "strike_ends": (("agreement",), lambda asked: StrikeEnds(Agreement(asked["agreement"]))),
    "house_pack_in_force": (("pack",), lambda asked: HousePackInForce(asked["pack"])),
    "rate_changes": (("agreement", "category", "rate_kind", "amount", "valid_from"), _rate),
    "time_passes": (("at",), lambda _: TimePasses()),
}
"""By kind: the fields it needs, and the event they make."""


def supposed(asked: Mapping[str, Any]) -> WhatIf:
    """What is asked, in `kind`, `at`, `production` and the fields of that kind.

    Raises:
        WhatIfUnfit: one of them is not there, or they contradict each other.
    """
    needs, made = KINDS[asked["kind"]]
    for name in needs:
        if asked.get(name) in (None, ""):
            raise WhatIfUnfit(name.removeprefix("rate_"), f"is needed to suppose {asked['kind']}")
    return WhatIf(event=made(asked), at=asked.get("at"), production_id=asked.get("production"))
