"""Whether the amount of an obligation is known: units stated, rates confirmed, factors read by counsel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date
from uuid import UUID

from django.db.models import Q

from core.canonical import Canonical
from licensing.gate_rules import below_grade_a
from licensing.gathering import confirmed_rules
from licensing.models.owed import Obligation, ObligationUse, Rate
from licensing.owed.errors import FormulaUnfit
from licensing.owed.formulas import FORMULAS, Formula, InputMissing, Owed, calculate
from licensing.owed.values import ANY_CATEGORY, TO_BE_ENTERED, RateKind
from licensing.values import PerformerCategory


@dataclass(frozen=True, slots=True)
class Known:
    """An amount with all it was computed from. `rates`: the rows as they stood."""

    formula: str
    inputs: Mapping[str, int | str]
    rates: tuple[dict[str, Canonical], ...]
    currency: str
    owed: Owed


def formulas_for(row: Obligation) -> tuple[str, ...]:
    """The formulas that may hold for an obligation: the one its duty names, or all of its rule."""
    if row.formula:
        return (row.formula,)
    return tuple(one.id for one in FORMULAS.values() if row.rule_id in one.rule_ids)


def stated_units(row: Obligation) -> dict[str, int | str | None]:
    """The units of the latest use, which may be estimated anew from one use to the next."""
    latest = ObligationUse.objects.filter(obligation=row).order_by("-at", "-id").first()
    return dict(latest.units) if latest else {}


def known_amount(
    row: Obligation,
    *,
    formula: str | None,
    units: Mapping[str, int | str],
    on: date | None = None,
    supposed: Rate | None = None,
) -> Known | tuple[str, ...]:
    """The amount, or in words everything that is missing for it. Reads inside the caller's transaction.

    Args:
        row: a duty to pay.
        formula: which of the rule's formulas holds, where the duty leaves it open.
        units: what the duty leaves open, or more of it than was estimated.
        on: the day whose rates count; by default the day it fell due.
        supposed: a rate that nobody entered, taken from its first day on as if it were one, for asking "what if".

    Raises:
        FormulaUnfit: `formula` is none of the rule's, or `units` names something the formula does not take.
    """
    possible = formulas_for(row)
    if formula is not None and formula not in possible:
        raise FormulaUnfit(
            f"{row.rule_id} is not paid by {formula}. Possible: {', '.join(possible) or 'none'}."
        )
    if formula is None and len(possible) != 1:
        return (f"which formula holds: {', '.join(possible) or 'none is on file'}",)
    chosen = FORMULAS[formula or possible[0]]
    strange = units.keys() - {*chosen.units, *chosen.figures}
    if strange:
        raise FormulaUnfit(f"{chosen.id} takes no {', '.join(sorted(strange))}.")
    missing = [*_unread(row, chosen)]
    inputs = _units(row, chosen, units, missing)
    day = on or row.opened_at.astimezone(UTC).date()
    rates = _rates(row, chosen, missing, day=day, supposed=supposed)
    currencies = {rate.currency for rate in rates.values() if rate.currency}
    if len(currencies) > 1:
        missing.append(f"one currency; the rates are in {' and '.join(sorted(currencies))}")
    if missing:
        return tuple(missing)
    inputs |= {name: rate.amount for name, rate in rates.items()}
    try:
        owed = calculate(chosen.id, inputs)
    except InputMissing as unusable:
        return (str(unusable),)
    snapshots = tuple(_snapshot(name, rate) for name, rate in rates.items() if rate is not supposed)
    return Known(chosen.id, inputs, snapshots, next(iter(currencies), "USD"), owed)


def rate_on(
    kind: RateKind,
    day: date,
    *,
    agreement: str,
    category: str,
    performer_id: UUID | None,
    production_id: UUID | None,
    supposed: Rate | None = None,
) -> Rate | None:
    """The confirmed rate that holds on `day`; a deal goes before the agreement, its category before any other.

    One that is `supposed` goes before a rate of the same rank, which it would replace.
    """
    rows = list(
        Rate.objects.select_related("confirmation")
        .filter(
            Q(performer__isnull=True) | Q(performer_id=performer_id),
            Q(production__isnull=True) | Q(production_id=production_id),
            Q(valid_until__isnull=True) | Q(valid_until__gt=day),
            agreement=agreement,
            kind=kind,
            category__in=[category, ANY_CATEGORY],
            valid_from__lte=day,
            withdrawn_at__isnull=True,
            confirmation__isnull=False,
        )
        .order_by("id")
    )
    if (
        supposed is not None
        and (supposed.kind, supposed.agreement) == (kind, agreement)
        and supposed.category in (category, ANY_CATEGORY)
        and supposed.performer_id in (None, performer_id)
        and supposed.production_id in (None, production_id)
        and supposed.valid_from <= day
    ):
        rows.insert(0, supposed)
    return max(
        rows,
        key=lambda rate: (
            rate.performer_id is not None,
            rate.production_id is not None,
            rate.category == category,
        ),
        default=None,
    )


def _unread(row: Obligation, formula: Formula) -> list[str]:
    """Rules whose factors the formula uses and whose originals counsel has not confirmed."""
    if not formula.figures:
        return []
    digests = below_grade_a()
    if row.rule_id not in digests or (row.rule_id, digests[row.rule_id]) in confirmed_rules():
        return []
    return [f"counsel's confirmation of {row.rule_id}, whose factors are below grade A"]


def _units(
    row: Obligation, formula: Formula, stated: Mapping[str, int | str], missing: list[str]
) -> dict[str, int | str]:
    of_use = stated_units(row)
    inputs: dict[str, int | str] = {}
    for name in formula.units:
        value = stated.get(name, of_use.get(name))
        if value is None:
            missing.append(f"{name.replace('_', ' ')} to be stated")
        else:
            inputs[name] = value
    for name in formula.figures:
        value = row.inputs.get(name)
        if value is None:
            value = stated.get(name)
        if value is None:
            missing.append(f"{name.replace('_', ' ')} to be stated")
        else:
            inputs[name] = value
    return inputs


def _rates(
    row: Obligation, formula: Formula, missing: list[str], *, day: date, supposed: Rate | None
) -> dict[str, Rate]:
    if not formula.rates:
        return {}
    if row.agreement is None:
        missing.append("the agreement of the engagement")
        return {}
    category = PerformerCategory.PRINCIPAL.value if formula.principal_rate else row.category or ANY_CATEGORY
    found: dict[str, Rate] = {}
    for name, kind in formula.rates.items():
        rate = rate_on(
            kind,
            day,
            agreement=row.agreement,
            category=category,
            performer_id=row.performer_id,
            production_id=row.production_id,
            supposed=supposed,
        )
        if rate is None:
            missing.append(f"{kind.value.replace('_', ' ')} of {day.isoformat()}, {TO_BE_ENTERED}")
        else:
            found[name] = rate
    return found


def _snapshot(name: str, rate: Rate) -> dict[str, Canonical]:
    return {
        "input": name,
        "rate": str(rate.id),
        "kind": rate.kind,
        "amount": rate.amount,
        "currency": rate.currency,
        "valid_from": rate.valid_from.isoformat(),
        "source": rate.source,
        "grade": rate.grade,
        "document_sha256": rate.document_sha256,
        "confirmed_at": rate.confirmation.confirmed_at.isoformat(),
    }
