"""Reads of what we signed, as frozen cards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

from audit.coverage import covered_sql
from core import clock
from core.media_store import MediaStore
from core.tenancy import tenant
from provenance import keys, manifest
from provenance.errors import AssetMissing
from provenance.models import CredentialUpdate, DerivedAsset, Sidecar, SignedAsset
from provenance.source_types import TRAINED_ALGORITHMIC_MEDIA
from provenance.stated import made_action
from provenance.values import Authorization, CredentialState, SignedFile
from provenance.verification import OwnRecord, signer_standing


@dataclass(frozen=True, slots=True)
class CredentialCard:
    """A signed file and what its credential states, for pages and the API.

    Attributes:
        state: what the trust list says of the signer today; the file's bytes are not read for this card.
        reason: why, in a sentence.
        consent_count: how many consents the credential refers to.
    """

    asset_id: UUID
    take_id: UUID
    manifest_id: str
    state: CredentialState
    reason: str
    title: str
    file_sha256: str
    size_bytes: int
    media_key: str
    certificate_serial: str
    certificate_sha256: str
    model_name: str
    model_version: str
    taken_at: datetime
    signed_at: datetime
    time_stamped_at: datetime | None
    authorization: Authorization

    @property
    def consent_count(self) -> int:
        return len(self.authorization.consent_commitments_hex)


def credential_of_take(organisation_id: UUID, take_id: UUID) -> CredentialCard | None:
    """The credential of a take's file; None while it is not signed."""
    with tenant(organisation_id):
        row = SignedAsset.objects.filter(take_id=take_id).first()
    return _card(row) if row else None


def credential(organisation_id: UUID, asset_id: UUID) -> CredentialCard:
    """The credential of one signed file.

    Raises:
        AssetMissing: none of this organisation has the id.
    """
    with tenant(organisation_id):
        row = SignedAsset.objects.filter(id=asset_id).first()
    if row is None:
        raise AssetMissing("There is no such signed file here.")
    return _card(row)


def signed_file_of_take(organisation_id: UUID, take_id: UUID) -> SignedFile | None:
    """The take's signed file as `sign_take_file` gave it; None while it is not signed."""
    with tenant(organisation_id):
        row = SignedAsset.objects.filter(take_id=take_id).first()
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


@dataclass(frozen=True, slots=True)
class SourceStatement:
    """What the credential of a take says it was made by. `digital_source_type` is a term of IPTC's, as a URL."""

    manifest_id: str
    digital_source_type: str | None
    file_sha256: str

    @property
    def is_generated(self) -> bool:
        """Whether all of it is a model's: nothing of it was photographed or drawn."""
        return self.digital_source_type == TRAINED_ALGORITHMIC_MEDIA


def source_statements(organisation_id: UUID, take_ids: Collection[UUID]) -> dict[UUID, SourceStatement]:
    """By take what its credential says of its making; takes without one are not in it."""
    if not take_ids:
        return {}
    with tenant(organisation_id):
        rows = SignedAsset.objects.filter(take_id__in=list(take_ids))
        return {row.take_id: _source_statement(row) for row in rows.defer("manifest_store")}


def assets_in_log(organisation_id: UUID, asset_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of `asset_ids` whose signature the log covers; only their files are for anybody to have."""
    if not asset_ids:
        return frozenset()
    with tenant(organisation_id), connection.cursor() as cursor:
        # The table's policy binds this statement like any other.
        cursor.execute(
            "SELECT asset.id FROM provenance_signedasset asset"  # noqa: S608 - of our own code
            f" WHERE asset.id = ANY(%s) AND {covered_sql('asset.entry_uid')}",
            [list(asset_ids)],
        )
        return frozenset(asset_id for (asset_id,) in cursor.fetchall())


def takes_of_manifests(organisation_id: UUID, manifest_ids: Collection[str]) -> dict[str, UUID]:
    """By credential the take that it is of; those that were never signed are not in it."""
    with tenant(organisation_id):
        rows = SignedAsset.objects.filter(manifest_id__in=list(manifest_ids))
        return dict(rows.values_list("manifest_id", "take_id"))


def path_of(key: str) -> Path:
    """Where a signed file lies on this machine."""
    return MediaStore(settings.MEDIA_FOLDER).path(key)


def own_record(manifest_id: str, *, organisation_id: UUID | None = None) -> OwnRecord | None:
    """What we recorded when we signed under `manifest_id`; None where we never did.

    Without `organisation_id` every organisation's records count, through a function of the database that tells
    digests and times and nothing about whose they are.
    """
    if organisation_id is not None:
        with tenant(organisation_id):
            row: SignedAsset | CredentialUpdate | DerivedAsset | Sidecar | None = (
                SignedAsset.objects.filter(manifest_id=manifest_id).first()
                or CredentialUpdate.objects.filter(manifest_id=manifest_id).select_related("asset").first()
                or DerivedAsset.objects.filter(manifest_id=manifest_id).select_related("asset").first()
                or Sidecar.objects.filter(manifest_id=manifest_id).select_related("asset").first()
            )
        if row is None:
            return None
        first = row if isinstance(row, SignedAsset) else row.asset
        bound = row.bound_sha256 if isinstance(row, Sidecar) else row.file_sha256
        return OwnRecord(bound, row.signed_at, first.manifest_id)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT file_sha256, signed_at, first_manifest_id FROM provenance_asset_of_manifest_v4(%s)",
            [manifest_id],
        )
        found = cursor.fetchone()
    return OwnRecord(*found) if found else None


def _source_statement(row: SignedAsset) -> SourceStatement:
    assertions = {entry["label"]: entry["data"] for entry in row.statement["assertions"]}
    stated = made_action(assertions[manifest.ACTIONS_LABEL]["actions"]).get("digitalSourceType")
    return SourceStatement(row.manifest_id, stated if isinstance(stated, str) else None, row.file_sha256)


def _card(row: SignedAsset) -> CredentialCard:
    assertions = {entry["label"]: entry["data"] for entry in row.statement["assertions"]}
    stated = assertions[manifest.AUTHORIZATION_LABEL]
    # Older ones name the model with what it did alone.
    agent = assertions.get(manifest.MODEL_LABEL) or made_action(
        assertions[manifest.ACTIONS_LABEL]["actions"]
    ).get("softwareAgent")
    if not isinstance(agent, dict):
        raise TypeError(f"The statement of {row.manifest_id} names no software.")
    at = clock.now()
    state, reason = signer_standing(
        keys.load_trust_list(settings.KEYS_FOLDER, at=at),
        anchor_uri=f"urn:countersign:anchor:{row.anchor_sha256}",
        certificate_serial=row.certificate_serial,
        proven_at=row.signed_at,
        at=at,
    )
    return CredentialCard(
        asset_id=row.id,
        take_id=row.take_id,
        manifest_id=row.manifest_id,
        state=state,
        reason=reason,
        title=row.statement["title"],
        file_sha256=row.file_sha256,
        size_bytes=row.size_bytes,
        media_key=row.media_key,
        certificate_serial=row.certificate_serial,
        certificate_sha256=row.certificate_sha256,
        model_name=agent["name"],
        model_version=agent["version"],
        taken_at=row.taken_at,
        signed_at=row.signed_at,
        time_stamped_at=row.time_stamped_at,
        authorization=Authorization(
            decision_commitment_hex=stated["decision"],
            consent_commitments_hex=tuple(stated["consents"]),
            rule_pack=stated["rule_pack"],
            rule_pack_sha256=stated["rule_pack_sha256"],
            log_origin=stated["log_origin"],
        ),
    )
