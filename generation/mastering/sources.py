"""Where the pictures of a master come from, held against their record before they are used."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from core.digests import sha256_hex_of_file
from core.media_store import MediaStore
from core.tenancy import tenant
from generation.mastering.claims import MasterClaim
from generation.mastering.picture import FloatPicture
from generation.mastering.reading import SourceClip, pictures_in
from generation.mastering.values import MasterSource
from generation.models import KeptFrames

SOURCE_BITS = {MasterSource.KEPT_FRAMES: 16, MasterSource.SIGNED_FILE: 8}


class SourceChanged(Exception):
    """The file that a master is made from is gone, or not the one on record."""


@contextmanager
def pictures_for(claimed: MasterClaim) -> Iterator[Iterator[FloatPicture]]:
    """The pictures of the claim's source, in order, for the length of the block.

    Raises:
        SourceChanged: see there.
        SourceUnreadable: when the next picture is asked for.
    """
    key, clip = _source_of(claimed)
    path: Path = MediaStore(settings.MEDIA_FOLDER).path(key)
    if not path.is_file() or sha256_hex_of_file(path) != claimed.source_sha256:
        raise SourceChanged(
            "The file that the master is made from is not the one on record. Restore it from a backup."
        )
    with pictures_in(path, clip) as pictures:
        yield pictures


def _source_of(claimed: MasterClaim) -> tuple[str, SourceClip]:
    """Its key in the media store, and what it holds by its record."""
    if claimed.source is MasterSource.SIGNED_FILE:
        width, height = claimed.take_size
        return claimed.take_video_key, SourceClip(
            source=claimed.source, width=width, height=height, frames=claimed.spec.frames
        )
    with tenant(claimed.organisation_id):
        kept = KeptFrames.objects.get(take_id=claimed.take_id)
    return kept.media_key, SourceClip(
        source=claimed.source, width=kept.width, height=kept.height, frames=kept.frames
    )
