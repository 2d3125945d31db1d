"""Signed files of ours and the updates of their credentials."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from audit.coverage import covered_sql
from core.media_store import MediaStore
from core.tenancy import tenant
from provenance.actions import Json
from provenance.errors import AssetMissing
from provenance.manifest import AI_DISCLOSURE_LABEL, DELIVERY_LABEL
from provenance.models import CredentialUpdate, SignedAsset
from provenance.sdk.contents import IngredientFile, Relationship
from provenance.values import CredentialState, SignedFile, UpdateReason


@dataclass(frozen=True, slots=True)
class OwnFile:
    """A signed file as it lies on this machine, as first signed or as updated.

    Attributes:
        file_id: its own id.
        asset_id: of the first signed file of its take; equal to `file_id` where it is that one.
        manifest_id: of its active manifest.
        entry_uid: of its signature in the log.
    """

    file_id: UUID
    asset_id: UUID
    take_id: UUID
    manifest_id: str
    file_sha256: str
    path: Path
    title: str
    media_type: str
    entry_uid: UUID | None

    @property
    def suffix(self) -> str:
        return self.path.suffix

    def as_parent(self, label: str) -> IngredientFile:
        """As the file that another one goes on from; `label` is what the actions call it."""
        return IngredientFile(
            label=label,
            path=self.path,
            media_type=self.media_type,
            title=self.title,
            relationship=Relationship.PARENT_OF,
        )


def own_file(organisation_id: UUID, file_id: UUID) -> OwnFile:
    """The signed file with `file_id`, first or updated.

    Raises:
        AssetMissing: this organisation has none.
    """
    with tenant(organisation_id):
        row: SignedAsset | CredentialUpdate | None = (
            SignedAsset.objects.filter(id=file_id).defer("manifest_store").first()
            or CredentialUpdate.objects.filter(id=file_id).defer("manifest_store").first()
        )
    if row is None:
        raise AssetMissing("There is no such signed file here.")
    return OwnFile(
        file_id=row.id,
        asset_id=row.asset_id if isinstance(row, CredentialUpdate) else row.id,
        take_id=row.take_id,
        manifest_id=row.manifest_id,
        file_sha256=row.file_sha256,
        path=MediaStore(settings.MEDIA_FOLDER).path(row.media_key),
        title=row.statement["title"],
        media_type=row.statement["format"],
        entry_uid=row.entry_uid,
    )


def disclosure_of(organisation_id: UUID, asset_id: UUID) -> tuple[tuple[str, Json], ...]:
    """What the first credential of an asset discloses about the model, to be stated again.

    Raises:
        AssetMissing: this organisation has no such asset.
    """
    with tenant(organisation_id):
        row = SignedAsset.objects.filter(id=asset_id).only("statement").first()
    if row is None:
        raise AssetMissing("There is no such signed file here.")
    stated = {one["label"]: one["data"] for one in row.statement["assertions"]}
    return tuple(sorted(stated.get(AI_DISCLOSURE_LABEL, {}).items()))


def current_file(organisation_id: UUID, asset_id: UUID) -> UUID:
    """The file of an asset that says all that is known of it: its newest update that is not for one recipient.

    Raises:
        AssetMissing: this organisation has no such asset.
    """
    with tenant(organisation_id):
        newest = (
            CredentialUpdate.objects.filter(asset_id=asset_id)
            .exclude(reason=UpdateReason.DELIVERY)
            .values_list("id", flat=True)
            .first()
        )
        if newest is not None:
            return UUID(str(newest))
        if not SignedAsset.objects.filter(id=asset_id).exists():
            raise AssetMissing("There is no such signed file here.")
    return asset_id


def updated_file(
    organisation_id: UUID, asset_id: UUID, *, reason: UpdateReason, cause_id: UUID
) -> SignedFile | None:
    """The updated file of an asset for one reason and cause; None where there is none."""
    with tenant(organisation_id):
        row = (
            CredentialUpdate.objects.filter(asset_id=asset_id, reason=reason, cause_id=cause_id)
            .defer("manifest_store")
            .first()
        )
    if row is None:
        return None
    return SignedFile(
        asset_id=row.id,
        manifest_id=row.manifest_id,
        key=row.media_key,
        sha256_hex=row.file_sha256,
        size_bytes=row.size_bytes,
        state=CredentialState.TRUSTED,
        signer_certificate_sha256=row.certificate_sha256,
        time_stamped_at=row.time_stamped_at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredCopy:
    """A file of ours whose credential says for whom it was made. `is_in_log`: the log covers its signature."""

    delivery_id: UUID
    file_id: UUID
    manifest_id: str
    file_sha256: str
    media_key: str
    signed_at: datetime
    recipient_commitment_hex: str
    is_in_log: bool


def delivered_copies(organisation_id: UUID, delivery_ids: Collection[UUID]) -> list[DeliveredCopy]:
    """The copies that were made for these deliveries."""
    with tenant(organisation_id):
        rows = list(
            CredentialUpdate.objects.filter(
                reason=UpdateReason.DELIVERY, cause_id__in=list(delivery_ids)
            ).defer("manifest_store")
        )
        covered = _covered([row.id for row in rows])
    return [
        DeliveredCopy(
            delivery_id=row.cause_id,
            file_id=row.id,
            manifest_id=row.manifest_id,
            file_sha256=row.file_sha256,
            media_key=row.media_key,
            signed_at=row.signed_at,
            recipient_commitment_hex=_note_in(row)["recipient"],
            is_in_log=row.id in covered,
        )
        for row in rows
    ]


def delivery_of_copy(organisation_id: UUID, manifest_id: str) -> UUID | None:
    """Which delivery a credential was made for; None where it is for everybody."""
    with tenant(organisation_id):
        found = CredentialUpdate.objects.filter(reason=UpdateReason.DELIVERY, manifest_id=manifest_id)
        cause_id = found.values_list("cause_id", flat=True).first()
    return None if cause_id is None else UUID(str(cause_id))


def _covered(ids: list[UUID]) -> frozenset[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT added.id FROM provenance_credentialupdate added"  # noqa: S608 - of our own code
            f" WHERE added.id = ANY(%s) AND {covered_sql('added.entry_uid')}",
            [ids],
        )
        return frozenset(one for (one,) in cursor.fetchall())


def _note_in(row: CredentialUpdate) -> dict[str, str]:
    return next(one["data"] for one in row.statement["assertions"] if one["label"] == DELIVERY_LABEL)
