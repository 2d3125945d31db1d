"""Release an asset's key to one attempt of one job. The gate's decision is the key to the key."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from audit import subjects, trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.errors import StudioError
from core.ids import new_id
from core.tenancy import tenant
from licensing.clauses.case import TRAINING
from licensing.custody import files
from licensing.custody.errors import (
    AlreadyReleased,
    AssetDestroyed,
    AssetOnHold,
    NoSuchAsset,
    ReleaseRefused,
    SealBroken,
)
from licensing.custody.holding import (
    asset_row,
    is_on_hold,
    locked,
    note_event,
    people_with_access,
    standing_consent,
)
from licensing.custody.keys import unwrap
from licensing.custody.vault import unseal
from licensing.custody.words import AssetState, CustodyAct, ReleasePurpose
from licensing.models.custody import CustodyAsset, CustodyKey, CustodyRelease
from licensing.models.decision import Decision
from licensing.values import Decision as Outcome


class Job(Protocol):
    """One attempt of one job. A later attempt has a higher fence."""

    @property
    def organisation_id(self) -> UUID: ...
    @property
    def id(self) -> UUID: ...
    @property
    def fence(self) -> int: ...
    @property
    def label(self) -> str:
        """The worker's name in the log."""

    def hold(self, decision_id: UUID) -> None:
        """Keep the claim for the rest of the transaction, or raise: it is lost, or rests on another decision."""


class ReleasedAsset:
    """An asset that one job may read. It is decrypted into memory alone, and forgets its key when it is closed.

    Python copies what it works with, so that the key's bytes may linger in the process until it ends; whoever can
    read a worker's memory can read what the worker renders.
    """

    def __init__(self, asset: CustodyAsset, key: bytes) -> None:
        self._path = files.path_of(asset.organisation_id, asset.id)
        self._id: UUID = asset.id
        self._plain_bytes: int = asset.plain_bytes
        self._key: bytearray | None = bytearray(key)
        self.kind: str = asset.kind
        self.content_type: str = asset.content_type
        self.performer_id: UUID = asset.depicts_id

    def chunks(self) -> Iterator[bytes]:
        """The asset in pieces of at most a megabyte; whole only when the iterator ends.

        Raises:
            SealBroken: the file is not what was sealed.
        """
        if self._key is None:
            raise ValueError("The asset was closed.")
        try:
            with self._path.open("rb") as stream:
                yield from unseal(stream, key=bytes(self._key), asset_id=self._id)
        except FileNotFoundError as error:
            raise SealBroken("The sealed file is gone.") from error

    def read(self) -> bytearray:
        """The whole asset. Overwrite it when you are done.

        Raises:
            SealBroken: the file is not what was sealed.
        """
        content = bytearray()
        for chunk in self.chunks():
            content += chunk
        if len(content) != self._plain_bytes:
            raise SealBroken("The sealed file is not as long as what was sealed.")
        return content

    def close(self) -> None:
        if self._key is not None:
            self._key[:] = bytes(len(self._key))
            self._key = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def release_for_job(asset_id: UUID, *, job: Job, decision_id: UUID) -> ReleasedAsset:
    """Release an asset to `job`, which does what `decision_id` permits, once for each of its attempts.

    The release is in the log, and covered, before the key is unwrapped; what permits it is looked at again after
    the waiting. A refusal is noted in the custody log.

    Raises:
        NoSuchAsset, AssetDestroyed, AssetOnHold: there is nothing to release.
        ReleaseRefused: the decision, the consent or the access list does not permit it.
        AlreadyReleased: this attempt has had it.
        LogNotReady: the log does not follow; nothing was released.
        Whatever `job.hold` raises: the claim is lost.
    """
    try:
        release, entry_uid = _record(asset_id, job=job, decision_id=decision_id)
    except NoSuchAsset:
        raise
    except Exception as error:
        # Also a lost claim, whose error is the job's own: that somebody tried is part of the custody log.
        _note_refusal(asset_id, job=job, why=type(error).__name__)
        raise
    wait_until_covered(job.organisation_id, [entry_uid])
    refusal: StudioError
    with tenant(job.organisation_id, durable=True):
        try:
            # A withdrawal, a hold or another worker may have come first while the log was waited for.
            asset = require_releasable(asset_id, job=job, decision_id=decision_id)
        except (AssetDestroyed, AssetOnHold, ReleaseRefused) as error:
            refusal = error
        else:
            wrapped = CustodyKey.objects.get(asset=asset).wrapped
            key = unwrap(settings.KEYS_FOLDER, bytes(wrapped), asset_id=asset.id)
            note_event(asset, CustodyAct.OPENED, at=clock.now(), actor=job.label, release=release)
            return ReleasedAsset(asset, key)
    _note_refusal(asset_id, job=job, why=type(refusal).__name__)
    raise refusal


