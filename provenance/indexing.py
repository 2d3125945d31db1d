"""Signed files into the fingerprint index after the fact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, connection

from core import clock
from core.tenancy import tenant
from provenance import recovery
from provenance.fingerprints.values import DHASH_ALGORITHM
from provenance.models import DerivedAsset, SignedAsset
from provenance.queries import path_of


@dataclass(frozen=True, slots=True)
class Built:
    """What became of the files that were not in the index; `missing` are keys of the media store."""

    indexed: int
    plain: int
    missing: tuple[str, ...]


def index_unindexed(*, progress: Callable[[int, int], None] | None = None) -> Built:
    """Enter every signed film that is not in the index, of every organisation. Each is committed by itself."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT organisation_id, asset_id, derived_id FROM provenance_unindexed_files_v1(%s)",
            [DHASH_ALGORITHM],
        )
        waiting: list[tuple[UUID, UUID | None, UUID | None]] = cursor.fetchall()
    indexed, plain, missing = 0, 0, []
    for done, (organisation_id, asset_id, derived_id) in enumerate(waiting):
        if progress is not None:
            progress(done, len(waiting))
        with tenant(organisation_id):
            file = _file(asset_id, derived_id)
        if not path_of(file.media_key).is_file():
            missing.append(file.media_key)
        elif _indexed(file):
            indexed += 1
        else:
            plain += 1
    return Built(indexed, plain, tuple(missing))


def _file(asset_id: UUID | None, derived_id: UUID | None) -> SignedAsset | DerivedAsset:
    if asset_id is not None:
        asset: SignedAsset = SignedAsset.objects.defer("manifest_store").get(id=asset_id)
        return asset
    derived: DerivedAsset = DerivedAsset.objects.defer("manifest_store").get(id=derived_id)
    return derived


def _indexed(file: SignedAsset | DerivedAsset) -> bool:
    fingerprint = recovery.own_fingerprint(path_of(file.media_key))
    if fingerprint is None:
        return False
    try:
        with tenant(file.organisation_id):
            recovery.record_fingerprint(file, fingerprint, at=clock.now())
    except IntegrityError:
        # Somebody else entered it meanwhile.
        return True
    return True
