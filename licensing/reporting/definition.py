"""What a report is: its columns, what may narrow it, who may have it made, and what gives its rows. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from accounts.values import Actor, Role
from core.canonical import Canonical
from core.clock import rfc3339

NONE = "none"
"""Known to be nothing, such as a payment that was not made yet. Unlike None, it is no gap in the record."""

# None: not recorded. Lists are told one after the other.
Cell: TypeAlias = "str | int | date | datetime | UUID | Sequence[str] | None"
Row: TypeAlias = "Sequence[Cell]"


def machine_name(heading: str) -> str:
    """A heading as the head of the CSV has it: lower case, and one `_` for whatever is no letter or figure."""
    return re.sub(r"[^a-z0-9]+", "_", heading.lower()).strip("_")


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width`: its share of a printed line beside others, 1 for most."""

    heading: str
    meaning: str
    width: float = 1

    @property
    def name(self) -> str:
        return machine_name(self.heading)


class Narrowing(StrEnum):
    """What a report may be narrowed by."""

    PRODUCTION = "production"
    PERIOD = "period"
    PERFORMER = "performer"
    AGREEMENT = "agreement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a report is about; nothing named: everything its reader may see.

    The period is in days of UTC: from `period_from` on, and before `period_until`. Either may be open.
    """

    production_ids: tuple[UUID, ...] = ()
    period_from: date | None = None
    period_until: date | None = None
    performer_id: UUID | None = None
    agreement: str | None = None

    def narrowed_by(self) -> frozenset[Narrowing]:
        """What is named in it."""
        named = {
            Narrowing.PRODUCTION: bool(self.production_ids),
            Narrowing.PERIOD: self.period_from is not None or self.period_until is not None,
            Narrowing.PERFORMER: self.performer_id is not None,
            Narrowing.AGREEMENT: self.agreement is not None,
        }
        return frozenset(one for one, is_named in named.items() if is_named)

    def to_json(self) -> dict[str, Canonical]:
        return {
            "production_ids": [str(one) for one in self.production_ids],
            "period_from": self.period_from.isoformat() if self.period_from else None,
            "period_until": self.period_until.isoformat() if self.period_until else None,
            "performer_id": str(self.performer_id) if self.performer_id else None,
            "agreement": self.agreement,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """Who has a report made of what, and when. `whole` False: of the performers whom the actor acts for alone."""

    actor: Actor
    scope: Scope
    at: datetime
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDefinition:
    """A report.

    Attributes:
        number: by which the trade's list of reports calls it.
        purpose: what it is for, in a sentence.
        readers: whom it is for, in words.
        narrowings: what it may be narrowed by.
        period_means: which day of a row the period is about; empty where it has no period.
        roles: who may have it made of everything they may see.
        for_own: whether whoever acts for a performer may have it made of that performer alone.
        granted: whether it shows what other organisations granted to see.
        rows: its rows. Called inside `core.tenancy.tenant`, and asked once.
        notes: how its columns are to be read, and what the product cannot know.
    """

    code: str
    number: int
    title: str
    purpose: str
    readers: str
    columns: tuple[Column, ...]
    narrowings: frozenset[Narrowing]
    roles: tuple[Role, ...]
    rows: Callable[[Reading], Iterable[Row]]
    period_means: str = ""
    for_own: bool = False
    granted: bool = False
    notes: tuple[str, ...] = ()


def cell_text(value: Cell) -> str:
    """A cell as the CSV has it; empty where nothing is recorded."""
    match value:
        case None:
            return ""
        case str():
            return value
        case datetime():
            return rfc3339(value)[:19] + "Z"
        case date():
            return value.isoformat()
        case int() | UUID():
            return str(value)
        case _:
            return "; ".join(value) or NONE


def yes_or_no(value: bool | None) -> str | None:  # noqa: FBT001 - a fact that may be unknown
    """A fact as a cell; None stays not recorded."""
    return None if value is None else "yes" if value else "no"


def listed(value: object) -> Cell:
    """A list of signed terms as a cell: not stated is not recorded, and an empty list is none."""
    if value is None or isinstance(value, str):
        return value or None
    return [str(one) for one in value] if isinstance(value, list | tuple) else str(value)


def stated(terms: Mapping[str, Canonical], name: str) -> Cell:
    """A term as a cell; `false` in a record means: known not to have happened."""
    value = terms.get(name)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return listed(value)
