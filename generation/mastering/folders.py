"""Pictures to a folder of numbered files, each read back before it counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import av
import numpy as np
import OpenEXR

from core.canonical import Canonical
from generation.mastering.encoding import EncoderFailed, FramesMissing
from generation.mastering.picture import FloatPicture
from generation.mastering.sequences import linear_light, write_exr, write_png
from generation.mastering.values import MasterFormat, MasterSpec

_FIRST = 1


def write_sequence(
    pictures: Iterable[FloatPicture],
    folder: Path,
    spec: MasterSpec,
    *,
    bits: int,
    note: str,
    on_frame: Callable[[int], None],
) -> dict[str, Canonical]:
    """Write `pictures` into `folder` and say what was read back of them.

    Args:
        pictures: in order, as many as `spec` says, of its size.
        folder: empty.
        spec: what it is to be.
        bits: a channel, of a PNG.
        note: goes into every EXR.
        on_frame: called with how many are written; an exception from there ends it.

    Raises:
        FramesMissing: the source gave fewer or more.
        EncoderFailed: a picture does not read back as it was written.
        DiskFull: it could not be written.
    """
    is_exr = spec.format is MasterFormat.EXR_SEQUENCE
    count = 0
    for count, picture in enumerate(pictures, start=1):
        if count > spec.frames or picture.shape[:2] != (spec.height, spec.width):
            raise FramesMissing(
                f"Frame {count} of {spec.frames} is {picture.shape}, which was not announced."
            )
        path = folder / f"{_FIRST + count - 1:06d}.{'exr' if is_exr else 'png'}"
        if is_exr:
            write_exr(picture, path, note=note)
        else:
            write_png(picture, path, bits=bits)
        _check(picture, path, bits=bits)
        on_frame(count)
    if count != spec.frames:
        raise FramesMissing(f"{count} frames came, and the take has {spec.frames}.")
    return {
        "container": "zip",
        "codec": "exr" if is_exr else "png",
        "profile": "ZIP" if is_exr else "",
        "codec_tag": "",
        "pix_fmt": "half float RGB" if is_exr else ("rgb48be" if bits > 8 else "rgb24"),  # noqa: PLR2004 - a byte
        "width": spec.width,
        "height": spec.height,
        "frames": count,
        "fps": str(spec.fps),
        "duration_s": str(count / spec.fps),
        "primaries": "BT.709",
        "transfer": "linear" if is_exr else "sRGB",
        "matrix": "RGB",
        "range": "full",
    }


def _check(picture: FloatPicture, path: Path, *, bits: int) -> None:
    if path.suffix == ".exr":
        with OpenEXR.File(str(path)) as file:
            same = np.array_equal(file.channels()["RGB"].pixels, linear_light(picture).astype(np.float16))
    else:
        with av.open(str(path), format="png_pipe") as container:
            frame = next(container.decode(video=0))
        wanted = np.rint(picture * np.float64(2**bits - 1))
        same = np.array_equal(frame.to_ndarray(), wanted)
    if not same:
        raise EncoderFailed(f"{path.name} does not read back as it was written.")
