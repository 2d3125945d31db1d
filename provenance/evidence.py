"""What of a signed file goes into an evidence bundle."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from core import clock
from core.canonical import canonical_bytes
from core.digests import sha256_hex
from core.media_store import MediaStore
from core.tenancy import tenant
from provenance import keys, manifest, trust_list
from provenance.errors import AssetMissing
from provenance.models import SignedAsset


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetEvidence:
    """A signed file with its credential.

    Attributes:
        definition: canonical bytes of what was announced before the key was touched; their digest stands in the
            log entry of the intent.
        manifest_store: the credential as it was put into the file.
        trust_list: who was trusted to sign on the day of asking, as JSON, for information.
        video: the file on this machine, or None when it lies there no longer.
    """

    asset_id: UUID
    manifest_id: str
    file_sha256: str
    definition: bytes
    manifest_store: bytes
    trust_list: bytes
    video: Path | None


def asset_evidence(organisation_id: UUID, take_id: UUID) -> AssetEvidence:
    """The signed file of a take.

    Raises:
        AssetMissing: the take is not signed.
    """
    with tenant(organisation_id):
        row = SignedAsset.objects.filter(take_id=take_id).select_related("intent").first()
    if row is None:
        raise AssetMissing("This take has no signed file, so there is nothing to prove yet.")
    at = clock.now()
    video = MediaStore(settings.MEDIA_FOLDER).path(row.media_key)
    return AssetEvidence(
        asset_id=row.id,
        manifest_id=row.manifest_id,
        file_sha256=row.file_sha256,
        definition=_announced(row),
        manifest_store=bytes(row.manifest_store),
        trust_list=trust_list.to_json(keys.load_trust_list(settings.KEYS_FOLDER, at=at)).encode(),
        video=video if video.is_file() else None,
    )


def anchors_pem() -> tuple[str, ...]:
    """The roots that vouch for claim signers, today or when their signers signed, as PEM.

    Left out is a root that was taken off because somebody else may hold its key.
    """
    listed = keys.load_trust_list(settings.KEYS_FOLDER, at=clock.now())
    return tuple(
        anchor.certificate_pem
        for anchor in listed.anchors
        if anchor.removal is not trust_list.Removal.COMPROMISED
    )


def _announced(row: SignedAsset) -> bytes:
    """The definition that the intent tells of. What was signed holds one statement more, which came after it."""
    content = canonical_bytes(row.statement)
    if sha256_hex(content) == row.intent.manifest_sha256:
        return content
    assertions = [one for one in row.statement["assertions"] if one["label"] != manifest.LOG_PROOF_LABEL]
    return canonical_bytes(row.statement | {"assertions": assertions})
