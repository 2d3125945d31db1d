"""Words of custody."""

from __future__ import annotations

from enum import StrEnum


class AssetKind(StrEnum):
    """What can carry a likeness."""

    SCAN = "scan"
    REFERENCE_IMAGE = "reference_image"
    DRIVING_CLIP = "driving_clip"
    VOICE = "voice"
    ADAPTER = "adapter"


BIOMETRIC = frozenset({AssetKind.SCAN, AssetKind.VOICE})
"""What measures a face, a hand or a voice: BIO-01 bounds how long it is kept."""


class AssetState(StrEnum):
    """`destroyed`: the key is gone for good."""

    HELD = "held"
    DESTROYED = "destroyed"


class DestructionReason(StrEnum):
    """Why an asset was destroyed, as the log tells it."""

    CONSENT_WITHDRAWN = "consent_withdrawn"
    RETENTION_ENDED = "retention_ended"
    ON_REQUEST = "on_request"


class CustodyAct(StrEnum):
    """What happens to an asset; each leaves a row that is never changed."""

    RECEIVED = "received"
    ACCESS_GIVEN = "access_given"
    ACCESS_TAKEN = "access_taken"
    COPY_RECORDED = "copy_recorded"
    RELEASED = "released"
    RELEASE_REFUSED = "release_refused"
    OPENED = "opened"
    COMPARED = "compared"
    """Opened to compare the faces in one file with it."""
    DESTRUCTION_HELD_UP = "destruction_held_up"
    DESTROYED = "destroyed"
    FILE_REMOVED = "file_removed"


class ReleasePurpose(StrEnum):
    """What a job does with the asset. Training is a permission of its own."""

    RENDER = "render"
    TRAIN = "train"
