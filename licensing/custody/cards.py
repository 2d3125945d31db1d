"""Assets in custody as pages, reports and the API show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CustodyEventCard:
    asset_id: UUID
    act: str
    note: str
    at: datetime
    actor: str
    job_id: UUID | None
    fence: int | None
    purpose: str | None
    decision_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetCard:
    """An asset: what it is, whose, where, until when, who may use it; `is_on_hold`: a litigation hold keeps it."""

    id: UUID
    kind: str
    label: str
    performer_id: UUID
    performer_name: str
    consent_id: UUID
    production_title: str
    built_from: tuple[UUID, ...]
    built_into: tuple[UUID, ...]
    base_model_sha256: str
    content_type: str
    region: str
    retention_until: date
    plain_bytes: int
    plain_sha256: str
    sealed_bytes: int
    sealed_sha256: str
    created_at: datetime
    received_at: datetime
    state: str
    is_on_hold: bool
    access: tuple[UUID, ...]
    destroyed_at: datetime | None
    destruction_reason: str | None
    attestation_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentBehind:
    """The consent an asset is kept under now. `valid_until`: its last day, where it states one."""

    id: UUID
    production_id: UUID
    performer_id: UUID
    replica_type: str
    permits_training: bool
    valid_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLogRow:
    """One row of the replica custody log, in the columns of report 2 and in their order."""

    asset: str
    person: str
    built_from: str
    created_at: str
    region: str
    access_list: str
    access_events: str
    copies: str
    retention_until: str
    destroyed_at: str
    attestation: str
