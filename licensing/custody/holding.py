"""Rows of assets as operations want them: locked, and with what stands in the way.

Call all of it inside `core.tenancy.tenant`.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from accounts.values import Actor
from licensing.custody.errors import NoSuchAsset
from licensing.custody.words import CustodyAct
from licensing.models.consent import Consent
from licensing.models.custody import CustodyAccess, CustodyAsset, CustodyEvent, CustodyRelease
from licensing.models.hold import LegalHold
from licensing.names import ConsentStatus
from licensing.review.words import HeldKind


def asset_row(asset_id: UUID) -> CustodyAsset:
    """The asset, unlocked.

    Raises:
        NoSuchAsset: not here.
    """
    row: CustodyAsset | None = CustodyAsset.objects.select_related("consent").filter(id=asset_id).first()
    if row is None:
        raise NoSuchAsset("There is no such asset in custody here.")
    return row


def locked(asset_id: UUID) -> CustodyAsset:
    """The asset, until the transaction ends nobody else's. Lock its consent before, never after: see the withdrawal.

    Raises:
        NoSuchAsset: not here.
    """
    row: CustodyAsset | None = CustodyAsset.objects.select_for_update().filter(id=asset_id).first()
    if row is None:
        raise NoSuchAsset("There is no such asset in custody here.")
    return row


def standing_consent(consent: Consent) -> Consent | None:
    """The active record among `consent` and what superseded it, kept from ending until the transaction is over."""
    current: Consent | None = consent
    while current is not None and current.status == ConsentStatus.SUPERSEDED:
        current = Consent.objects.filter(supersedes=current).first()
    if current is None:
        return None
    found: Consent | None = (
        Consent.objects.select_for_update(no_key=True)
        .filter(id=current.id, status=ConsentStatus.ACTIVE)
        .first()
    )
    return found


def record_and_those_before(consent_id: UUID) -> tuple[UUID, ...]:
    """The record and what it superseded, the newest first: what was handed in under any of them is kept under it."""
    found: list[UUID] = []
    current: UUID | None = consent_id
    while current is not None:
        found.append(current)
        current = Consent.objects.filter(id=current).values_list("supersedes_id", flat=True).first()
    return tuple(found)


def is_on_hold(asset: CustodyAsset, *, production_id: UUID) -> bool:
    """Whether a litigation hold names the performer or the production of the asset."""
    return (
        LegalHold.objects.filter(lifted_at__isnull=True)
        .filter(
            Q(kind=HeldKind.PERFORMER, held_id=asset.depicts_id)
            | Q(kind=HeldKind.PRODUCTION, held_id=production_id)
        )
        .exists()
    )


def people_with_access(asset_id: UUID) -> frozenset[UUID]:
    """Who is on the asset's access list now."""
    latest: dict[UUID, bool] = {}
    for row in CustodyAccess.objects.filter(asset_id=asset_id).order_by("at", "id"):
        latest[row.person_id] = row.allowed
    return frozenset(person for person, allowed in latest.items() if allowed)


def note_event(
    asset: CustodyAsset,
    act: CustodyAct,
    *,
    at: datetime,
    actor: str,
    by: UUID | None = None,
    note: str = "",
    release: CustodyRelease | None = None,
) -> None:
    """Add a row to the asset's custody log."""
    CustodyEvent.objects.create(
        asset=asset, act=act, at=at, actor=actor, by_id=by, note=note[:300], release=release
    )


def note_of(asset: CustodyAsset, act: CustodyAct, *, actor: Actor, at: datetime, note: str = "") -> None:
    """As `note_event`, done by a signed-in person."""
    note_event(asset, act, at=at, actor=actor.label, by=actor.user_id, note=note)
