"""Pictures in custody that faces in films may be compared with: released in writing, opened for one look, then gone.

To be rendered is one permission, to be measured in other people's films another one: the newest written release of a
consent says whether it is given. Nothing here is a use of a likeness, so statements of non-use do not count it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from django.conf import settings

from accounts.values import Actor
from audit import trail
from audit.coverage import wait_until_covered
from audit.entry_types import EntryType
from core import clock
from core.ids import new_id
from core.tenancy import tenant
from licensing.custody.errors import AssetRefused, NoSuchAsset
from licensing.custody.holding import asset_row, is_on_hold, locked, note_event, standing_consent
from licensing.custody.keys import unwrap
from licensing.custody.release import ReleasedAsset
from licensing.custody.words import AssetKind, AssetState, CustodyAct
from licensing.models.comparison import ComparisonRelease
from licensing.models.consent import Consent
from licensing.models.custody import CustodyAsset, CustodyKey

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PICTURES = ("image/png", "image/jpeg", "image/webp")
_LARGEST_BYTES = 20 * 2**20
_MOST = 200


@dataclass(frozen=True, slots=True)
class Comparable:
    """A picture that may be compared with. `entry_uid`: what in the log says so."""

    asset_id: UUID
    performer_id: UUID
    entry_uid: UUID


@dataclass(frozen=True, slots=True)
class Comparables:
    """What there is to compare with. `kept`: how many pictures of faces are in custody, released or not."""

    released: tuple[Comparable, ...]
    kept: int


@dataclass(frozen=True, slots=True)
class Face:
    """A picture in clear, for as long as the block lasts that opened it."""

    performer_id: UUID
    picture: bytes


def allow_comparison(
    asset_id: UUID,
    *,
    is_allowed: bool,
    document_sha256: str,
    valid_until: date | None = None,
    actor: Actor,
) -> None:
    """Put on record that the consent behind an asset allows to compare faces with it, or no longer does.

    Raises:
        NoSuchAsset: not here.
        AssetRefused: no paper is named, the last day has passed, or its consent has ended.
    """
    if not _SHA256.fullmatch(document_sha256):
        raise AssetRefused("Name the written release by its SHA-256: 64 hexadecimal digits in lower case.")
    if is_allowed and valid_until is not None and valid_until < _today():
        raise AssetRefused("The last day of this release has passed.")
    with tenant(actor.organisation_id, user_id=actor.user_id):
        consent = standing_consent(asset_row(asset_id).consent)
        if consent is None:
            raise AssetRefused("The consent it is kept under has ended.")
        at, release_id = clock.now(), new_id()
        entry_uid = trail.record(
            organisation_id=actor.organisation_id,
            entry_type=EntryType.COMPARISON_RELEASED,
            actor=actor.label,
            subject=f"consent:{consent.id}",
            fields={
                "release": str(release_id),
                "consent": str(consent.id),
                "state": "allowed" if is_allowed else "taken_back",
                "document_sha256": document_sha256,
            },
            at=at,
            production_id=consent.production_id,
            person_id=consent.performer_id,
        )
        ComparisonRelease.objects.create(
            id=release_id,
            consent=consent,
            is_allowed=is_allowed,
            document_sha256=document_sha256,
            valid_until=valid_until,
            said_at=at,
            said_by_id=actor.user_id,
            entry_uid=entry_uid,
        )


def is_released(asset_id: UUID, *, actor: Actor) -> bool:
    """Whether faces may be compared with an asset now.

    Raises:
        NoSuchAsset: not here.
    """
    with tenant(actor.organisation_id, user_id=actor.user_id):
        return _release_of(asset_row(asset_id)) is not None


def comparables(organisation_id: UUID) -> Comparables:
    """The pictures of faces of an organisation that may be compared with now."""
    with tenant(organisation_id):
        rows = list(
            CustodyAsset.objects.select_related("consent")
            .filter(
                state=AssetState.HELD,
                kind=AssetKind.REFERENCE_IMAGE,
                content_type__in=_PICTURES,
                plain_bytes__lte=_LARGEST_BYTES,
                retention_until__gte=_today(),
            )
            .order_by("received_at", "id")[:_MOST]
        )
        found = [(row, _release_of(row)) for row in rows]
    return Comparables(
        released=tuple(
            Comparable(row.id, row.depicts_id, release.entry_uid) for row, release in found if release
        ),
        kept=len(rows),
    )


@contextmanager
def faces_opened(
    organisation_id: UUID, chosen: Sequence[Comparable], *, job_id: UUID, actor_label: str
) -> Iterator[list[Face]]:
    """The pictures in clear, in memory alone, for the length of the block.

    That they are opened is in the log, and covered, before any key is unwrapped; what permits it is looked at again
    after the waiting, so one that was withdrawn meanwhile is left out.

    Raises:
        LogNotReady: the log does not follow; nothing was opened.
        licensing.custody.errors.SealBroken: a file is not what was sealed.
    """
    entries = [one.entry_uid for one in chosen]
    with tenant(organisation_id, durable=True):
        at = clock.now()
        for one in chosen:
            row = _permitted(one.asset_id)
            if row is None:
                continue
            entries.append(
                trail.record(
                    organisation_id=organisation_id,
                    entry_type=EntryType.CUSTODY_COMPARED,
                    actor=actor_label,
                    subject=f"custody:{row.id}",
                    fields={"custody_asset": str(row.id), "screening": str(job_id)},
                    at=at,
                    person_id=row.depicts_id,
                )
            )
            note_event(row, CustodyAct.COMPARED, at=at, actor=actor_label, note=f"screening {job_id}")
    wait_until_covered(organisation_id, entries)
    with ExitStack() as opened:
        faces = []
        with tenant(organisation_id, durable=True):
            for one in chosen:
                row = _permitted(one.asset_id)
                if row is None:
                    continue
                wrapped = bytes(CustodyKey.objects.get(asset=row).wrapped)
                key = unwrap(settings.KEYS_FOLDER, wrapped, asset_id=row.id)
                faces.append((row.depicts_id, opened.enter_context(ReleasedAsset(row, key))))
        yield [Face(performer_id, bytes(asset.read())) for performer_id, asset in faces]


def _permitted(asset_id: UUID) -> CustodyAsset | None:
    """The asset, locked, with its consent kept from ending, where it may be compared with; else None."""
    try:
        unlocked = asset_row(asset_id)
    except NoSuchAsset:
        return None
    if _release_of(unlocked) is None:
        return None
    asset = locked(asset_id)
    stands = (
        asset.state == AssetState.HELD
        and asset.retention_until >= _today()
        and not is_on_hold(asset, production_id=unlocked.consent.production_id)
    )
    return asset if stands else None


def _release_of(asset: CustodyAsset) -> ComparisonRelease | None:
    """The release that lets it be compared with; its consent is kept from ending until the transaction is over."""
    consent: Consent | None = standing_consent(asset.consent)
    if consent is None:
        return None
    row: ComparisonRelease | None = ComparisonRelease.objects.filter(consent=consent).first()
    if row is None or not row.is_allowed or (row.valid_until is not None and row.valid_until < _today()):
        return None
    return row


def _today() -> date:
    now: datetime = clock.now()
    return now.astimezone(UTC).date()
