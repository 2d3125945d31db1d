"""Where the pictures of a master come from, held against their record before they are used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from django.conf import settings

from core.digests import sha256_hex_of_file
from core.media_store import MediaStore
from core.tenancy import tenant
from generation.mastering.claims import MasterClaim
from generation.mastering.keeping import kept_pictures
from generation.mastering.picture import FloatPicture
from generation.mastering.values import MasterSource
from generation.models import KeptFrames

SOURCE_BITS = {MasterSource.KEPT_FRAMES: 16, MasterSource.SIGNED_FILE: 8}


class SourceChanged(Exception):
    """The file that a master is made from is gone, or not the one on record."""


def pictures_for(claimed: MasterClaim) -> Iterator[FloatPicture]:
    """The pictures of the claim's source, in order.

    Raises:
        SourceChanged: see there.
        av.FFmpegError: it does not decode.
    """
    if claimed.source is MasterSource.SIGNED_FILE:
        key = claimed.take_video_key
        read = signed_pictures
    else:
        with tenant(claimed.organisation_id):
            key = KeptFrames.objects.values_list("media_key", flat=True).get(take_id=claimed.take_id)
        read = kept_pictures
    path = MediaStore(settings.MEDIA_FOLDER).path(key)
    if not path.is_file() or sha256_hex_of_file(path) != claimed.source_sha256:
        raise SourceChanged(
            "The file that the master is made from is not the one on record. Restore it from a backup."
        )
    return read(path)


def signed_pictures(path: Path) -> Iterator[FloatPicture]:
    """The frames of a take's signed file: as many shades as its 8 bits hold."""
    with av.open(str(path), format="mp4") as container:
        for frame in container.decode(video=0):
            picture = frame.reformat(
                format="rgb24",
                src_colorspace=Colorspace.ITU709,
                dst_colorspace=Colorspace.ITU709,
                src_color_range=ColorRange.MPEG,
                dst_color_range=ColorRange.JPEG,
            )
            yield picture.to_ndarray().astype(np.float32) / np.float32(255)
