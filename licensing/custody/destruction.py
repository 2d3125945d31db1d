"""Destroy assets: the key goes with the transaction, the file after it, and a signed attestation says so."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.digests import sha256_hex
from core.tenancy import tenant
from licensing.custody import files
from licensing.custody.attestation import Destroyed, attestation_note
from licensing.custody.cards import AssetCard
from licensing.custody.errors import AssetDestroyed, AssetOnHold
from licensing.custody.holding import (
    asset_row,
    is_on_hold,
    locked,
    note_event,
    record_and_those_before,
)
from licensing.custody.reading import asset_card
from licensing.custody.words import AssetState, CustodyAct, DestructionReason
from licensing.models.custody import CustodyAsset, CustodyEvent, CustodyKey, CustodyParent, CustodyRelease

logger = logging.getLogger(__name__)

_STANDS = (
    "The asset is destroyed. The log has not confirmed it yet and will without your doing. Do not send it "
    "again."
)


def destroy_asset(asset_id: UUID, *, actor: Actor) -> AssetCard:
    """Destroy an asset because somebody asked for it, and wait until the log covers it.

    What was built from it stays: it is another asset, and has consent of its own.

    Raises:
        NoSuchAsset: not here.
        AssetDestroyed: before.
        AssetOnHold: a litigation hold keeps it.
        LogNotReady: it is destroyed; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        production_id = asset_row(asset_id).consent.production_id
        asset = locked(asset_id)
        if asset.state == AssetState.DESTROYED:
            raise AssetDestroyed("This asset was destroyed before.")
        if is_on_hold(asset, production_id=production_id):
            raise AssetOnHold("A litigation hold keeps this asset. Whoever placed the hold can lift it.")
        at = clock.now()
        entry_uid = _destroy(
            asset,
            DestructionReason.ON_REQUEST,
            production_id=production_id,
            actor=actor.label,
            by=actor.user_id,
            at=at,
        )
    wait_until_covered(actor.organisation_id, [entry_uid], message=_STANDS)
    return asset_card(asset_id, actor=actor)


def destroy_under_consent(
    consent_id: UUID, *, organisation_id: UUID, actor: str, by: UUID | None, at: datetime
) -> list[UUID]:
    """Destroy whatever is kept under a consent that has ended, and whatever was built from it; gives the entries.

    What was handed in under a record that this one superseded is kept under this one.
    Call inside the transaction that ends the consent, with its row locked: consent and keys end together. What a
    litigation hold keeps stays sealed, cannot be used, and goes when the hold is lifted.
    """
    seeds = CustodyAsset.objects.filter(consent_id__in=record_and_those_before(consent_id)).values_list(
        "id", flat=True
    )
    return _destroy_all(
        _with_descendants(seeds),
        DestructionReason.CONSENT_WITHDRAWN,
        organisation_id=organisation_id,
        actor=actor,
        by=by,
        at=at,
    )


def destroy_due(organisation_id: UUID, asset_ids: Iterable[UUID], reason: DestructionReason) -> list[UUID]:
    """Destroy, by the clock, what is due; gives the entries. Call inside `core.tenancy.tenant`."""
    return _destroy_all(
        sorted(set(asset_ids)),
        reason,
        organisation_id=organisation_id,
        actor="system",
        by=None,
        at=clock.now(),
    )


def _destroy_all(
    asset_ids: Iterable[UUID],
    reason: DestructionReason,
    *,
    organisation_id: UUID,
    actor: str,
    by: UUID | None,
    at: datetime,
) -> list[UUID]:
    entries = []
    for asset_id in asset_ids:
        production_id = asset_row(asset_id).consent.production_id
        asset = locked(asset_id)
        if asset.state == AssetState.DESTROYED or asset.organisation_id != organisation_id:
            continue
        if is_on_hold(asset, production_id=production_id):
            _note_held_up(asset, reason, actor=actor, by=by, at=at)
            continue
        try:
            with transaction.atomic():
                uid = _destroy(asset, reason, production_id=production_id, actor=actor, by=by, at=at)
        except OSError:
            # The signing key's volume does not answer. A withdrawal must not fail for that: what the asset was kept
            # under has ended, so nobody gets its key, and the sweep destroys it later.
            logger.exception("Asset %s stays sealed and is destroyed later.", asset_id)
        else:
            entries.append(uid)
    return entries


