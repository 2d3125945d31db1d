"""Take an asset into custody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.tenancy import tenant
from licensing.custody import files
from licensing.custody.cards import AssetCard
from licensing.custody.content import content_type_of
from licensing.custody.errors import AssetDestroyed, AssetRefused, NoSuchAsset, RetentionTooLong
from licensing.custody.files import SealedDraft
from licensing.custody.holding import note_of
from licensing.custody.keys import encryption_key_id, wrap
from licensing.custody.reading import asset_card
from licensing.custody.training_terms import permits_training
from licensing.custody.words import BIOMETRIC, AssetKind, AssetState, CustodyAct
from licensing.errors import ConsentEnded, NoSuchConsent
from licensing.models.consent import Consent
from licensing.models.custody import CustodyAsset, CustodyKey, CustodyParent
from licensing.names import ConsentStatus
from licensing.rulebook.book import rule_book

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REGION = re.compile(r"EU|[A-Z]{2}(-[A-Z0-9]{1,3})?")
_NOT_YET_IN_LOG = (
    "The asset is in custody. The log has not confirmed it yet and will without your doing. Do not hand it in "
    "again."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsset:
    """What is said of an asset that is handed in. `retention_until` is the last day it may be kept."""

    kind: AssetKind
    label: str
    consent_id: UUID
    built_from: Sequence[UUID]
    base_model_sha256: str
    region: str
    retention_until: date
    created_at: datetime


def take_in(new: NewAsset, draft: SealedDraft, *, actor: Actor) -> AssetCard:
    """Take a sealed draft into custody under its consent, log it, and wait until the log covers it.

    Killed before its transaction commits, it leaves a file without a row and without a key, which the sweep removes.

    Raises:
        AssetRefused: what was handed in is not of its kind, or what is said of it does not hold together.
        RetentionTooLong: longer than BIO-01 lets anybody keep what measures a person.
        NoSuchConsent, ConsentEnded: there is no consent it could be kept under.
        NoSuchAsset, AssetDestroyed: what it was built from is not here any more.
        core.errors.DiskFull: the volume has no room.
        LogNotReady: it is in custody; its entry is not covered yet.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        received = receive(new, draft, actor=actor)
    wait_until_covered(actor.organisation_id, [received.entry_uid], message=_NOT_YET_IN_LOG)
    return asset_card(received.asset_id, actor=actor)


@dataclass(frozen=True, slots=True)
class Received:
    """An asset that was taken in, and its entry of the log."""

    asset_id: UUID
    entry_uid: UUID


def receive(new: NewAsset, draft: SealedDraft, *, actor: Actor) -> Received:
    """As `take_in`, inside the caller's `core.tenancy.tenant`, who waits for the log.

    `actor.label` says who did it; `actor.user_id` answers for it and is somebody.

    Raises:
        As `take_in`, but for the log.
    """
    _require_sense(new)
    content_type = content_type_of(new.kind, draft.head, size_bytes=draft.plain_bytes)
    with tenant(actor.organisation_id, user_id=actor.user_id):
        consent = _consent(new)
        parents = _parents(new, consent)
        at = clock.now()
        _require_times(new, at=at)
        files.put_in_place(actor.organisation_id, draft)
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.CUSTODY_RECEIVED,
            actor=actor.label,
            subject=f"custody:{draft.asset_id}",
            fields={
                "custody_asset": str(draft.asset_id),
                "asset_kind": new.kind.value,
                "consent": str(consent.id),
                "sealed_sha256": draft.sealed_sha256,
                "performers": subjects.performers(actor.organisation_id, [consent.performer_id]),
            },
            at=at,
            production_id=consent.production_id,
            person_id=consent.performer_id,
        )
        asset: CustodyAsset = CustodyAsset.objects.create(
            id=draft.asset_id,
            kind=new.kind,
            label=new.label,
            depicts_id=consent.performer_id,
            consent=consent,
            base_model_sha256=new.base_model_sha256,
            content_type=content_type,
            region=new.region,
            retention_until=new.retention_until,
            plain_bytes=draft.plain_bytes,
            plain_sha256=draft.plain_sha256,
            sealed_bytes=draft.sealed_bytes,
            sealed_sha256=draft.sealed_sha256,
            created_at=new.created_at,
            received_at=at,
            received_by_id=actor.user_id,
            entry_uid=entry_uid,
            state=AssetState.HELD,
        )
        CustodyKey.objects.create(
            asset=asset,
            encryption_key_id=encryption_key_id(settings.KEYS_FOLDER),
            wrapped=wrap(settings.KEYS_FOLDER, draft.key, asset_id=asset.id),
        )
        for parent in parents:
            CustodyParent.objects.create(asset=asset, parent=parent)
        note_of(asset, CustodyAct.RECEIVED, actor=actor, at=at)
    return Received(asset.id, entry_uid)


def _require_sense(new: NewAsset) -> None:
    if not new.label.strip():
        raise AssetRefused("Say in a few words what the asset is.")
    if not _REGION.fullmatch(new.region):
        raise AssetRefused("The region is EU, or an ISO code such as US or US-CA.")
    is_adapter = new.kind == AssetKind.ADAPTER
    if is_adapter != bool(new.base_model_sha256):
        raise AssetRefused("An adapter, and nothing else, names the SHA-256 of the model it adapts.")
    if is_adapter and not _SHA256.fullmatch(new.base_model_sha256):
        raise AssetRefused("The model's SHA-256 has 64 hexadecimal digits in lower case.")
    if is_adapter and not new.built_from:
        raise AssetRefused(
            "An adapter names the assets it was trained on; they are taken into custody first."
        )


def _require_times(new: NewAsset, *, at: datetime) -> None:
    if new.created_at > at:
        raise AssetRefused("The asset cannot have been made after now.")
    if new.retention_until < at.date():
        raise AssetRefused("The last day of retention has passed.")
    # Counted from today: being handed in is a contact, and a later one may be recorded by nobody.
    rule = rule_book()["BIO-01"]
    last = years_after(at.date(), rule.whole_number("destroy_after_years"))
    if new.kind in BIOMETRIC and new.retention_until > last:
        raise RetentionTooLong(
            f"A {new.kind.value} may be kept until {last.isoformat()} at the latest ({rule.id}, grade {rule.grade})."
        )


def years_after(day: date, years: int) -> date:
    """The same day so many years on; the last of February where there is no 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _consent(new: NewAsset) -> Consent:
    consent: Consent | None = Consent.objects.select_for_update(no_key=True).filter(id=new.consent_id).first()
    if consent is None:
        raise NoSuchConsent("There is no such consent record here.")
    if consent.status != ConsentStatus.ACTIVE:
        raise ConsentEnded(status=consent.status)
    if new.kind == AssetKind.ADAPTER and not permits_training(consent.terms):
        raise AssetRefused(
            "The consent does not permit training: that is a term of its own, and this record does not state it."
        )
    return consent


def _parents(new: NewAsset, consent: Consent) -> list[CustodyAsset]:
    parents: list[CustodyAsset] = list(
        CustodyAsset.objects.select_for_update(no_key=True).filter(id__in=new.built_from).order_by("id")
    )
    if len(parents) != len(set(new.built_from)):
        raise NoSuchAsset("What it was built from is not in custody here.")
    if any(one.state == AssetState.DESTROYED for one in parents):
        raise AssetDestroyed("What it was built from was destroyed.")
    if any(one.depicts_id != consent.performer_id for one in parents):
        raise AssetRefused("What it was built from depicts somebody else than the consent is of.")
    return parents
