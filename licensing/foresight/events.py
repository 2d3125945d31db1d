"""What might happen, as frozen values. Pure: nothing of it is ever written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias
from uuid import UUID

from core.canonical import Canonical
from licensing.owed.values import RateKind
from licensing.values import Agreement


@dataclass(frozen=True, slots=True)
class TimePasses:
    """Nothing happens but that the day comes: terms end by themselves, notices take effect."""


@dataclass(frozen=True, slots=True)
class ConsentEnds:
    """A consent record is withdrawn."""

    consent_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentSigned:
    """A record with these terms is signed and in force, in place of `supersedes` if there is one."""

    production_id: UUID
    performer_id: UUID
    replica_type: str
    terms: Mapping[str, Canonical]
    supersedes: UUID | None = None


@dataclass(frozen=True, slots=True)
class StrikeStarts:
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class StrikeEnds:
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class HousePackInForce:
    """A pack of own rules, staged here, decides in place of the one in force."""

    pack_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChanges:
    """A figure of an agreement or a deal holds from `valid_from` on, in place of what holds then.

    `amount` is in minor units of `currency`; of a percentage in basis points, with no currency.
    """

    agreement: Agreement
    category: str
    kind: RateKind
    currency: str
    amount: int
    valid_from: date
    performer_id: UUID | None = None
    production_id: UUID | None = None


Event: TypeAlias = (
    TimePasses | ConsentEnds | ConsentSigned | StrikeStarts | StrikeEnds | HousePackInForce | RateChanges
)
