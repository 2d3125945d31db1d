"""A small animated WebP of a take, for where a film cannot be shown.

Source: RFC 9649 (WebP). Its pictures are sRGB where no profile says otherwise, coded by BT.601 in limited range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from core.canonical import Canonical
from core.media_store import disk_errors
from generation.mastering.encoding import FramesMissing
from generation.mastering.picture import FloatPicture, scaled
from generation.mastering.values import MasterSpec
from provenance.deriving.pictures import animation_facts

_QUALITY = 80


def write_animation(
    pictures: Iterable[FloatPicture], path: Path, spec: MasterSpec, *, on_frame: Callable[[int], None]
) -> dict[str, Canonical]:
    """Write `pictures` to `path` and say what was read back of it.

    Args:
        pictures: in order, as many as `spec` says, of one size that scales to it.
        path: of the file to write.
        spec: what it is to be.
        on_frame: called with how many were taken; an exception from there ends it.

    Raises:
        FramesMissing: the source gave fewer or more.
        DiskFull: it could not be written.
        SourceUnusable: it does not read back.
    """
    shown = _shown(pictures, spec, on_frame)
    with disk_errors():
        next(shown).save(
            path,
            "WEBP",
            save_all=True,
            append_images=shown,
            duration=shown_ms(spec.frames, spec.fps),
            loop=0,
            quality=_QUALITY,
            method=4,
        )
    facts = animation_facts(path)
    return {
        "container": "webp",
        "codec": "webp",
        "profile": "VP8",
        "codec_tag": "",
        "pix_fmt": "yuv420p",
        "width": facts.width,
        "height": facts.height,
        # One that is as the one before is not stored again, but shown longer.
        "frames": facts.pictures,
        "fps": str(spec.fps),
        "duration_s": str(Fraction(facts.duration_ms, 1000)),
        "primaries": "BT.709",
        "transfer": "sRGB",
        "matrix": "BT.601",
        "range": "limited",
    }


def shown_ms(frames: int, fps: Fraction) -> list[int]:
    """Whole milliseconds by frame, none of which is more than one away from where it belongs."""
    ends = [round(1000 * place / fps) for place in range(frames + 1)]
    return [after - before for before, after in pairwise(ends)]


def _shown(
    pictures: Iterable[FloatPicture], spec: MasterSpec, on_frame: Callable[[int], None]
) -> Iterator[Image.Image]:
    count = 0
    for count, picture in enumerate(pictures, start=1):
        if count > spec.frames:
            break
        small = scaled(picture, width=spec.width, height=spec.height)
        yield Image.fromarray(np.rint(small * 255).astype(np.uint8))
        on_frame(count)
    if count != spec.frames:
        raise FramesMissing(f"{count} frames came, and the take has {spec.frames}.")