def _record(asset_id: UUID, *, job: Job, decision_id: UUID) -> tuple[CustodyRelease, UUID]:
    with tenant(job.organisation_id, durable=True):
        asset = require_releasable(asset_id, job=job, decision_id=decision_id)
        decision = Decision.objects.get(id=decision_id)
        at = clock.now()
        release_id = new_id()
        entry_uid = trail.record(
            organisation_id=job.organisation_id,
            entry_type=EntryType.CUSTODY_RELEASED,
            actor=job.label,
            subject=f"custody:{asset.id}",
            fields={
                "release": str(release_id),
                "custody_asset": str(asset.id),
                "decision": str(decision.id),
                "job": str(job.id),
                "fence": job.fence,
                "performers": subjects.performers(job.organisation_id, [asset.depicts_id]),
            },
            at=at,
            production_id=decision.production_id,
            person_id=asset.depicts_id,
        )
        try:
            with transaction.atomic():
                release: CustodyRelease = CustodyRelease.objects.create(
                    id=release_id,
                    asset=asset,
                    decision=decision,
                    job_id=job.id,
                    fence=job.fence,
                    purpose=_purpose(decision),
                    released_at=at,
                    actor=job.label,
                    entry_uid=entry_uid,
                )
        except IntegrityError as error:
            raise AlreadyReleased("This attempt of the job has had the asset's key.") from error
        note_event(asset, CustodyAct.RELEASED, at=at, actor=job.label, release=release)
    return release, entry_uid


def require_releasable(asset_id: UUID, *, job: Job, decision_id: UUID) -> CustodyAsset:
    """The asset, locked, with its consent kept from ending and the job's claim held, all of it permitting.

    Call inside `core.tenancy.tenant`. Consent, asset, claim: a withdrawal takes the locks in this order too. Whoever
    writes what came of an asset asks this again in the transaction that writes it.

    Raises:
        NoSuchAsset, AssetDestroyed, AssetOnHold, ReleaseRefused: it is not to be had.
        Whatever `job.hold` raises: the claim is lost.
    """
    unlocked = asset_row(asset_id)
    consent = standing_consent(unlocked.consent)
    asset = locked(asset_id)
    if asset.state == AssetState.DESTROYED:
        raise AssetDestroyed("This asset was destroyed.")
    if is_on_hold(asset, production_id=unlocked.consent.production_id):
        raise AssetOnHold("A litigation hold keeps this asset. It is not used until the hold is lifted.")
    if consent is None:
        raise ReleaseRefused("The consent it is kept under has ended.")
    if asset.retention_until < clock.now().date():
        raise ReleaseRefused("The last day of its retention has passed.")
    decision: Decision | None = Decision.objects.filter(id=decision_id).first()
    if decision is None or not Outcome(decision.outcome).permitted:
        raise ReleaseRefused("No decision that permits the use is on record.")
    if consent.id not in decision.consent_ids or asset.depicts_id not in decision.performer_ids:
        raise ReleaseRefused("The decision does not rely on the consent that the asset is kept under.")
    if decision.requested_by_id not in people_with_access(asset_id):
        raise ReleaseRefused("Whoever asked for the use is not on the asset's access list.")
    job.hold(decision_id)
    return asset


def _purpose(decision: Decision) -> ReleasePurpose:
    """What the decision was about: a permission to render is none to train, which the gate decides apart."""
    return ReleasePurpose.TRAIN if decision.asked.get("use") in TRAINING else ReleasePurpose.RENDER


def _note_refusal(asset_id: UUID, *, job: Job, why: str) -> None:
    with tenant(job.organisation_id, durable=True):
        note_event(
            asset_row(asset_id),
            CustodyAct.RELEASE_REFUSED,
            at=clock.now(),
            actor=job.label,
            note=f"{why}, job {job.id}, fence {job.fence}",
        )
