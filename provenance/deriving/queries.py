"""Signed files that were made from takes' files."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

from audit.coverage import covered_sql
from core.tenancy import tenant
from provenance.errors import AssetMissing
from provenance.models import DerivedAsset, SignedAsset
from provenance.values import CredentialState, SignedFile


def derived_file(organisation_id: UUID, master_id: UUID) -> SignedFile | None:
    """The signed file of a master; None while there is none."""
    return derived_files(organisation_id, [master_id]).get(master_id)


def derived_files(organisation_id: UUID, master_ids: Collection[UUID]) -> dict[UUID, SignedFile]:
    """By master its signed file; those without one are not in it."""
    if not master_ids:
        return {}
    with tenant(organisation_id):
        rows = list(DerivedAsset.objects.filter(cause_id__in=list(master_ids)).defer("manifest_store"))
    return {
        row.cause_id: SignedFile(
            asset_id=row.id,
            manifest_id=row.manifest_id,
            key=row.media_key,
            # Files are kept under the digest of their content; the record of a folder names its list.
            sha256_hex=Path(row.media_key).stem,
            size_bytes=row.size_bytes,
            state=CredentialState.TRUSTED,
            signer_certificate_sha256=row.certificate_sha256,
            time_stamped_at=row.time_stamped_at,
        )
        for row in rows
    }


def derived_in_log(organisation_id: UUID, master_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the masters whose signature the log covers; only their files are for anybody to have."""
    if not master_ids:
        return frozenset()
    with tenant(organisation_id), connection.cursor() as cursor:
        # The table's policy binds this statement like any other.
        cursor.execute(
            "SELECT derived.cause_id FROM provenance_derivedasset derived"  # noqa: S608 - of our own code
            f" WHERE derived.cause_id = ANY(%s) AND {covered_sql('derived.entry_uid')}",
            [list(master_ids)],
        )
        return frozenset(master_id for (master_id,) in cursor.fetchall())


def master_of_manifest(organisation_id: UUID, manifest_id: str) -> UUID | None:
    """The master whose file bears a manifest on top; None where none of this organisation's does."""
    with tenant(organisation_id):
        found = (
            DerivedAsset.objects.filter(manifest_id=manifest_id).values_list("cause_id", flat=True).first()
        )
    return None if found is None else UUID(str(found))


def take_statement(organisation_id: UUID, asset_id: UUID) -> dict[str, Any]:
    """The definition of the credential of a take's file, as it was intended.

    Raises:
        AssetMissing: none of this organisation has the id.
    """
    with tenant(organisation_id):
        found: dict[str, Any] | None = (
            SignedAsset.objects.filter(id=asset_id).values_list("statement", flat=True).first()
        )
    if found is None:
        raise AssetMissing("There is no such signed file here.")
    return found
