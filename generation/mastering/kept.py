"""Putting kept frames on record, with their digest in the log."""

from __future__ import annotations

from audit import trail
from audit.entry_types import EntryType
from core import clock
from core.media_store import StoredFile
from generation.claimed_take import Claim
from generation.models import KeptFrames


def record_kept(claimed: Claim, file: StoredFile) -> None:
    """The row and the entry of the log, inside the transaction that records the take's signature."""
    at = clock.now()
    KeptFrames.objects.create(
        take_id=claimed.take_id,
        media_key=file.key,
        file_sha256=file.sha256_hex,
        size_bytes=file.size_bytes,
        width=claimed.spec.width,
        height=claimed.spec.height,
        frames=claimed.spec.num_frames,
        kept_at=at,
    )
    trail.record(
        organisation_id=claimed.organisation_id,
        entry_type=EntryType.FRAMES_KEPT,
        actor=claimed.label,
        subject=f"take:{claimed.take_id}",
        fields={"take": str(claimed.take_id), "file_sha256": file.sha256_hex},
        at=at,
        production_id=claimed.production_id,
    )