def _destroy(
    asset: CustodyAsset,
    reason: DestructionReason,
    *,
    production_id: UUID,
    actor: str,
    by: UUID | None,
    at: datetime,
) -> UUID:
    organisation_id = asset.organisation_id
    note = attestation_note(_told(asset, reason, at=at), settings.KEYS_FOLDER)
    CustodyKey.objects.filter(asset=asset).delete()
    asset.state = AssetState.DESTROYED
    asset.destroyed_at = at
    asset.destruction_reason = reason
    asset.attestation = note
    asset.attestation_sha256 = sha256_hex(note.encode())
    asset.save(
        update_fields=["state", "destroyed_at", "destruction_reason", "attestation", "attestation_sha256"]
    )
    note_event(asset, CustodyAct.DESTROYED, at=at, actor=actor, by=by, note=reason.value)
    entry_uid = trail.record(
        organisation_id=organisation_id,
        entry_type=EntryType.CUSTODY_DESTROYED,
        actor=actor,
        subject=f"custody:{asset.id}",
        fields={
            "custody_asset": str(asset.id),
            "reason_code": reason.value,
            "attestation_sha256": asset.attestation_sha256,
            "performers": subjects.performers(organisation_id, [asset.depicts_id]),
        },
        at=at,
        production_id=production_id,
        person_id=asset.depicts_id,
    )
    # Only once the key is gone for good: rolled back, the asset is still there and needs its file.
    transaction.on_commit(lambda: remove_file(organisation_id, asset.id), robust=True)
    return entry_uid


def remove_file(organisation_id: UUID, asset_id: UUID) -> bool:
    """Remove the file of a destroyed asset and note it; whether there was one."""
    if not files.remove(organisation_id, asset_id):
        return False
    with tenant(organisation_id):
        note_event(asset_row(asset_id), CustodyAct.FILE_REMOVED, at=clock.now(), actor="system")
    return True


def _told(asset: CustodyAsset, reason: DestructionReason, *, at: datetime) -> Destroyed:
    committed = subjects.performers(asset.organisation_id, [asset.depicts_id])
    copies = CustodyEvent.objects.filter(asset=asset, act=CustodyAct.COPY_RECORDED)
    return Destroyed(
        asset_id=asset.id,
        kind=asset.kind,
        performer=str(committed[0]),
        consent_id=asset.consent_id,
        built_from=sorted(asset.built_from.values_list("parent_id", flat=True)),
        built_into=sorted(asset.built_into.values_list("asset_id", flat=True)),
        plain_sha256=asset.plain_sha256,
        sealed_sha256=asset.sealed_sha256,
        sealed_bytes=asset.sealed_bytes,
        region=asset.region,
        retention_until=asset.retention_until,
        received_at=asset.received_at,
        releases=CustodyRelease.objects.filter(asset=asset).count(),
        copies_outside=list(copies.order_by("at").values_list("note", flat=True)),
        reason=reason.value,
        destroyed_at=at,
    )


def _with_descendants(seeds: Iterable[UUID]) -> list[UUID]:
    found = set(seeds)
    newest = found
    while newest:
        built = CustodyParent.objects.filter(parent_id__in=newest).values_list("asset_id", flat=True)
        newest = set(built) - found
        found |= newest
    # In one order everywhere, so that two destructions never wait for each other.
    return sorted(found)


def _note_held_up(
    asset: CustodyAsset, reason: DestructionReason, *, actor: str, by: UUID | None, at: datetime
) -> None:
    already = CustodyEvent.objects.filter(
        asset=asset, act=CustodyAct.DESTRUCTION_HELD_UP, note=reason.value
    ).exists()
    if not already:
        note_event(asset, CustodyAct.DESTRUCTION_HELD_UP, at=at, actor=actor, by=by, note=reason.value)
